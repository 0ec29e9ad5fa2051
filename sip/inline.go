package sip

import "time"

// rush is how long a UDP reader has found more than it takes at a time.
type rush struct {
	since time.Duration // 0 when it keeps up
	late  time.Duration // how long it has been so
}

// read is told of each batch, whether it was full.
func (r *rush) read(now time.Duration, full bool) {
	switch {
	case !full:
		*r = rush{}
	case r.since == 0:
		r.since = now
	default:
		r.late = now - r.since
	}
}

// inline handles a message where it was read.
func (s *Stack) inline(m Message, f Flow, d *desk) {
	if d.rush.late >= s.cfg.limits.rush {
		if req, ok := m.(*Request); ok && s.postponed(req, f, &d.out) {
			return
		}
	}
	s.handle(received{m, f})
}

// postponed refuses what would begin something new while a reader does not keep
// up: what goes on already comes first, and would be dropped by the system with
// the rest. It may be that nobody wants to refuse it.
func (s *Stack) postponed(req *Request, f Flow, out *Mail) bool {
	if s.cfg.Overloaded == nil || req.Method == ACK || req.Method == CANCEL || toTag(req) != "" {
		return false
	}
	if s.servers.find(s.keys.server(req, req.Method)) != nil {
		return false // it has begun
	}
	if !s.express(s.cfg.Overloaded, OutlineOf(req), f, out) {
		return false
	}
	s.count.drop(dropOverload)
	return true
}
