package door

import (
	"context"

	"ringfence/phone"
	"ringfence/sip"
)

// Glance lets the gate judge where a phone comes from that Authenticate has just
// returned for the same request, without waiting for anything: Proven when it
// may pass, else Refused. It is not decided when the store has to be written
// first, to lock an OPEN fence or to end old credentials: that is for Admit.
func (d *Door) Glance(a *phone.Account, f sip.Flow, via phone.Via) (r Result, decided bool) {
	v, decided := d.Gate.Glance(a.Phone, f.Remote.Addr(), via)
	switch {
	case !decided || v.Allowed && renews(a):
		return Unjudged, false
	case !v.Allowed:
		d.refused.Add(1)
		return Refused, true
	}
	return Proven, true
}

// Admit is Glance for those who can wait: Proven, Refused, or Unjudged when the
// store has failed.
//
// The phone is looked up again, so that what the API has changed since, its
// fence or its password, holds here already.
func (d *Door) Admit(ctx context.Context, a *phone.Account, f sip.Flow, via phone.Via) Result {
	now, _ := d.account(a.Login)
	if now == nil || now.ID != a.ID || now.HA1 != a.HA1 {
		d.refused.Add(1)
		return Refused
	}
	v, err := d.Gate.Admit(ctx, now.Phone, f.Remote.Addr(), via)
	switch {
	case err != nil:
		d.Log.Error("phone not judged", "phone", a.ID, "via", via, "source", f.String(), "error", err)
		return Unjudged
	case !v.Allowed:
		d.refused.Add(1)
		return Refused
	}
	d.renewed(ctx, now)
	return Proven
}

// renews says whether the phone shows its new credentials while it still has old
// ones.
func renews(a *phone.Account) bool { return a.Until.IsZero() && len(a.Old) > 0 }

// renewed ends old credentials: the phone has the new ones now. Not before the
// gate: a copy of the phone somewhere else must not shut the phone itself out.
// When it fails, the next request tries again.
func (d *Door) renewed(ctx context.Context, a *phone.Account) {
	if !renews(a) {
		return
	}
	if err := d.EndOld(ctx, a.ID, a.Login); err != nil {
		d.Log.Error("old credentials not ended", "phone", a.ID, "error", err)
	}
}
