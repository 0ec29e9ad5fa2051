package sip

import "time"

// Timers are the base values of RFC 3261 section 17.1.1.1; zero is the RFC's.
type Timers struct {
	T1 time.Duration // round trip estimate, 500 ms; 64 of them are every time-out
	T2 time.Duration // the longest pause between retransmissions, 4 s
	T4 time.Duration // how long a message may stay in the network, 5 s
}

func (t Timers) orDefault() Timers {
	if t.T1 <= 0 {
		t.T1 = 500 * time.Millisecond
	}
	if t.T2 <= 0 {
		t.T2 = 4 * time.Second
	}
	if t.T4 <= 0 {
		t.T4 = 5 * time.Second
	}
	return t
}

// timeout is 64*T1: timers B, D, F, H, J, L and M.
func (t Timers) timeout() time.Duration { return 64 * t.T1 }

// clock is the one timer of a transaction, set for what comes first: sending
// again, or the end of the state. It is guarded by the mutex of the transaction,
// which winds it when it lets go of that. Times are those of Stack.now.
type clock struct {
	bell     *bell
	interval time.Duration // the pause before sending again
	again    time.Duration // when; 0 is never
	deadline time.Duration // when the state ends; 0 is never
	set      time.Duration // what the bell is set for; 0 is nothing
	idle     bool          // nothing is left but to be forgotten at the deadline
}

// rings is a transaction as its timer knows it.
type rings interface{ ring() }

// now is the time since the stack was made. It is never 0.
func (s *Stack) now() time.Duration { return time.Since(s.epoch) + 1 }

// retransmit lets sending again begin after a first pause.
func (c *clock) retransmit(now, first time.Duration) { c.interval, c.again = first, now+first }

// back doubles the pause up to limit (no limit if 0).
func (c *clock) back(now, limit time.Duration) {
	c.interval *= 2
	if limit > 0 && c.interval > limit {
		c.interval = limit
	}
	c.again = now + c.interval
}

// until is nothing but a deadline.
func (c *clock) until(deadline time.Duration) { c.again, c.deadline = 0, deadline }

// rest is a deadline for what is only to be forgotten then: nobody minds when that
// is a little later.
func (c *clock) rest(deadline time.Duration) { c.again, c.deadline, c.idle = 0, deadline, true }

func (c *clock) stop() { c.again, c.deadline = 0, 0 }

// next is when there is something to do; 0 is never.
func (c *clock) next() time.Duration {
	if c.again == 0 || c.deadline != 0 && c.deadline < c.again {
		return c.deadline
	}
	return c.again
}

// wind sets the timer. Who is called asks first what is due: it may have fired
// while it was being set.
func (c *clock) wind(s *Stack, t rings) {
	next := c.next()
	switch {
	case next == c.set:
		return
	case next == 0 || c.idle:
		c.silence(s)
	case c.bell == nil:
		c.bell = s.bells.Get().(*bell)
		c.bell.set(t, next-s.now())
	default:
		c.bell.set(t, next-s.now())
	}
	if c.set = next; c.idle && next != 0 {
		s.oblivion(next).add(t, next)
	}
}

// silence gives the bell back.
func (c *clock) silence(s *Stack) {
	if c.bell != nil {
		c.bell.stop()
		s.bells.Put(c.bell)
		c.bell = nil
	}
}

// due is asked when the timer has fired.
func (c *clock) due(now time.Duration) (over, again bool) {
	c.set = 0
	over = c.deadline != 0 && c.deadline <= now
	return over, !over && c.again != 0 && c.again <= now
}
