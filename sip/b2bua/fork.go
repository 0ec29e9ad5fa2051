package b2bua

import (
	"ringfence/phone"
)

// maxLegs bounds how many contacts ring for one call.
const maxLegs = 32

// place is a phone and one contact to ring it at.
type place struct {
	account *phone.Account
	binding phone.Binding
}

// target finds where the dialled number rings: at every binding of every other
// phone of its extension.
func (c *call) target() ([]place, *outcome) {
	e := c.Book.ByNumber(c.account.Customer, dialled(c.invite.Recipient))
	if e == nil {
		return nil, unknown
	}
	if !c.Book.Active(e.Customer) {
		return nil, nobodyThere
	}
	var places []place
	for _, a := range c.Book.ByExtension(e.ID) {
		if a.ID == c.account.ID {
			continue
		}
		for _, b := range c.Bindings(a.ID) {
			places = append(places, place{a, b})
		}
	}
	if len(places) == 0 {
		return nil, nobodyThere
	}
	return places[:min(len(places), maxLegs)], nil
}

// fork lets all places ring at once. A place that cannot be rung counts as a
// phone that did not answer.
func (c *call) fork(places []place) *outcome {
	how := nobodyThere
	for _, p := range places {
		l, err := c.newLeg(p.account, p.binding)
		if err != nil {
			c.Log.Warn("contact cannot be called", "call", c.id, "phone", p.account.ID, "error", err)
			continue
		}
		if err := c.offerTo(l); err != nil {
			c.Log.Warn("no media for a leg", "call", c.id, "phone", p.account.ID, "error", err)
			how = withoutMedia(err)
			continue
		}
		c.legs = append(c.legs, l)
	}
	if len(c.legs) == 0 {
		return how
	}
	for _, l := range c.legs {
		c.own(c, l)
		c.followers.Go(l.run)
	}
	return nil
}

// hear takes what one leg says. It gives the answer that makes the call, or how
// the call ended.
func (c *call) hear(a *answer) (*answer, *outcome) {
	switch {
	case a.res == nil:
		a.leg.final = 408
	case a.res.StatusCode < 200:
		c.progress(a)
		return nil, nil
	case a.res.StatusCode < 300:
		if c.take(a) {
			return a, nil
		}
	default:
		a.leg.final = a.res.StatusCode
	}
	return nil, c.verdict()
}

// verdict ends the call when one phone spoke for all (6xx) or all have spoken.
func (c *call) verdict() *outcome {
	var codes []int
	for _, l := range c.legs {
		if l.final >= 600 {
			return refusal([]int{l.final})
		}
		if l.final > 0 {
			codes = append(codes, l.final)
		}
	}
	if len(codes) < len(c.legs) {
		return nil
	}
	return refusal(codes)
}

// dropLegs stops whatever still rings. The winner's goroutine, if there is one,
// goes on to acknowledge its 2xx.
func (c *call) dropLegs() {
	for _, l := range c.legs {
		l.lost = c.winner != nil && l != c.winner
		close(l.dropped)
	}
	c.legs = nil
}
