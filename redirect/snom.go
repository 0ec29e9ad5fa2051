package redirect

import (
	"context"
	"strings"

	"ringfence/phone"
)

// snom is Snom's redirection service by XML-RPC.
type snom struct{ xmlRPC }

var snomCases = cases{
	"owned_by_other_user": Owned,
	"no_such_mac":         Unknown,
	"malformed_mac":       Malformed,
	"malformed_url":       Malformed,
}

// Register is for Redirector.
func (s snom) Register(ctx context.Context, mac phone.MAC, _, url string) error {
	v, err := s.call(ctx, "redirect.registerPhone", string(mac), url)
	if err != nil {
		return err
	}
	return snomCases.judge(v)
}

// Unregister is for Redirector.
func (s snom) Unregister(ctx context.Context, mac phone.MAC) error {
	v, err := s.call(ctx, "redirect.deregisterPhone", string(mac))
	if err != nil {
		return err
	}
	return snomCases.judge(v)
}

// Status is for Redirector. The answer names the company, and then the URL.
func (s snom) Status(ctx context.Context, mac phone.MAC) (State, error) {
	v, err := s.call(ctx, "redirect.getPhoneRedirection", string(mac))
	if err == nil {
		err = snomCases.judge(v)
	}
	switch {
	case is(err, Unknown):
		return State{}, nil
	case err != nil:
		return State{}, err
	}
	for _, text := range v.says {
		if strings.HasPrefix(text, "http") {
			return State{Registered: true, URL: text}, nil
		}
	}
	return State{}, nil // known, and sent nowhere
}
