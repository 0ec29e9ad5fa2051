package trunk

import "sync/atomic"

// counters are counted since New.
type counters struct {
	registrations, failures, probes, lost, inbound, outbound, refused, overspent atomic.Uint64
}

// Stats are the lines now, and counters since New.
type Stats struct {
	Lines      int // trunks that are reached by SIP
	Registered int
	Unhealthy  int // lines that calls avoid: not registered, or not reached

	Registrations uint64 // that were granted, refreshes too
	Failures      uint64 // attempts to register that failed
	Probes        uint64
	ProbesLost    uint64 // that no target has answered
	Inbound       uint64 // calls that came in and were counted
	Outbound      uint64 // and that left
	Refused       uint64 // for limits, or for want of money
	Overspent     uint64 // ended for want of money
}

// Stats returns the counters.
func (l *Lines) Stats() Stats {
	c := &l.counters
	s := Stats{
		Registrations: c.registrations.Load(), Failures: c.failures.Load(), Probes: c.probes.Load(), ProbesLost: c.lost.Load(),
		Inbound: c.inbound.Load(), Outbound: c.outbound.Load(), Refused: c.refused.Load(), Overspent: c.overspent.Load(),
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	s.Lines = len(l.lines)
	for _, one := range l.lines {
		if one.status().Registered {
			s.Registered++
		}
		if !one.healthy() {
			s.Unhealthy++
		}
	}
	return s
}
