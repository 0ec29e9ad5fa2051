package door

import (
	"context"

	"ringfence/phone"
	"ringfence/sip"
)

// Glance lets the gate judge where a phone comes from which Authenticate has just
// returned for the same request, without waiting for anything: Proven when it
// may pass, else Refused. It is not decided when the store has to be written
// first, to lock an OPEN fence or to end old credentials: that is for Admit.
func (d *Door) Glance(who phone.Identity, f sip.Flow, via phone.Via) (r Result, decided bool) {
	v, decided := d.Gate.Glance(who, f.Remote.Addr(), via)
	switch {
	case !decided || v.Allowed && renews(&who):
		return Unjudged, false
	case !v.Allowed:
		d.refused.Add(1)
		return Refused, true
	}
	d.Guard.Right(f.Remote.Addr(), who.Login)
	return Proven, true
}

// Admit is Glance for those who can wait: Proven, Refused, or Unjudged when the
// store has failed.
//
// The phone is looked up again, so that what the API has changed since, its
// fence or its password, holds here already.
func (d *Door) Admit(ctx context.Context, who phone.Identity, f sip.Flow, via phone.Via) Result {
	now, still := d.Again(who)
	if !still {
		d.refused.Add(1)
		return Refused
	}
	v, err := d.Gate.Admit(ctx, now, f.Remote.Addr(), via)
	switch {
	case err != nil:
		if d.quiet.speak("phone not judged", who.ID, d.Now()) {
			d.Log.Error("phone not judged", "phone", who.ID, "via", via, "source", f.String(), "error", err)
		}
		return Unjudged
	case !v.Allowed:
		d.refused.Add(1)
		return Refused
	}
	d.Guard.Right(f.Remote.Addr(), now.Login)
	d.renewed(ctx, &now)
	return Proven
}

// Again looks a phone up that Authenticate has returned earlier, as the Book has
// it now; false when what it has shown proves it no more.
func (d *Door) Again(who phone.Identity) (now phone.Identity, still bool) {
	now, is := d.find(who.Login)
	return now, is == known && now.Same(&who)
}

// renews says whether the phone shows its new credentials while it still has old
// ones.
func renews(who *phone.Identity) bool { return who.Until.IsZero() && who.HasOld }

// renewed ends old credentials: the phone has the new ones now. Not before the
// gate: a copy of the phone somewhere else must not shut the phone itself out.
// When it fails, the next request tries again.
func (d *Door) renewed(ctx context.Context, who *phone.Identity) {
	if !renews(who) {
		return
	}
	if err := d.EndOld(ctx, who.ID, who.Login); err != nil {
		d.Log.Error("old credentials not ended", "phone", who.ID, "error", err)
	}
}
