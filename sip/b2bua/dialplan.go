package b2bua

import (
	"slices"
	"time"

	"ringfence/phone"
)

// dial leads the call to where a number leads for who dials it: an extension, a
// group or a queue of the customer, or the world outside.
func (c *call) dial(number string) {
	r := c.ring
	r.wait = nil
	if len(r.visited) == 0 && (c.pickingUp(number) || c.featured(number)) {
		return
	}
	c.ends[0].show()
	if x := c.Book.ByNumber(c.customer, number); x != nil {
		if c.counted() {
			c.ringExtension(x)
		}
		return
	}
	switch g, q := c.Book.Gathering(c.customer, number); {
	case !c.Book.Active(c.customer):
		c.end(unknown)
	case (g != nil || q != nil) && !c.counted():
	case g != nil:
		c.ringGroup(g)
	case q != nil:
		c.enqueue(q)
	default:
		c.dialOutside(number)
	}
}

// counted counts a call that stays in the house, once, for the phone that has dialled
// it, and says whether it may. One that leaves counts with its way.
func (c *call) counted() bool {
	a := c.ends[0]
	if c.Lines == nil || a.phone == "" || a.ticket != nil || c.ring.diverted != "" {
		return true
	}
	ticket, refusal := c.Lines.Inside(a.phone)
	if refusal != nil {
		c.end(refusal.outcome())
		return false
	}
	a.ticket = ticket
	return true
}

// ringExtension rings the phones of an extension, or goes where it is forwarded.
func (c *call) ringExtension(x *phone.Extension) {
	r := c.ring
	if !c.Book.Active(x.Customer) {
		c.end(nobodyThere)
		return
	}
	if slices.Contains(r.visited, x.ID) {
		c.end(looped)
		return
	}
	r.visited = append(r.visited, x.ID)
	r.of = x
	if to := x.Forward.Unconditional; to != "" {
		r.why = "unconditional"
		c.forward(x, to)
		return
	}
	targets, how := c.phonesOf(x, nil)
	if how != nil {
		c.unreached(how)
		return
	}
	r.patience = c.answerTime(x)
	c.fork(targets)
}

// phonesOf adds the contacts that ring for an extension: those of each of its
// phones but who calls, who wants no calls and who takes no second one. Without
// any it says why.
func (c *call) phonesOf(x *phone.Extension, targets []target) ([]target, *outcome) {
	how := nobodyThere
	had := len(targets)
	for _, a := range c.Book.ByExtension(x.ID) {
		if c.ends[0] != nil && a.ID == c.ends[0].phone {
			continue
		}
		bindings := c.Bindings(a.ID)
		if len(bindings) > 0 && c.refuses(a, x) {
			how = busy
			continue
		}
		for _, b := range bindings {
			targets = append(targets, target{account: a, extension: x, binding: b})
		}
	}
	if len(targets) > had {
		return targets, nil
	}
	return targets, how
}

// refuses says whether a phone takes no call now: it is not to be disturbed, or
// it is in a call, and calls do not wait there.
func (c *call) refuses(a *phone.Account, x *phone.Extension) bool {
	waits := x.CallWaiting && (a.CallWaiting == nil || *a.CallWaiting)
	return a.DND || !waits && c.engaged(a.ID)
}

// answerTime is how long the phones of an extension ring.
func (c *call) answerTime(x *phone.Extension) time.Duration {
	if x.Forward.NoAnswer == "" || x.NoAnswerTime <= 0 {
		return c.RingTimeout
	}
	return min(c.RingTimeout, time.Duration(x.NoAnswerTime)*time.Second)
}
