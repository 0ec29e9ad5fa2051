package b2bua

import (
	"slices"

	"ringfence/media"
	"ringfence/phone"
)

// A phone that calls makes its own ringing tone while it waits. Who is in a
// session with us already, and waits for somebody to answer, has to be played one:
// a phone that was made to call, and who is transferred.

// tones are those of the customer's country.
func (c *call) tones() *media.Tones {
	if x := c.Book.Customer(c.customer); x != nil {
		return media.TonesOf(x.Country)
	}
	return media.TonesOf("")
}

// waits is who has to be played what happens at the other end; nil for nobody.
func (c *call) waits() *media.End {
	t, a := c.coming, c.ends[0]
	switch {
	case t != nil && t.alone():
		return t.x.media
	case t == nil && a != nil && a.leg != nil && a.leg.Answered():
		return a.media
	}
	return nil
}

// alone says whether nobody talks with x any more: whom it leaves has sent it
// away, or has gone.
func (t *transfer) alone() bool {
	return t.left != nil && (t.report != nil || t.left.over)
}

// ringBack lets who waits hear that it rings.
func (c *call) ringBack() {
	if m := c.waits(); m != nil && c.stage == setup {
		m.Play(c.tones().Ringing)
	}
}

// hush ends that.
func (c *call) hush() {
	if m := c.waits(); m != nil {
		m.Silence()
	}
}

// playAndEnd answers the caller of a call that nobody is called for, plays a tone
// once, and hangs up; the record ends as how says. A caller that wants an offer is
// refused: we have none of our own.
func (c *call) playAndEnd(t *media.Tone, how *outcome) {
	if c.stage != setup {
		return
	}
	a, offer := c.ends[0], c.ring.offer
	if len(offer) == 0 {
		c.end(noOffer)
		return
	}
	text, err := c.park(a, offer)
	if err != nil {
		c.end(unmade(err))
		return
	}
	c.stopClock()
	c.ring = nil
	c.stage = answering
	c.cdr.Answered = c.Now()
	c.Ledger.Note(c.cdr, func(err error) {
		c.Do(func() { c.playNow(text, err, t, how) })
	})
}

// playNow is when the answer is on disk.
func (c *call) playNow(sdp []byte, err error, t *media.Tone, how *outcome) {
	if err != nil {
		c.Log.Error("answer of a call not saved", "call", c.id, "error", err)
	}
	if c.stage != answering {
		return
	}
	c.talk()
	c.publish(phone.CallAnswered, phone.CallEvent{})
	a := c.ends[0]
	a.log().Answered = c.Now()
	a.leg.Accept(sdp, c.callee().asserted(c.Domain))
	a.media.Play(t)
	c.catchUp()
	c.after(t.Length(), func() { c.end(how, reason(how.code, how.phrase)) })
}

// abrupt are the ends of a call that rings which nobody has to be played: somebody
// wants it to end, or we cannot go on.
var abrupt = []*outcome{givenUp, stopped, shuttingDown, failed}

// refusedByTone lets a phone that was made to call hear that nobody is reached,
// before it is hung up; it says whether that is so. Who takes up a phone hears why,
// as who dials does.
func (c *call) refusedByTone(how *outcome) bool {
	a := c.ends[0]
	if c.stage != setup || c.coming != nil || a == nil || a.over || slices.Contains(abrupt, how) {
		return false
	}
	if a.leg == nil || !a.leg.Answered() {
		return false
	}
	c.dropRinging(nil)
	c.ring = nil
	c.heard = how
	c.hush()
	tone := c.tones().Refusal
	a.media.Play(tone)
	c.after(tone.Length(), func() { c.end(how) })
	return true
}
