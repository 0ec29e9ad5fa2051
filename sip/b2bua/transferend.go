package b2bua

import (
	"ringfence/phone"
	"ringfence/sip/session"
)

// transferred says whether an end that has hung up may do so: it was about to be
// let go anyway.
func (c *call) transferred(e *end) bool {
	if t := c.leaving; t != nil && e == t.left {
		e.leave(200, c.side(e), phone.EndTransferred)
		if to := t.to; to != nil && to.ring != nil && to.ring.told {
			to.ringBack()
		}
		return true
	}
	if t := c.coming; t != nil && e == t.old {
		e.leave(200, c.side(e), phone.EndTransferred)
		return true
	}
	return false
}

// side is A or B.
func (c *call) side(e *end) string {
	if e == c.ends[0] {
		return phone.EndedByCaller
	}
	return phone.EndedByCallee
}

// fail ends a transfer that comes to nothing: whom it left talks with x again. Who
// has hung up already has left x alone.
func (t *transfer) fail(code int, phrase string) {
	if t.over {
		return
	}
	t.over, t.code, t.phrase = true, code, phrase
	t.accept()
	t.part()
	if t.to != nil && t.to.stage != ended {
		t.restore()
	}
	switch from := t.from; {
	case from.stage == ended:
		t.report.notify(code, phrase, nil)
	case t.left == nil: // it came with an INVITE, and this is its answer
		from.end(&outcome{phone.EndedBySystem, phone.EndError, code, phrase})
	case t.left.over:
		from.end(&outcome{from.side(t.left), phone.EndTransferred, code, phrase}, reason(code, phrase))
	default:
		from.Do(func() { // when whoever was heard instead is gone
			from.relink()
			t.report.notify(code, phrase, nil)
		})
	}
}

// restore lets the call that the conversation was to go on in be what it was
// before; nobody is left who wanted one that was placed for the transfer.
func (t *transfer) restore() {
	to, old, y := t.to, t.old, t.target()
	if old.leg == nil || old.over {
		to.end(&outcome{to.side(old), phone.EndCancel, t.code, t.phrase}, reason(t.code, t.phrase))
		return
	}
	if to.stage != talking {
		return
	}
	if t.waited { // it has what it waited for itself
		to.greet(t.text, t.late)
	}
	if t.changed && y != nil && !y.over {
		to.relink() // they hear each other at once
		to.renew(old, y)
		return
	}
	to.Do(to.relink)
}

// renew offers an end the session with the other one anew, after it had agreed to
// one with somebody else.
func (c *call) renew(a, b *end) { c.inTurn(func() { c.renewNow(a, b) }) }

func (c *call) renewNow(a, b *end) {
	if a.over || b.over || c.partner(a) != b || c.leaving != nil || c.coming != nil {
		return
	}
	text, err := c.path.Offer(a.media, a.said)
	if err != nil {
		c.end(brokenOff)
		return
	}
	c.offer(b, text, func(sdp []byte, f *session.Failure) {
		if b.over || a.over {
			return
		}
		if f != nil { // a session that is not there any more ends by itself
			c.path.Withdraw()
			c.relink()
			return
		}
		if _, err := c.path.Answer(b.media, sdp); err != nil {
			c.Log.Warn("answer not understood", "call", c.id, "error", err)
			c.end(brokenOff)
			return
		}
		b.told = text
		b.says(sdp, false)
	}, c.asserted(a))
}

// part takes the transfer out of both calls. The stand-in gives back what was
// never its own.
func (t *transfer) part() {
	t.calm()
	if m := t.x.media; m != nil {
		m.Silence()
	}
	if t.from.leaving == t {
		t.from.leaving = nil
	}
	if to := t.to; to != nil && to.coming == t {
		to.coming = nil
		if t.old.leg == nil {
			t.old.media = nil
		}
	}
}

// abandon ends the transfers of a call that ends.
func (c *call) abandon(how *outcome) {
	if t := c.leaving; t != nil {
		t.fail(487, "Request Terminated")
	}
	if t := c.coming; t != nil {
		code, phrase := how.code, how.phrase
		if code < 300 {
			code, phrase = 487, "Request Terminated"
		}
		t.fail(code, phrase)
	}
}
