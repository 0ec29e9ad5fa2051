package b2bua

import (
	"fmt"
	"time"

	"ringfence/sip"
)

// ring is a call for the imp: something rings, and then there is an answer of
// some kind.
func (i *imp) ring(x *asked) {
	c := &chat{i: i, id: x.req.CallID().Value(), asked: x}
	i.chats[c.id] = c
	if i.chance(0.8) {
		i.after(i.pause(), func() { c.answer([...]int{180, 180, 183, 183, 182, 199}[i.rng.IntN(6)]) })
	}
	code := 0
	switch p := i.rng.Float64(); {
	case p < 0.7:
		code = 200
	case p < 0.76:
		code = 486
	case p < 0.8:
		code = 302
	case p < 0.85:
		code = [...]int{603, 480, 500, 404, 600, 422, 401}[i.rng.IntN(7)]
	default: // it rings until somebody gives up
		i.after(i.upTo(50*time.Millisecond), func() { c.answer(180) })
		return
	}
	d := i.upTo(100 * time.Millisecond)
	i.after(d, func() { c.answer(code) })
	if code != 200 && i.chance(0.1) { // it changes its mind, too late
		i.after(d+i.pause(), func() { c.answer(200) })
	}
}

// answer responds to the INVITE that has called it.
func (c *chat) answer(code int) {
	i, x := c.i, c.asked
	if c.over || x.final || x.tx == nil {
		return
	}
	if code >= 200 && c.pracked != nil { // after the PRACK
		c.pracked = func() { c.answer(code) }
		return
	}
	contact := &sip.ContactHeader{Address: i.stack.Contact(i.flow(), "secret-of-"+i.name)}
	hs := []sip.Header{contact, sip.NewHeader("Server", "secret-of-"+i.name), sip.NewHeader("Allow", i.allow())}
	var sdp []byte
	if code == 200 || code == 183 {
		sdp = i.sdp()
	}
	switch {
	case code == 302:
		to := i.storm.numbers[i.rng.IntN(len(i.storm.numbers))]
		x.answer(302, nil, &sip.ContactHeader{Address: sip.URI{Scheme: "sip", User: to, Host: "ringfence.test"}})
		c.over = true
	case code >= 300:
		c.over = true
		x.answer(code, nil)
	case code == 200:
		c.pickUp(sdp, hs)
	case code > 100 && sip.HasToken(x.req, "Supported", "100rel") && i.chance(0.5) && sip.SDP(x.req) != nil:
		hs = append(hs, sip.NewHeader("Require", "100rel"), sip.NewHeader("RSeq", "77"))
		c.reliably(code, sdp, hs)
	default:
		x.answer(code, sdp, hs...)
	}
}

// reliably sends a provisional response until its PRACK has come.
func (c *chat) reliably(code int, sdp []byte, hs []sip.Header) {
	if c.pracked != nil || c.early != nil {
		return
	}
	c.makeDialog(&c.early)
	waits, tries := true, 0
	c.pracked, c.earlier = func() {}, sdp
	if sdp != nil {
		c.said, c.heard = sdp, sip.SDP(c.asked.req)
	}
	var send func()
	send = func() {
		if c.pracked == nil || c.over || c.asked.final {
			waits = false
		}
		if !waits {
			return
		}
		if tries++; tries > 30 {
			c.over = true
			c.asked.answer(504, nil)
			return
		}
		c.asked.answer(code, sdp, hs...)
		c.i.after(2*chaosT1, send)
	}
	send()
}

func (c *chat) makeDialog(d **sip.Dialog) {
	var err error
	*d, err = sip.UASDialog(c.asked.req, toTag(sip.Reply(c.asked.req, 200, "OK")), c.i.stack.Contact(c.i.flow(), "secret-of-"+c.i.name))
	if err != nil {
		c.i.complain(c, "INVITE makes no dialog: %v", err)
	}
}

func (c *chat) pickUp(sdp []byte, hs []sip.Header) {
	i := c.i
	c.dialog = c.early
	if c.dialog == nil {
		c.makeDialog(&c.dialog)
	}
	switch {
	case c.earlier != nil && i.chance(0.5):
		sdp = nil // it was said reliably
	case c.earlier != nil:
		sdp = c.earlier
	case i.chance(0.02):
		sdp, c.unsure = []byte("rubbish"), true
	default:
		c.said, c.heard = sdp, sip.SDP(c.asked.req)
	}
	c.up = true
	c.asked.answer(200, sdp, hs...)
	d := c.dialog
	i.storm.addDialog(fmt.Sprintf("%s;to-tag=%s;from-tag=%s", d.CallID, d.RemoteTag, d.LocalTag))
	if i.chance(0.03) { // before the ACK, which it may not
		c.bye()
		return
	}
	c.live()
}
