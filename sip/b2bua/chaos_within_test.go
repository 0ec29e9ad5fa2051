package b2bua

import (
	"strings"

	"ringfence/sip"
)

// take is a request that has come.
func (i *imp) take(x *asked) {
	c, req := i.chatOf(x.req), x.req
	switch {
	case req.Method == sip.INVITE && toTag(req) == "" && c == nil:
		i.ring(x)
	case c == nil || c.gone:
		x.answer(481, nil)
	case req.Method == sip.BYE:
		c.byed = true
		if c.caller && c.dialog == nil {
			x.answer(200, nil) // it has overtaken the 2xx
			return
		}
		if c.over && !i.chance(0.5) {
			x.answer(481, nil)
			return
		}
		c.up, c.over = false, true
		x.answer(200, nil)
	case c.over || c.dialog == nil && c.early == nil && c.asked == nil:
		x.answer(481, nil)
	default:
		i.within(c, x)
	}
}

func (i *imp) within(c *chat, x *asked) {
	d := c.dialog
	if d == nil {
		d = c.early
	}
	if d != nil && d.Accept(x.req) != nil {
		x.answer(500, nil)
		return
	}
	contact := &sip.ContactHeader{Address: i.stack.Contact(i.flow(), "secret-of-"+i.name)}
	switch x.req.Method {
	case sip.INVITE:
		i.reinvited(c, x, contact)
	case sip.UPDATE:
		if sip.SDP(x.req) == nil {
			x.answer(200, nil, contact)
			return
		}
		if c.mine > 0 || c.theirs > 0 {
			x.answer(491, nil)
			return
		}
		c.theirs++
		i.after(i.pause(), func() {
			c.theirs--
			if i.chance(0.15) {
				x.answer([...]int{488, 491, 500, 504}[i.rng.IntN(4)], nil)
				return
			}
			c.agree(x, i.sdp(), contact)
		})
	case sip.PRACK:
		if then := c.pracked; then != nil {
			c.pracked = nil
			x.answer(200, nil)
			if i.chance(0.2) {
				c.update()
			}
			then()
			return
		}
		x.answer(481, nil)
	case sip.NOTIFY:
		if strings.Contains(string(x.req.Body()), " 200 ") && i.chance(0.3) {
			c.bye()
		}
		x.answer(200, nil)
	default:
		x.answer(200, nil)
	}
}

// reinvited answers a re-INVITE of the server.
func (i *imp) reinvited(c *chat, x *asked, contact sip.Header) {
	c.reasked = append(c.reasked, x)
	c.glared = c.mine > 0
	if c.mine > 0 {
		x.answer(491, nil)
		return
	}
	if c.theirs > 0 {
		x.answer(500, nil)
		return
	}
	c.theirs++
	then := func(f func()) {
		i.after(i.pause(), func() {
			c.theirs--
			f()
		})
	}
	if sip.SDP(x.req) == nil && i.chance(0.02) {
		c.theirs--
		x.answer(200, nil, contact)
		c.unsure = true
		return
	}
	switch p := i.rng.Float64(); {
	case p < 0.85:
		then(func() { c.agree(x, i.sdp(), contact) })
	case p < 0.88 && i.storm.stubborn:
		x.answer(100, nil) // and nothing else, ever
	case p < 0.98:
		then(func() {
			code := [...]int{488, 491, 500, 603, 480, 302, 401, 420, 422}[i.rng.IntN(9)]
			c.glared = code == 491
			x.answer(code, nil)
		})
	default:
		c.theirs--
		c.up, c.over, c.gone = false, true, true
		x.answer(481, nil)
	}
}

// agree takes an offer of the server.
func (c *chat) agree(x *asked, sdp []byte, hs ...sip.Header) {
	if x.final || c.over {
		x.answer(487, nil)
		return
	}
	c.said, c.heard = sdp, sip.SDP(x.req)
	for _, y := range append(c.reasked, c.asked) {
		if y != nil && y != x {
			y.acked = true // what its ACK says is over, if that comes yet
		}
	}
	x.answer(200, sdp, hs...)
}

func (i *imp) acknowledged(ack *sip.Request) {
	if c := i.chatOf(ack); c != nil && c.asked != nil && ack.CSeq().SeqNo == c.asked.req.CSeq().SeqNo {
		c.asked.tx.Acknowledge()
		c.heardACK(c.asked, ack)
		return
	}
	if c := i.chatOf(ack); c != nil {
		for _, x := range c.reasked {
			if x.req.CSeq().SeqNo == ack.CSeq().SeqNo {
				x.tx.Acknowledge()
				c.heardACK(x, ack)
			}
		}
	}
}

// heardACK takes the answer to an offer in a 2xx.
func (c *chat) heardACK(x *asked, ack *sip.Request) {
	if sdp := sip.SDP(ack); sdp != nil && sip.SDP(x.req) == nil && !x.acked {
		c.heard = sdp
	}
	x.acked = true
}

// cancelled answers the INVITE 487, or takes it all the same.
func (i *imp) cancelled(x *asked) {
	if c := i.chatOf(x.req); c != nil && c.asked == x && i.chance(0.15) {
		c.answer(200)
		return
	}
	i.after(i.pause(), func() {
		if c := i.chatOf(x.req); c != nil && c.asked == x && !x.final {
			c.over = true
		}
		x.answer(487, nil)
	})
}

// settled is the end of a transaction of the server's.
func (i *imp) settled(x *asked, err error) {
	c := i.chatOf(x.req)
	if x.req.Method != sip.INVITE || c == nil || err == nil || i.storm.closing.Load() {
		return
	}
	if c.up { // the ACK has not come
		c.bye()
	}
}
