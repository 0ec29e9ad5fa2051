package mgmt_test

import (
	"context"
	"strings"

	"ringfence/mgmt"
	"ringfence/phone"
)

// makers stand in for the redirection of phones. Nobody redirects before a
// scenario says how that goes.
type makers struct {
	*world
	state  phone.RedirectState // "" before
	reason string
}

// addMakers is part of every world.
func (w *world) addMakers(c *mgmt.Config) {
	w.makers = &makers{world: w}
	c.Redirects = w.makers
}

// become is the step of a scenario: a state, and after it the reason.
func (m *makers) become(text string) {
	state, reason, _ := strings.Cut(strings.TrimSpace(text), " ")
	m.state, m.reason = phone.RedirectState(state), reason
}

// Show is for mgmt.Redirects.
func (m *makers) Show(_ context.Context, phones []*phone.Phone) ([]*phone.Redirect, error) {
	shown := make([]*phone.Redirect, len(phones))
	for i, p := range phones {
		service := m.store.Book.Model(p.Model).RedirectService()
		if m.state == "" || service == "" || p.MAC == "" {
			continue
		}
		shown[i] = &phone.Redirect{Service: service, State: m.state, Error: m.reason}
		if m.state == phone.RedirectRegistered || m.state == phone.RedirectFailed {
			t := phone.Moment(m.clock.now())
			shown[i].Time = &t
		}
	}
	return shown, nil
}

// Retry is for mgmt.Redirects.
func (m *makers) Retry(ctx context.Context, p *phone.Phone) error {
	shown, err := m.Show(ctx, []*phone.Phone{p})
	if err == nil && (shown[0] == nil || m.state == phone.RedirectManual) {
		return &phone.Error{Kind: phone.Conflict, Key: "redirect", Text: "SIP phone is not redirected by its maker"}
	}
	m.state, m.reason = phone.RedirectPending, ""
	return err
}
