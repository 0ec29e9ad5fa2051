package door

import (
	"context"
	"strings"

	"ringfence/phone"
	"ringfence/sip"
)

// AuthenticateRequest is Authenticate and Answer for the message model, with the
// whole phone. Exactly one of the two that it returns is nil.
func (d *Door) AuthenticateRequest(req *sip.Request, f sip.Flow) (*phone.Account, *sip.Response) {
	o := sip.OutlineOf(req)
	who, r := d.Authenticate(o, f)
	if r == Proven {
		if a := d.account(who); a != nil {
			return a, nil
		}
		r = Refused
	}
	code, reason := r.status()
	if code != 401 {
		return nil, sip.Reply(req, code, reason)
	}
	var hs []sip.Header
	for line := range strings.SplitSeq(string(d.appendChallenges(nil, o.UserAgent, f.Remote.Addr(), r == Stale)), "\r\n") {
		if name, value, ok := strings.Cut(line, ": "); ok {
			hs = append(hs, sip.NewHeader(name, value))
		}
	}
	return nil, sip.Reply(req, code, reason, hs...)
}

// account is the phone that has just proven itself, nil when it has been changed
// since, so that it is proven no more.
func (d *Door) account(who phone.Identity) *phone.Account {
	a := d.Book.ByUsername(who.Login)
	if a == nil || a.ID != who.ID || a.HA1 != who.HA1 {
		d.refused.Add(1)
		return nil
	}
	return a
}

// AdmitRequest is Admit for the message model: nil when the phone may pass, else
// the response.
func (d *Door) AdmitRequest(ctx context.Context, req *sip.Request, a *phone.Account, f sip.Flow, via phone.Via) *sip.Response {
	r := d.Admit(ctx, a.Identity(), f, via)
	if r == Proven {
		return nil
	}
	code, reason := r.status()
	return sip.Reply(req, code, reason)
}
