package b2bua

import (
	"time"

	"ringfence/sip/session"
)

// join lets x and the target agree upon a session, with the target asked first.
// Each is shown who the other is.
func (t *transfer) join() {
	t.hurry()
	x, y, c := t.x, t.target(), t.from
	if y == nil || y.over || x.over {
		t.fail(481, "Call/Transaction Does Not Exist")
		return
	}
	t.link = c.Media.Link(x.media, y.media)
	text, err := t.link.Offer(x.media, x.wish())
	if err != nil {
		c.Log.Warn("transfer without media", "call", c.id, "error", err)
		t.fail(488, "Not Acceptable Here")
		return
	}
	y.leg.Offer(text, func(sdp []byte, f *session.Failure) { t.agreed(y, text, sdp, f) }, c.asserted(x))
}

// hurry bounds how long an end may think about the session: one that has answered
// provisionally has no timer of its own (RFC 3261 section 17.1.1.2), and
// everybody waits.
func (t *transfer) hurry() {
	t.joining = true
	t.calm()
	var clock *time.Timer
	clock = time.AfterFunc(t.from.thought(), func() {
		t.from.Do(func() {
			if t.over || t.clock != clock { // the next one thinks already
				return
			}
			for _, e := range [...]*end{t.target(), t.x} {
				if e != nil && e.leg.Alive() {
					e.leg.Withdraw()
				}
			}
			t.fail(480, "Temporarily Unavailable")
		})
	})
	t.clock = clock
}

func (t *transfer) calm() {
	if t.clock != nil {
		t.clock.Stop()
	}
}

// agreed takes the target's answer.
func (t *transfer) agreed(y *end, told, sdp []byte, f *session.Failure) {
	x := t.x
	if t.over {
		tooLate(t.to, t.old, y, told, sdp, f)
		return
	}
	if f != nil {
		t.refused(f)
		return
	}
	text, err := t.link.Answer(y.media, sdp)
	if err != nil {
		t.fail(488, "Not Acceptable Here")
		return
	}
	t.changed, y.told = true, told
	y.says(sdp, false)
	if t.left == nil && x.leg.Early() { // its INVITE waits for an answer, and this is it
		x.told = text
		x.leg.Accept(text, t.to.asserted(y))
		x.log().Answered = t.from.Now()
		t.commit()
		return
	}
	t.tell()
}

// tell offers x the session that the target has described.
func (t *transfer) tell() {
	t.hurry()
	x, y := t.x, t.target()
	text, err := t.link.Offer(y.media, y.said)
	if err != nil {
		t.fail(488, "Not Acceptable Here")
		return
	}
	x.leg.Offer(text, func(sdp []byte, f *session.Failure) { t.heard(text, sdp, f) }, t.to.asserted(y))
}

// heard takes what x says to that.
func (t *transfer) heard(told, sdp []byte, f *session.Failure) {
	if t.over {
		if t.left != nil {
			tooLate(t.from, t.left, t.x, told, sdp, f)
		}
		return
	}
	if f != nil {
		t.refused(f)
		return
	}
	if _, err := t.link.Answer(t.x.media, sdp); err != nil {
		t.fail(488, "Not Acceptable Here")
		return
	}
	t.x.told = told
	t.x.says(sdp, false)
	t.commit()
}

// tooLate takes what b has agreed to when nothing comes of the transfer any more: it
// is offered the session with a again.
func tooLate(c *call, a, b *end, told, sdp []byte, f *session.Failure) {
	if f != nil || a.over || b.over || c.stage != talking {
		return
	}
	b.told = told
	b.says(sdp, false)
	c.renew(a, b)
}

// refused ends the transfer because one of the two does not want the session.
func (t *transfer) refused(f *session.Failure) {
	t.link.Withdraw()
	switch f.Status {
	case 408, 480, 481, 487, 503: // it is not there
		t.fail(480, "Temporarily Unavailable")
	case 491:
		t.fail(491, "Request Pending")
	default:
		t.fail(488, "Not Acceptable Here")
	}
}

// joining says whether a session between e and somebody new is being agreed upon,
// which is no time for offers of its own.
func (c *call) joining(e *end) bool {
	for _, t := range [...]*transfer{c.leaving, c.coming} {
		if t != nil && (t.joining || t.left != nil && t.left.over && e == t.x) {
			return true
		}
	}
	return false
}

// welcome lets the caller into the conversation that somebody has answered: who
// called, or who is to take their place.
func (c *call) welcome(sdp []byte, late bool) {
	switch t := c.coming; {
	case t != nil && t.old.leg == nil:
		t.link = c.path
		t.tell()
	case t != nil:
		t.waited, t.text, t.late = true, sdp, late
		t.join()
	default:
		c.greet(sdp, late)
	}
}

// greet gives who called what the callee has described: as the answer, or as an
// offer when they are in a session already.
func (c *call) greet(sdp []byte, late bool) {
	if !c.ends[0].leg.Answered() {
		c.answer(sdp, late)
		return
	}
	c.resume()
	c.after(c.Silence, c.watch)
}
