package b2bua

import (
	"bytes"
	"cmp"
	"context"

	"ringfence/phone"
	"ringfence/sip/session"
)

// Originate rings a device, and calls the number from it when it is answered. The
// device shows whom it is going to call.
//
// It is asked for its offer, so that all its codecs come to who is called, and is
// answered before there is anybody to talk to: RFC 3725 section 4.
func (s *Switch) Originate(ctx context.Context, device phone.ID, number string) (phone.ID, error) {
	targets, err := s.summon(device)
	if err != nil {
		return "", err
	}
	if !s.leads(&targets[0], number) {
		return "", invalid("target", "Target cannot be called")
	}
	c, err := s.newCall(targets[0].account.Customer)
	if err != nil {
		return "", err
	}
	if !s.admit(c) {
		return "", errFull
	}
	return c.id, ask(ctx, c, func() error {
		c.originate(targets, number)
		return nil
	})
}

// leads says whether a number leads anywhere for a phone. So nobody takes up a
// phone only to hear that there is no such number.
func (s *Switch) leads(from *target, number string) bool {
	a := from.account
	g, q := s.Book.Gathering(a.Customer, number)
	if g != nil || q != nil || s.Book.ByNumber(a.Customer, number) != nil {
		return true
	}
	if s.Lines == nil {
		return false
	}
	x := from.extension
	number, private := withheld(number)
	_, refusal := s.Lines.Outbound(Departure{
		Customer: a.Customer, Phone: a.ID, Dialled: number,
		Caller: Stranger{Number: cmp.Or(x.CallerID, x.Direct), Name: x.Name, Private: private || x.Anonymous},
	})
	return refusal == nil
}

func (c *call) originate(targets []target, number string) {
	x := targets[0].extension
	c.cdr.Caller = phone.Party{
		Type: phone.PartySystem, Number: x.Number, Name: x.Name, Extension: x.ID, SIPPhone: targets[0].account.ID,
	}
	c.cdr.Callee = phone.Party{Number: number}
	if to := c.Book.ByNumber(c.customer, number); to != nil {
		c.cdr.Callee.Name, c.cdr.Callee.Extension = to.Name, to.ID
	}
	c.ring = &ringing{hops: maxHops, by: x, patience: c.RingTimeout}
	c.publish(phone.CallStarted, phone.CallEvent{})
	c.fork(targets)
}

// takenOff is the 2xx of the device: now the number is dialled from it.
func (c *call) takenOff(e *end, sdp []byte) {
	by := c.ring.by
	c.stopClock()
	c.dropRinging(e)
	text, err := c.park(e, sdp)
	if err != nil {
		c.Log.Warn("offer not understood", "call", c.id, "phone", e.phone, "error", err)
		c.hangUp(e, 488, "Not Acceptable Here", noMedia)
		return
	}
	e.leg.Confirm(text)
	e.says(sdp, true)
	e.party = party{name: by.Name, number: by.Number}
	c.ends[0] = e
	c.ring = &ringing{offer: bytes.Clone(sdp), hops: maxHops, by: by}
	c.dial(c.cdr.Callee.Number)
}

// resume gives a caller who is in a session already what the callee has described,
// as an offer.
func (c *call) resume() { c.inTurn(c.resumeNow) }

func (c *call) resumeNow() {
	a, b := c.ends[0], c.ends[1]
	if c.stage != talking || a == nil || b == nil || a.over || b.over || c.coming != nil || c.leaving != nil {
		return
	}
	text, err := c.path.Offer(b.media, b.said)
	if err != nil {
		c.end(brokenOff)
		return
	}
	c.offer(a, text, func(sdp []byte, f *session.Failure) { c.resumed(text, sdp, f) }, c.callee().asserted(c.Domain))
}

func (c *call) resumed(text, sdp []byte, f *session.Failure) {
	a := c.ends[0]
	if c.stage != talking || a == nil || a.over {
		return
	}
	if f == nil {
		if _, err := c.path.Answer(a.media, sdp); err == nil {
			a.told = text
			a.says(sdp, false)
			return
		}
	}
	c.end(brokenOff, reason(488, "Not Acceptable Here"))
}
