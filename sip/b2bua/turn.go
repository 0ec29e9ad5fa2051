package b2bua

import (
	"cmp"
	"time"

	"ringfence/sip"
	"ringfence/sip/session"
)

// The path between two ends knows one offer, the last. What is to be changed there
// waits for the answer to one that is under way.

// ask passes an offer to an end.
func (e *end) ask(text []byte, on func([]byte, *session.Failure), hs ...sip.Header) {
	e.asks++
	e.leg.Offer(text, func(sdp []byte, f *session.Failure) {
		e.asks--
		on(sdp, f)
		if e.call != nil {
			e.call.nextTurn()
		}
	}, hs...)
}

// offer is an offer of our own to an end. It is taken back when there is no answer
// for long: one that has answered provisionally has no timer of its own (RFC 3261
// section 17.1.1.2).
func (c *call) offer(e *end, text []byte, on func([]byte, *session.Failure), hs ...sip.Header) {
	leg, done := e.leg, false
	late := time.AfterFunc(c.thought(), func() {
		e.Do(func() {
			if !done {
				leg.Withdraw()
			}
		})
	})
	e.ask(text, func(sdp []byte, f *session.Failure) {
		done = true
		late.Stop()
		on(sdp, f)
	}, hs...)
}

// thought is how long an end may think about a session: 64*T1.
func (s *Switch) thought() time.Duration { return 64 * cmp.Or(s.Timers.T1, 500*time.Millisecond) }

// maxTurns bounds what waits for the answer to one offer.
const maxTurns = 8

// inTurn runs f as soon as neither end is asked for anything: now, or when it has
// answered.
func (c *call) inTurn(f func()) {
	if !c.asking() {
		f()
		return
	}
	if len(c.turns) < maxTurns {
		c.turns = append(c.turns, f)
	}
}

func (c *call) asking() bool {
	for _, e := range c.ends {
		if e != nil && !e.over && (e.asks > 0 || e.turn != noTurn) {
			return true
		}
	}
	return false
}

// nextTurn runs what has waited.
func (c *call) nextTurn() {
	for len(c.turns) > 0 && c.stage == talking && !c.asking() {
		f := c.turns[0]
		c.turns = c.turns[1:]
		f()
	}
}
