package phone

import "time"

// Interrupt ends a call that was under way when the server died, as far as it is
// known: at is when the server was alive last.
func (c *CDR) Interrupt(at time.Time) {
	c.Ended = latest(at, c.Started, c.Answered)
	c.TerminatedBy, c.TerminatedReason = EndedBySystem, EndInterrupted
	for i := range c.Legs {
		if l := &c.Legs[i]; l.Ended.IsZero() {
			l.Ended = latest(c.Ended, l.Started, l.Answered)
			l.EndedBy, l.Reason = EndedBySystem, EndInterrupted
		}
	}
}

func latest(times ...time.Time) (last time.Time) {
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}
