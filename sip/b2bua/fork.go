package b2bua

import (
	"ringfence/media"
	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/session"
)

// maxLegs bounds how many contacts ring at the same time for one call.
const maxLegs = 32

// target is a phone and one contact to ring it at.
type target struct {
	account   *phone.Account
	extension *phone.Extension
	binding   phone.Binding
	summoned  bool // it is asked to answer by itself
}

// fork lets all targets ring at once.
func (c *call) fork(targets []target) {
	r := c.ring
	for i := range targets[:min(len(targets), maxLegs)] {
		t := &targets[i]
		e := c.newEnd(phone.CDRLeg{
			Direction: phone.Outbound, Extension: t.extension.ID, SIPPhone: t.account.ID,
			Number: t.extension.Number, Address: t.binding.Target.String(), UserAgent: clip(t.binding.UserAgent),
		}, party{name: t.extension.Name, number: t.extension.Number})
		e.login, e.ha1, e.bound = t.account.Login, t.account.HA1, true
		r.legs = append(r.legs, e)
		c.reach(e, t)
	}
	c.after(c.turnTime(), c.noAnswer)
}

// reach finds the flow of a binding, which may mean a connection, and rings
// there.
func (c *call) reach(e *end, t *target) {
	b := &t.binding
	c.Stack.Reach(b.Transport, b.Local, b.Target, func(f sip.Flow, err error) {
		c.Do(func() {
			if e.over {
				return
			}
			if err == nil {
				err = c.invite(e, t, f)
			}
			if err != nil {
				c.Log.Warn("contact cannot be called", "call", c.id, "phone", t.account.ID, "error", err)
				c.lost(e, 503, unmade(err))
			}
		})
	})
}

// invite sends an INVITE of our own. Nothing of the caller's is in it but the
// hops left and the edited session description.
func (c *call) invite(e *end, t *target, f sip.Flow) error {
	uri, err := sip.RequestURI(t.binding.Contact)
	if err != nil {
		return err
	}
	sdp, err := c.offerTo(e, f, t.account.SRTP)
	if err != nil {
		return err
	}
	from := c.shown()
	e.leg = session.NewOutbound(c.sessionFor(sdp), e, e, session.Outbound{
		Flow: f, URI: uri, Routes: t.binding.Path, // RFC 3327 section 5.4
		From: session.Party{Name: quotable(from.name), URI: from.uri(c.Domain)},
		To:   session.Party{URI: sip.URI{Scheme: "sip", User: t.account.KnownAs(&t.binding), Host: c.Domain}},
		Hops: c.ring.hops, SDP: sdp, Headers: c.introduction(t, from),
	})
	return e.leg.Invite()
}

// offerTo opens the way of media to an end, and writes what it is offered; that
// is nothing when the caller wants an offer.
func (c *call) offerTo(e *end, f sip.Flow, srtp string) ([]byte, error) {
	e.media = c.Media.NewEnd(c.face(f, srtp))
	if c.ends[0] == nil { // it is to call somebody itself
		return nil, nil
	}
	a, offer := c.wanted()
	e.link = c.Media.Link(a, e.media)
	if len(offer) == 0 {
		return nil, nil
	}
	sdp, err := e.link.Offer(a, offer)
	e.told = sdp
	return sdp, err
}

// wanted is what who calls offers, and where: who has left the call to another has
// left that too.
func (c *call) wanted() (*media.End, []byte) {
	offer := c.ring.offer
	if t := c.coming; t != nil && c.ends[0].over {
		if len(offer) > 0 {
			offer = t.x.wish()
		}
		return t.x.media, offer
	}
	return c.ends[0].media, offer
}
