package b2bua

import (
	"strings"
	"time"

	"ringfence/phone"
	"ringfence/sip/session"
)

// pickupCode before a number answers what rings there; alone, what rings at the
// caller's own extension or at one that it controls.
const pickupCode = "*8"

// pickupTime is how long the media of a picked up call may take to be agreed.
const pickupTime = 10 * time.Second

var nothingRings = &outcome{phone.EndedBySystem, phone.EndNotFound, 404, "No Call Ringing"}

// pickingUp takes a number that picks up, and says whether it is one. An extension
// may have it as its own number.
func (c *call) pickingUp(number string) bool {
	wanted, ok := strings.CutPrefix(number, pickupCode)
	if !ok || c.ends[0] == nil || c.ends[0].leg == nil || !c.ends[0].leg.Early() || c.Book.ByNumber(c.customer, number) != nil {
		return false
	}
	by := c.ring.by.ID
	c.background.Go(func() { // it waits for other calls
		found := c.ringing(by, wanted)
		c.Do(func() {
			switch {
			case c.stage == ended:
			case found == nil:
				c.end(nothingRings)
			default:
				c.together(found.mailbox, func() { c.pickUp(found) })
			}
		})
	})
	return true
}

// ringing finds the call that has rung for longest where the extension may pick
// up, nil for none.
func (c *call) ringing(by phone.ID, number string) *call {
	var first *phone.LiveCall
	for _, l := range c.Live(func(customer phone.ID) bool { return customer == c.customer }) {
		if l.ID == c.id || l.State != phone.CallRinging || first != nil && first.ID < l.ID {
			continue
		}
		if c.mayAnswer(by, number, l) {
			first = l
		}
	}
	if first == nil {
		return nil
	}
	return c.running1(first.ID)
}

// mayAnswer says whether a call rings at a number, or wherever one may pick up
// when it is empty.
func (c *call) mayAnswer(by phone.ID, number string, l *phone.LiveCall) bool {
	for i := range l.Legs {
		leg := &l.Legs[i]
		if leg.Direction != phone.Outbound || leg.State != phone.CallRinging || leg.SIPPhone == "" {
			continue
		}
		if number != "" && number != leg.Number && number != l.Callee.Number {
			continue
		}
		if c.Book.Controls(by, leg.Extension, phone.MayPickUp) {
			return true
		}
	}
	return false
}

// pickUp answers the call p with the caller of this one. Both have made an offer,
// so that the one who picks up is answered first, with nobody on the other side,
// and then gets the offer of the other as any phone that rings.
func (c *call) pickUp(p *call) {
	if c.stage == ended {
		return
	}
	d := c.ends[0]
	if p.stage != setup || p.ring == nil || p.ends[0] == nil || p.coming != nil {
		c.end(nothingRings)
		return
	}
	if len(c.ring.offer) == 0 || len(p.ring.offer) == 0 {
		c.end(noOffer)
		return
	}
	parked, err := c.park(d, c.ring.offer)
	if err != nil {
		c.end(unmade(err))
		return
	}
	d.leg.Accept(parked, p.asserted(p.ends[0]))
	d.log().Answered = c.Now()
	c.cdr.TransferredTo = p.id
	d.move(p, nil)
	c.ends[0] = nil
	c.end(tookOver)
	p.takeUp(d)
}

// takeUp lets an end that has picked up ring alone, until it has answered the
// caller's offer.
func (c *call) takeUp(d *end) {
	c.dropRinging(d)
	r := c.ring
	r.legs, r.next, r.of = []*end{d}, nil, nil
	c.after(pickupTime, c.noAnswer)
	d.link = c.Media.Link(c.ends[0].media, d.media)
	text, err := d.link.Offer(c.ends[0].media, r.offer)
	if err != nil {
		c.hangUp(d, 488, "Not Acceptable Here", noMedia)
		return
	}
	d.leg.Offer(text, func(sdp []byte, f *session.Failure) { c.takenUp(d, text, sdp, f) }, c.asserted(c.ends[0]))
}

// takenUp is the answer of who has picked up.
func (c *call) takenUp(d *end, told, sdp []byte, f *session.Failure) {
	if c.stage != setup || d.over {
		return
	}
	if f != nil {
		c.hangUp(d, f.Status, "Not Acceptable Here", nobodyReached)
		return
	}
	text, err := d.link.Answer(d.media, sdp)
	if err != nil {
		c.hangUp(d, 488, "Not Acceptable Here", noMedia)
		return
	}
	d.told = told
	d.says(sdp, false)
	c.connect(d, text)
}
