package b2bua

import (
	"bytes"
	"slices"

	"ringfence/media"
	"ringfence/sip/session"
)

// In the conversation offers and answers pass from one end to the other (RFC
// 3264, RFC 3261 section 14, RFC 3311). Whose turn it is the sessions know; here
// is what becomes of the descriptions.

// turn is what an ACK with a description answers.
type turn uint8

const (
	noTurn    turn = iota
	lateOffer      // the callee's offer, which the caller's INVITE asked for
	sameAgain      // the session as it was, which a re-INVITE asked for
)

// partner is who e's offers are for: the other end; before the answer, who is
// heard.
func (c *call) partner(e *end) *end {
	if c.stage == talking {
		if to := e.other(); to != nil && to.leg != nil { // not who stands in for another
			return to
		}
		return nil
	}
	r := c.ring
	switch {
	case r == nil || r.early == nil || len(r.offer) == 0 || c.ends[0].leg == nil || c.ends[0].over:
	case e == c.ends[0]:
		return r.early
	case e == r.early:
		return c.ends[0]
	}
	return nil
}

// offered takes an offer within a dialog.
func (c *call) offered(e *end, o *session.Offer) {
	to := c.partner(e)
	switch {
	case c.joining(e):
		o.Reject(491, "Request Pending")
		return
	case to == nil:
		o.Reject(500, "Not answered yet", retryAfter()) // RFC 3311 section 5.2
		return
	case to.asks > 0 || e.asks > 0: // the path waits for that
		o.Reject(491, "Request Pending")
		return
	}
	if to.turn == sameAgain { // what it answers to that is not what is in the link any more
		to.turn = noTurn
	}
	if o.SDP == nil {
		c.describe(e, to, o)
		return
	}
	text, err := c.between(e, to).Offer(e.media, o.SDP)
	if err != nil {
		c.Log.Debug("offer refused", "call", c.id, "error", err)
		o.Reject(488, "Not Acceptable Here")
		return
	}
	o.Withdrawn = to.leg.Withdraw
	to.asker, to.passed = e, o
	to.ask(text, func(sdp []byte, f *session.Failure) { c.turned(e, to, o, text, sdp, f) })
}

// turned takes what the other end says to an offer, which it was told as told. A
// refused one changes nothing (RFC 3261 section 14.1). An answer that we cannot
// read leaves the two ends with different ideas of the session, so that the call is
// over.
func (c *call) turned(e, to *end, o *session.Offer, told, sdp []byte, f *session.Failure) {
	if c.stage == answering { // what was agreed upon before that comes first
		c.later = append(c.later, func() { c.turned(e, to, o, told, sdp, f) })
		return
	}
	to.asker, to.passed = nil, nil
	if e.over || to.over || c.partner(e) != to && e.other() != to {
		o.Reject(491, "Request Pending") // whom it was for is gone; what waits for its answer goes on
		return
	}
	path := c.between(e, to)
	if f != nil {
		path.Withdraw()
		code, phrase := f.Status, f.Phrase
		if code < 400 || code == 401 || code == 407 { // nothing that the offerer could follow
			code, phrase = 488, "Not Acceptable Here"
		}
		o.Reject(code, phrase)
		return
	}
	if !o.Pending() { // it was taken back, but too late: the offerer knows nothing of this
		path.Withdraw()
		to.told = told
		to.says(sdp, false)
		c.renew(e, to)
		return
	}
	text, err := path.Answer(to.media, sdp)
	if err != nil {
		c.Log.Warn("answer not understood", "call", c.id, "error", err)
		o.Reject(500, "Server Internal Error")
		c.end(brokenOff)
		return
	}
	e.told, to.told = text, told
	e.says(o.SDP, true)
	to.says(sdp, false)
	if c.stage == setup {
		c.stand(e, to, o.SDP)
	}
	o.Answer(text)
}

// stand notes whose offer it was that the session before the answer goes by: the
// answer repeats what was answered to the caller, or has nothing to say.
func (c *call) stand(e, to *end, offer []byte) {
	to.stands, e.stands = false, e != c.ends[0]
	if e == c.ends[0] {
		c.ring.offer = bytes.Clone(offer)
	}
}

// describe answers a re-INVITE that wants an offer with the session as it is. The
// other end is left alone.
func (c *call) describe(e, to *end, o *session.Offer) {
	text, err := c.between(e, to).Offer(to.media, to.said)
	switch {
	case err == nil:
		e.turn, e.told = sameAgain, text
	case len(e.told) == 0:
		o.Reject(488, "Not Acceptable Here")
		return
	}
	o.Answer(e.told)
}

// acknowledged takes the answer that an ACK brings.
func (c *call) acknowledged(e *end, sdp []byte) {
	t := e.turn
	switch e.turn = noTurn; t {
	case lateOffer:
		c.agreed(e, sdp)
	case sameAgain:
		c.confirmed(e, sdp)
	default: // something else has come between
		e.says(sdp, false)
		c.relink()
	}
	c.nextTurn()
}

// confirmed is the answer to the session as it was. One that makes something else
// of it is an offer for the other end.
func (c *call) confirmed(e *end, sdp []byte) {
	to := c.partner(e)
	switch {
	case to == nil:
		return
	case c.leaving != nil || c.coming != nil: // others may be heard now; it counts when they are gone
		e.says(sdp, false)
		return
	case len(sdp) == 0:
		c.between(e, to).Withdraw()
		return
	}
	if _, err := c.between(e, to).Answer(e.media, sdp); err != nil {
		c.Log.Warn("answer not understood", "call", c.id, "error", err)
		c.end(brokenOff)
		return
	}
	changed := c.stage == talking && c.differ(e.said, sdp)
	if e.says(sdp, changed); changed {
		c.renew(e, to)
	}
}

// restated takes what an end says anew when its session is refreshed (RFC 4028 section
// 7.4): many count each answer as another version. The other end is told only what
// means something else to it.
func (c *call) restated(e *end, sdp []byte) {
	to := c.partner(e)
	if c.stage != talking || to == nil {
		return
	}
	changed := c.differ(e.said, sdp)
	if e.says(sdp, changed); changed {
		c.renew(e, to)
		return
	}
	c.relink() // it may want media elsewhere
}

// differ says whether two descriptions of an end mean different things to the other
// end.
func (c *call) differ(before, now []byte) bool {
	a, err := media.Describe(before)
	if err != nil {
		return false
	}
	b, err := media.Describe(now)
	return err == nil && (a.Direction != b.Direction || !slices.Equal(a.PayloadTypes, b.PayloadTypes) || c.Direct && a.Remote != b.Remote)
}

// agreed passes on an answer of the caller, where the other end waits for one.
func (c *call) agreed(e *end, sdp []byte) {
	to := c.partner(e)
	if to == nil {
		return
	}
	text, err := c.between(e, to).Answer(e.media, sdp)
	if err != nil {
		c.Log.Warn("answer not understood", "call", c.id, "error", err)
		to.leg.Confirm(nil)
		c.end(brokenOff)
		return
	}
	e.says(sdp, false)
	to.told = text
	to.leg.Confirm(text)
}
