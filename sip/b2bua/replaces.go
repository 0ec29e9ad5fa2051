package b2bua

import (
	"ringfence/phone"
	"ringfence/sip"
)

// The refusals of who wants another's call.
var (
	noSuchDialog  = &outcome{phone.EndedBySystem, phone.EndNotFound, 481, "Call/Transaction Does Not Exist"}
	badReplaces   = &outcome{phone.EndedBySystem, phone.EndError, 400, "Malformed Replaces"}
	gone          = &outcome{phone.EndedBySystem, phone.EndNotFound, 603, "Decline"}
	answeredEarly = &outcome{phone.EndedBySystem, phone.EndBusy, 486, "Busy Here"}
	notTheirs     = &outcome{phone.EndedBySystem, phone.EndBlocked, 403, "Forbidden"}
	tookOver      = &outcome{phone.EndedByCaller, phone.EndTransferred, 200, "OK"}
)

// replacing takes an INVITE with Replaces (RFC 3891): the caller wants to be in the
// place of somebody else. It says whether it is one.
func (c *call) replacing(req *sip.Request) bool {
	r, given, err := sip.ReplacesOf(req)
	if !given {
		return false
	}
	if err != nil || req.GetHeader("Join") != nil { // section 3
		c.end(badReplaces)
		return true
	}
	old := c.find(&r)
	if old == nil {
		c.end(noSuchDialog)
		return true
	}
	c.together(old.box, func() { c.replace(old, &r) })
	return true
}

// replace judges what is to be replaced (RFC 3891 section 3).
func (c *call) replace(old *end, r *sip.Replaces) {
	to := old.call
	switch {
	case c.stage == ended:
	case old.leg == nil || !matches(r, old):
		c.end(noSuchDialog)
	case to == nil:
		c.end(gone)
	case to.customer != c.customer:
		c.end(notTheirs)
	case old.over || to == c:
		c.end(gone)
	case r.EarlyOnly && old.leg.Answered():
		c.end(answeredEarly)
	case old.leg.Answered():
		c.steal(old)
	case old.leg.Inbound(): // it rings, but not at them
		c.end(noSuchDialog)
	case !c.Book.Controls(c.ring.by.ID, old.log().Extension, phone.MayPickUp):
		c.end(notTheirs)
	default:
		c.pickUp(to)
	}
}

// steal puts the caller into the place of an end that is talking.
func (c *call) steal(old *end) {
	d, to := c.ends[0], old.call
	t := &transfer{from: c, x: d, to: to, old: old}
	switch {
	case !c.Book.Controls(c.ring.by.ID, old.log().Extension, phone.MaySteal):
		c.end(notTheirs)
	case old.over || to.stage != talking || to.leaving != nil || to.coming != nil:
		c.end(gone)
	case len(c.ring.offer) == 0: // its answer would come too late
		c.end(noOffer)
	default:
		c.leaving, to.coming = t, t
		t.join()
	}
}
