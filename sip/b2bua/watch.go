package b2bua

import (
	"ringfence/sip"
	"ringfence/sip/session"
)

// A phone that loses its power or its network says no BYE. An end that has sent no
// RTP for a while is asked whether it is still in the call: OPTIONS within the
// dialog (RFC 3261 section 11), which changes nothing. Ends on hold are silent
// too, and answer.

// watch asks who is not heard, unless a question is still open.
func (c *call) watch() {
	if c.asked == 0 {
		for _, e := range c.ends {
			if e == nil || e.leg == nil || e.over || !e.silent() { // who stands in for another, or was transferred away
				continue
			}
			c.asked++
			e.leg.Send(session.Message{Method: sip.OPTIONS}, func(res *sip.Response) { c.said(e, res) })
		}
	}
	c.after(c.Silence, c.watch)
}

// silent says whether an end has sent no media for a while. Of those that go from
// phone to phone nothing is known.
func (e *end) silent() bool {
	c := e.call
	if c.Direct {
		return true
	}
	heard := e.media.Quality().Audio.In.Last
	if since := e.log().Answered; since.After(heard) {
		heard = since
	}
	return c.Now().Sub(heard) >= c.Silence
}

// said takes what became of a question. Any answer will do; that there is no
// such dialog ends the session by itself, and no answer in 32 seconds ends the
// call (RFC 3261 section 12.2.1.2).
func (c *call) said(e *end, res *sip.Response) {
	c.asked--
	if c.stage == talking && e.call == c && !e.over && (res == nil || res.StatusCode == 408) {
		c.end(brokenOff)
	}
}
