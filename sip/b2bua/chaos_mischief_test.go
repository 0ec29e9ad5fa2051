package b2bua

import (
	"time"

	"ringfence/sip"
)

// mischief is what a phone ought not to do within a dialog, and which changes
// nothing there.
func (c *chat) mischief() {
	i := c.i
	switch i.rng.IntN(9) {
	case 0:
		c.refer(sip.NewHeader("Refer-To", oddReferTo[i.rng.IntN(len(oddReferTo))]))
	case 1:
		c.flood()
	case 2:
		c.refused(sip.INVITE, 420, i.sdp(), sip.NewHeader("Require", "precondition"))
	case 3:
		c.refused(sip.UPDATE, 488, []byte("rubbish"))
	case 4:
		c.refused(sip.PRACK, 481, nil, sip.RAck{RSeq: 4711, CSeq: 7, Method: sip.INVITE}.Header())
	case 5:
		c.refused("PUBLISH", 405, nil)
	case 6:
		c.refused("JUMP", 501, nil)
	case 7:
		c.refused(sip.NOTIFY, 481, nil, sip.NewHeader("Event", "refer"), sip.NewHeader("Subscription-State", "active"))
	case 8:
		c.ackAgain()
	}
}

var oddReferTo = []string{
	"<tel:102>", "<sip:ringfence.test>", "<sip:102@ringfence.test;method=BYE>", "<sip:102@ringfence.test?Replaces=x>",
	"<sip:102@ringfence.test?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc>", "sip:102@ringfence.test", "<<", "<sip:300@ringfence.test>",
	"<sip:0705@ringfence.test>", "<sip:*8@ringfence.test>", "<sip:*28night@ringfence.test>",
}

// flood sends many keys and texts at once.
func (c *chat) flood() {
	for range 4 {
		c.info()
		req := c.dialog.NewRequest(sip.MESSAGE)
		req.AppendHeader(contentType("text/plain"))
		req.SetBody([]byte("hello"))
		c.i.request(req, func(*sip.Response, error) {})
	}
}

// refused sends what must be answered with a code; or that the session is over, or
// in some other state than the phone thinks.
func (c *chat) refused(m sip.RequestMethod, code int, sdp []byte, hs ...sip.Header) {
	req := c.dialog.NewRequest(m, hs...)
	body(req, sdp)
	c.i.request(req, func(res *sip.Response, _ error) {
		switch {
		case res == nil || res.IsProvisional():
		case res.StatusCode == code, res.StatusCode == 481, res.StatusCode == 491, res.StatusCode == 500:
		default:
			c.i.complain(c, "%s got %d", m, res.StatusCode)
		}
	})
}

// ackAgain acknowledges its first INVITE once more, with a description that nobody
// waits for.
func (c *chat) ackAgain() {
	if c.acked == nil || c.invite == nil || sip.SDP(c.acked) != nil {
		return
	}
	ack := c.dialog.NewACK(c.invite)
	body(ack, c.i.sdp())
	ack.PrependHeader(c.i.stack.Via(c.i.flow()))
	_ = c.i.flow().Send(ack)
}

// onceMore sends the INVITE of a new call in a transaction of its own, as what has
// come two ways: there is one call all the same (RFC 3261 section 8.2.2.2).
func (c *chat) onceMore() {
	if c.over { // a challenge has kept nothing of the first
		return
	}
	req := c.invite.Clone()
	req.RemoveHeader("Via")
	c.i.request(req, func(res *sip.Response, _ error) {
		if res != nil && res.IsSuccess() && !c.over {
			c.i.complain(c, "a merged request got %d", res.StatusCode)
		}
	})
}

// impatience is what a caller does before the answer.
func (c *chat) impatience() {
	i := c.i
	i.after(i.upTo(60*time.Millisecond), func() {
		d := c.early
		if c.up || c.over || d == nil {
			return
		}
		switch i.rng.IntN(3) {
		case 0: // another INVITE, before the answer to the first
			req := d.NewRequest(sip.INVITE)
			body(req, i.sdp())
			i.request(req, func(res *sip.Response, _ error) {
				if res != nil && res.IsSuccess() {
					c.unsure = true
				}
			})
		case 1:
			c.update()
		case 2:
			i.request(d.NewRequest(sip.INFO), func(*sip.Response, error) {})
		}
	})
}
