package main

import "time"

// heardAnswer is a response that has come to a caller.
func (o *office) heardAnswer(m *message, a answer) {
	n := a.sender
	if n >= len(o.calls) {
		return
	}
	c := &o.calls[n]
	switch {
	case c.stage == free:
	case a.cseq == c.invited && string(m.asked) == "INVITE":
		o.heardOfInvite(n, m, a)
	case a.cseq == c.cseq && c.stage == leaving && a.status >= 200:
		if a.status != 200 {
			o.fail(n, a.status)
			return
		}
		o.tally.succeeded(c.setup)
		o.finish(n, 200)
	}
}

func (o *office) heardOfInvite(n int, m *message, a answer) {
	c := &o.calls[n]
	switch {
	case c.stage != dialled:
		if a.status/100 == 2 { // our ACK was lost, or it crosses
			o.tally.retransmitted++
			o.acknowledge(n)
		}
	case a.status < 200:
		if !c.ringing {
			c.ringing = true
			o.wake(n, mostRinging)
		}
	case a.status < 300:
		o.answered(n, m)
	default:
		o.refused(n, m, a)
	}
}

// answered is the 2xx.
func (o *office) answered(n int, m *message) {
	c := &o.calls[n]
	c.stage, c.answered, c.setup = talking, time.Now(), time.Since(c.begun)
	c.to = append(c.to[:0], m.to...)
	c.target = append(c.target[:0], m.contact...)
	c.routes = routeSet(c.routes[:0], m.routes)
	c.media, _ = mediaOf(m.body)
	o.acknowledge(n)
	switch {
	case o.keep:
		c.kept = true
		o.tally.succeeded(c.setup)
		o.held = append(o.held, int32(n))
		o.busy--
	case o.hold == nil:
		o.bye(n)
	default:
		o.wake(n, o.hold())
	}
}

// refused is a final answer that is none of those above.
func (o *office) refused(n int, m *message, a answer) {
	c := &o.calls[n]
	target := o.called(&o.phones[c.callee])
	o.send(o.within(o.scratch[:0], n, "ACK", target, c.invited, "", m.to), c.caller)
	if a.status == 401 && len(a.nonce) > 0 && c.tries < mostTries {
		p := &o.phones[c.caller]
		p.nonce, p.count = append(p.nonce[:0], a.nonce...), 0
		c.ringing = false
		o.invite(n)
		return
	}
	o.fail(n, a.status)
}

func (o *office) fail(n, status int) {
	o.tally.failed(status)
	o.finish(n, status)
}

// finish ends a call: its place is another's.
func (o *office) finish(n, status int) {
	c := &o.calls[n]
	if o.ended != nil {
		o.ended(c, status)
	}
	if !c.kept {
		o.busy--
	}
	c.stage, c.kept = free, false
	c.serial++
	o.places = append(o.places, int32(n))
}

// forget leaves all calls and legs where they are: nobody hears of them again.
func (o *office) forget() {
	for n := range o.calls {
		if o.calls[n].stage != free {
			o.finish(n, 0)
		}
	}
	for n := range o.legs {
		if o.legs[n].live {
			o.leave(n)
		}
	}
	o.busy, o.held = 0, nil
}

// alarmed is what a call does when its time has come.
func (o *office) alarmed(n int) {
	c := &o.calls[n]
	switch {
	case c.stage == talking:
		o.bye(n)
	case c.ringing && c.stage == dialled, o.now.Sub(c.sent) >= timerF: // timers B and F
		o.fail(n, 408)
	default: // RFC 3261 17.1.1.2 timer A, 17.1.2.2 timer E
		c.wait *= 2
		if c.stage == leaving {
			c.wait = min(c.wait, t2)
		}
		o.tally.retransmitted++
		o.send(c.request, c.caller)
		o.wake(n, min(c.wait, timerF-o.now.Sub(c.sent)+tick))
	}
}
