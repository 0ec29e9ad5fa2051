package b2bua

import (
	"fmt"

	"ringfence/phone"
	"ringfence/sip"
)

// respond sends an answer to the caller's INVITE and says whether it could.
func (c *call) respond(res *sip.Response) bool {
	err := c.caller.tx.Respond(res)
	if err != nil {
		c.Log.Debug("answer not sent", "call", c.id, "code", res.StatusCode, "error", err)
	}
	return err == nil
}

// answering makes a response that belongs to the dialog: with our Contact, and
// who it is that is called (RFC 3325).
func (c *call) answering(code int, phrase string, sdp []byte) *sip.Response {
	callee := identity{c.cdr.Callee.Name, c.cdr.Callee.Number, c.Domain}
	res := sip.Reply(c.invite, code, phrase,
		&sip.ContactHeader{Address: c.caller.dialog.Contact},
		sip.NewHeader("Allow", allow), callee.asserted())
	if sdp != nil {
		res.AppendHeader(sdpType())
		res.SetBody(sdp)
	}
	return res
}

// progress passes a provisional response on: early media of the first phone
// that has any, so that the caller does not hear two; and once that it rings.
func (c *call) progress(a *answer) {
	switch {
	case a.res.StatusCode == 100: // hop by hop
	case len(a.res.Body()) > 0 && (c.early == nil || c.early == a.leg):
		c.playEarly(a)
	case a.res.StatusCode >= 180 && a.res.StatusCode <= 182 && !c.ringing:
		c.ringing = true
		c.respond(c.answering(180, "Ringing", nil))
	}
}

func (c *call) playEarly(a *answer) {
	sdp, err := c.answerFrom(a.leg, a.flow, a.res.Body())
	if err != nil {
		c.Log.Debug("early media not understood", "call", c.id, "error", err)
		return
	}
	c.early, c.ringing = a.leg, true
	code, phrase := 183, "Session Progress"
	if a.res.StatusCode == 180 {
		code, phrase = 180, "Ringing"
	}
	c.respond(c.answering(code, phrase, sdp))
}

// take accepts a 2xx, unless nothing can be made of it: then the phone, which
// believes to be in a call, is hung up.
func (c *call) take(a *answer) bool {
	l := a.leg
	if l.hungUp {
		l.final = 480
		return false
	}
	if !c.known(l.account) {
		l.final = 480
		c.bye(a.dialog, a.flow, reason(480, "Temporarily Unavailable"))
		return false
	}
	sdp, err := c.answerFrom(l, a.flow, a.res.Body())
	if err != nil {
		c.Log.Warn("answer not understood", "call", c.id, "phone", l.account.ID, "error", err)
		l.final = 488
		c.bye(a.dialog, a.flow, reason(488, "Not Acceptable Here"))
		return false
	}
	a.sdp = sdp
	return true
}

// known says whether a phone that was called is still there with the same
// credentials. When it was deleted while it rang, it may answer no more.
func (c *call) known(a *phone.Account) bool {
	now := c.Book.ByID(a.ID)
	return now != nil && now.HA1 == a.HA1
}

// connect makes the call of the phone that answered first: the others stop to
// ring, the caller gets its 200. When the caller gave up in the same moment,
// the phone is hung up: both the CANCEL and the 2xx have happened (RFC 3261
// section 9.1).
func (c *call) connect(a *answer) *outcome {
	l := a.leg
	l.peer.dialog, l.peer.flow = a.dialog, a.flow
	c.callee = l.peer
	c.winner = l
	c.dropLegs()
	if err := c.media.choose(l.binding.Local.Addr()); err != nil {
		c.Log.Warn("media port not closed", "call", c.id, "error", err)
	}
	select {
	case <-c.caller.tx.Cancelled():
		return givenUp
	default:
	}
	if !c.respond(c.answering(200, "OK", a.sdp)) {
		return failed
	}
	c.cdr.Answered = c.Now()
	c.cdr.Callee.Type, c.cdr.Callee.SIPPhone = partySIPPhone, l.account.ID
	c.publish(phone.CallAnswered, map[string]any{"answeredBy": l.account.ID})
	return nil
}

// refuse gives the caller its final answer, when it has none yet.
func (c *call) refuse(how *outcome) {
	res := sip.Reply(c.invite, how.code, how.phrase)
	if how.code == 503 {
		res.AppendHeader(retryAfter())
	}
	c.respond(res)
}

// reason is the header field of RFC 3326 for a SIP cause.
func reason(code int, text string) sip.Header {
	return sip.NewHeader("Reason", fmt.Sprintf("SIP;cause=%d;text=%q", code, text))
}
