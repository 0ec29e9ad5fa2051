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

// clocks are the two timers that a transaction can have running. They are
// guarded by the mutex of the transaction; both functions take it and look at
// the state first, since a timer may have fired while another was stopping it.
type clocks struct {
	again    *time.Timer   // the next retransmission
	interval time.Duration // the pause before it
	deadline *time.Timer   // the end of the state
}

func (c *clocks) retransmit(first time.Duration, f func()) {
	c.interval = first
	c.again = time.AfterFunc(first, f)
}

// back doubles the pause up to limit (no limit if 0) and waits again.
func (c *clocks) back(limit time.Duration) {
	c.interval *= 2
	if limit > 0 && c.interval > limit {
		c.interval = limit
	}
	c.again.Reset(c.interval)
}

func (c *clocks) hold() {
	if c.again != nil {
		c.again.Stop()
	}
}

// until sets the end of the state in place of an earlier one.
func (c *clocks) until(d time.Duration, f func()) {
	if c.deadline != nil {
		c.deadline.Stop()
	}
	c.deadline = time.AfterFunc(d, f)
}

func (c *clocks) stop() {
	c.hold()
	if c.deadline != nil {
		c.deadline.Stop()
	}
	*c = clocks{}
}
