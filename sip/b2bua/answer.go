package b2bua

import (
	"bytes"
	"errors"

	"ringfence/media"
	"ringfence/phone"
	"ringfence/sip"
)

// answered takes a 2xx, unless nothing can be made of it: then the phone, which
// believes to be in a call, is hung up.
func (c *call) answered(e *end, res *sip.Response, sdp []byte) {
	if c.stage != setup || e.over {
		e.leg.Bye()
		return
	}
	l := e.log()
	l.Answered, l.SIPCode = c.Now(), res.StatusCode
	if e.way != nil {
		e.way.Succeeded()
	}
	if !c.known(e) {
		c.hangUp(e, 480, "Temporarily Unavailable", nobodyReached)
		return
	}
	e.show()
	if c.ends[0] == nil {
		c.takenOff(e, sdp)
		return
	}
	text, err := c.understood(e, sdp)
	if err != nil {
		c.Log.Warn("answer not understood", "call", c.id, "phone", e.phone, "error", err)
		c.hangUp(e, 488, "Not Acceptable Here", noMedia)
		return
	}
	c.connect(e, text)
}

// understood edits what an end describes in its 2xx for the caller: an answer,
// or an offer where the caller wanted one.
func (c *call) understood(e *end, sdp []byte) ([]byte, error) {
	late := len(c.ring.offer) == 0
	e.says(sdp, late)
	if late {
		return e.link.Offer(e.media, sdp)
	}
	return c.reply(e, sdp)
}

// reply edits what an end that was called answers to what the caller offers, in
// its 2xx or before.
func (c *call) reply(e *end, sdp []byte) ([]byte, error) {
	if a := c.ends[0]; e.stands || a.asker == e || e.asker == a { // what was said before that stands, or what is yet to be said
		return a.told, nil
	}
	text, err := e.link.Answer(e.media, sdp)
	if errors.Is(err, media.ErrNoOffer) { // another was made meanwhile, and refused
		a, offer := c.wanted()
		if _, err = e.link.Offer(a, offer); err == nil {
			text, err = e.link.Answer(e.media, sdp)
		}
	}
	return text, err
}

// hangUp takes out an end whose 2xx is of no use.
func (c *call) hangUp(e *end, code int, phrase string, o *outcome) {
	if len(c.ring.offer) == 0 {
		e.leg.Confirm(nil) // its offer has no answer, but it has its ACK
	}
	e.leg.Bye(reason(code, phrase))
	c.lost(e, code, o)
}

// known says whether a phone that was called is still there with the same
// credentials. When it was deleted while it rang, it may answer no more.
func (c *call) known(e *end) bool {
	if e.phone == "" {
		return true
	}
	now, there := c.Book.Identity(e.login)
	return there && now.ID == e.phone && now.HA1 == e.ha1
}

// connect makes the call of the end that answered first: the others stop to
// ring, and the caller gets its 200 as soon as the answer is on disk, so that no
// conversation is without its record.
func (c *call) connect(e *end, sdp []byte) {
	c.stopClock()
	c.dropRinging(e)
	c.hush()
	c.ends[1], c.path = e, e.link
	e.serves = c.ring.wait != nil
	late := len(c.ring.offer) == 0
	c.ring = nil
	c.stage = answering
	c.cdr.Answered = c.Now()
	c.joined(e)
	c.Ledger.Note(c.cdr, func(err error) {
		c.Do(func() { c.establish(sdp, late, err) })
	})
}

// joined notes in the record who it is that the caller talks to.
func (c *call) joined(e *end) {
	r, l := c.cdr, e.log()
	r.Callee.Type = phone.PartyExternal
	if e.phone != "" {
		r.Callee.Type = phone.PartySIPPhone
	}
	r.Callee.SIPPhone = e.phone
	if l.Trunk != "" {
		r.Trunk = l.Trunk
	}
	if l.Extension == r.Callee.Extension && r.AnsweredByCallee.IsZero() {
		r.AnsweredByCallee = r.Answered
	}
}

// establish gives the caller its 200.
func (c *call) establish(sdp []byte, late bool, err error) {
	if err != nil {
		c.Log.Error("answer of a call not saved", "call", c.id, "error", err)
	}
	if c.stage != answering {
		return
	}
	c.talk()
	b := c.ends[1]
	if b.ticket != nil {
		b.ticket.Answered()
	}
	c.publish(phone.CallAnswered, phone.CallEvent{AnsweredBy: b.phone})
	c.welcome(sdp, late)
	c.catchUp()
}

// answer is the 200 to the caller.
func (c *call) answer(sdp []byte, late bool) {
	a := c.ends[0]
	if a.log().Answered = c.Now(); late {
		a.turn = lateOffer
	}
	a.show()
	other := a.leg.Settled() && !bytes.Equal(a.told, sdp) // then the 200 says nothing of this
	a.told = sdp
	if a.leg.Accept(sdp, c.connected().asserted(c.Domain)); other {
		c.resume()
	}
	c.after(c.Silence, c.watch)
}
