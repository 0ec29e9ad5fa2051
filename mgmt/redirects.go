package mgmt

import (
	"context"
	"fmt"

	"ringfence/phone"
)

// Redirects tells makers' services where their phones find us.
type Redirects interface {
	// Show is how far that is with each of the phones, nil for one that no maker
	// redirects.
	Show(ctx context.Context, phones []*phone.Phone) ([]*phone.Redirect, error)
	// Retry tells the maker of a phone again, now; Conflict when it cannot.
	Retry(ctx context.Context, p *phone.Phone) error
}

// noRedirects is for a server without.
type noRedirects struct{}

func (noRedirects) Show(_ context.Context, phones []*phone.Phone) ([]*phone.Redirect, error) {
	return make([]*phone.Redirect, len(phones)), nil
}

func (noRedirects) Retry(context.Context, *phone.Phone) error {
	return &phone.Error{Kind: phone.Conflict, Key: "redirect", Text: "SIP phone is not redirected by its maker"}
}

// show is a phone as an answer, whole.
func (s *Server) show(c *call, p *phone.Phone) (any, error) {
	views, err := s.views(c, []*phone.Phone{p})
	if err != nil {
		return nil, err
	}
	return views[0], nil
}

// views are phones as the API shows them. How far their redirection is stands on
// disk alone, and is read for all of them at once.
func (s *Server) views(c *call, phones []*phone.Phone) ([]phoneView, error) {
	redirects, err := s.Redirects.Show(c.Request.Context(), phones)
	if err != nil {
		return nil, fmt.Errorf("show phones: %w", err)
	}
	views := make([]phoneView, len(phones))
	for i, p := range phones {
		views[i] = s.view(c.caller, p)
		views[i].Redirect = redirects[i]
	}
	return views, nil
}

// redirectPhone is POST /pbx/sipphone/{id}/redirect. It answers with the phone,
// whose redirection is pending.
func (s *Server) redirectPhone(c *call) (any, error) {
	p, err := s.ownPhone(c)
	if err != nil {
		return nil, err
	}
	if err := s.Redirects.Retry(c.Request.Context(), p); err != nil {
		return nil, fmt.Errorf("redirect a phone: %w", err)
	}
	return s.show(c, p)
}
