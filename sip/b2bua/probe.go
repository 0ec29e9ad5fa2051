package b2bua

import (
	"errors"

	"ringfence/sip"
)

// A phone that loses its power or its network says no BYE. When neither end has
// sent RTP for a while, both are asked whether they are still in the call:
// OPTIONS within the dialog (RFC 3261 section 11), which changes nothing. Ends
// on hold are silent too, and answer.

// sign is what became of one question.
type sign struct {
	peer  *peer
	alive bool
}

// probe asks both ends, unless they are heard or a question is still open.
func (c *call) probe() {
	if c.asked > 0 || c.media.chosen.Idle() < c.Silence {
		return
	}
	for _, p := range []*peer{c.caller, c.callee} {
		c.asked++
		req := p.dialog.NewRequest(sip.OPTIONS)
		tx, err := c.Stack.NewClientTx(req, p.flow)
		if err != nil {
			c.signs <- sign{p, false}
			continue
		}
		c.followers.Go(func() { c.signs <- sign{p, c.alive(tx)} })
	}
}

// alive waits for the answer. Any will do but that there is no such dialog; no
// answer in 32 seconds is none (RFC 3261 section 12.2.1.2).
func (s *Switch) alive(tx *sip.ClientTx) bool {
	code := 0
	<-s.follow(tx, s.leaving, func(res *sip.Response) { code = res.StatusCode })
	if code >= 200 {
		return code != 481 && code != 408
	}
	return !errors.Is(tx.Err(), sip.ErrTimeout)
}

// noted takes what became of a question: a lost end ends the call.
func (c *call) noted(s sign) *outcome {
	c.asked--
	if s.alive {
		return nil
	}
	s.peer.gone = true
	return brokenOff
}
