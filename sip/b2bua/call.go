package b2bua

import (
	"runtime/debug"
	"time"

	"ringfence/media"
	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/session"
)

// stage is how far a call has come.
type stage uint8

const (
	setup     stage = iota // until somebody answers
	answering              // somebody has, and the caller is told as soon as that is on disk
	talking
	ended
)

// call is one call, from its INVITE to its record. All of it is touched only
// from within its mailbox, but for what never changes.
type call struct {
	*mailbox // apart: what lingers of its sessions needs nothing else of the call
	*Switch
	id       phone.ID
	customer phone.ID

	stage stage
	ends  [2]*end     // who calls, and who has answered
	ring  *ringing    // what rings, until the answer
	clock *time.Timer // how long it may ring; then, the next look whether anybody still speaks
	asked int         // ends that have not said yet whether they are there
	path  *media.Link // of the conversation
	heard *outcome    // how it will end, when who was made to call has heard that
	cdr   *phone.CDR

	entered int       // legs that it has had
	leaving *transfer // its conversation is about to go on in another call
	coming  *transfer // another call's conversation is about to go on here
	later   []func()  // what the callee asks for before the caller knows of the answer
	turns   []func()  // what waits for the answer to an offer on its path
}

// newCall is a call of nobody yet.
func (s *Switch) newCall(customer phone.ID) (*call, error) {
	id, err := s.NewID()
	if err != nil {
		return nil, err
	}
	c := &call{mailbox: new(mailbox), Switch: s, id: id, customer: customer}
	c.broke = c.survive
	c.cdr = &phone.CDR{ID: id, Customer: customer, Started: s.Now()}
	return c, nil
}

// survive is called with the panic of a function in the mailbox.
func (c *call) survive(p any) {
	c.Log.Error("panic in a call", "call", c.id, "panic", p, "stack", string(debug.Stack()))
	defer func() {
		if p := recover(); p != nil { // not even its end works
			c.Log.Error("panic at the end of a call", "call", c.id, "panic", p)
			c.forget(c)
		}
	}()
	c.end(failed)
}

// talk is the beginning of a conversation.
func (c *call) talk() {
	if c.stage != talking {
		c.stage = talking
		c.Switch.talking.Add(1)
	}
}

// left is told when a session has ended that was answered.
func (c *call) left(e *end, why *session.End) {
	switch {
	case c.stage == ended || e.over || c.transferred(e):
	case c.stage == setup && e == c.ends[0]: // who called from a session that was there
		c.end(givenUp)
	case c.stage == setup: // who has picked up
		c.lost(e, 487, nobodyReached)
	case c.stage == answering && e == c.ends[0]:
		c.end(givenUp)
	case c.stage == answering: // it is a conversation, if a short one, and the caller is told so
		c.later = append(c.later, func() { c.left(e, why) })
	default:
		how, hs := c.parting(e, why)
		c.end(how, hs...)
	}
}

// parting is how the call ends because of e, and what the other end is told of
// the reason (RFC 3326).
func (c *call) parting(e *end, why *session.End) (*outcome, []sip.Header) {
	switch {
	case why.Cause != session.ByPeer:
		return brokenOff, []sip.Header{c.lostBy(why)}
	case e == c.ends[0]:
		return hungUpByCaller, c.reasons(why.Why)
	}
	return hungUpByCallee, c.reasons(why.Why)
}

// end says goodbye to everybody who is still there, and writes the record. hs go
// into what is said to an end in the conversation.
func (c *call) end(how *outcome, hs ...sip.Header) {
	switch {
	case c.stage == ended:
		return
	case c.heard != nil:
		how = c.heard
	case c.refusedByTone(how):
		return
	}
	told := c.stage == talking
	if told {
		c.Switch.talking.Add(-1)
	}
	if c.stage == answering { // the caller never knew
		c.cdr.Answered, c.cdr.AnsweredByCallee = time.Time{}, time.Time{}
	}
	c.stage, c.turns = ended, nil
	c.abandon(how)
	c.catchUp()
	c.stopClock()
	c.dropRinging(nil, hs...)
	c.ring = nil
	a, b := c.ends[0], c.ends[1]
	if b != nil {
		b.part(how, hs)
	}
	c.conclude(how)
	if a == nil {
		c.note(func() {})
		return
	}
	if told {
		a.part(how, hs)
		c.note(func() {})
		return
	}
	a.leave(how.code, how.by, how.reason)
	c.note(func() { a.refuse(how) })
}

// part says BYE to an end, if it has not itself, and takes it out.
func (e *end) part(how *outcome, hs []sip.Header) {
	if e.leg != nil && e.leg.Alive() {
		e.leg.Bye(hs...)
	}
	e.leave(200, how.by, how.reason)
}

// refuse gives the caller its final answer, unless it has one.
func (e *end) refuse(how *outcome) {
	switch {
	case e.leg == nil || how == givenUp || !e.leg.Alive():
	case e.leg.Answered(): // it was called itself first
		e.leg.Bye(reason(how.code, how.phrase))
	case how.code == 503:
		e.leg.Reject(how.code, how.phrase, retryAfter())
	default:
		e.leg.Reject(how.code, how.phrase)
	}
}

// after runs f in the call's mailbox when d has passed, unless something else
// has been asked for meanwhile.
func (c *call) after(d time.Duration, f func()) {
	c.stopClock()
	var t *time.Timer
	t = time.AfterFunc(d, func() {
		c.Do(func() {
			if c.clock == t && c.stage != ended {
				f()
			}
		})
	})
	c.clock = t
}

func (c *call) stopClock() {
	if c.clock != nil {
		c.clock.Stop()
		c.clock = nil
	}
}
