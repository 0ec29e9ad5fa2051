package main

import (
	"ringfence/registrar"
	"ringfence/sip"
	"ringfence/sip/door"
	"ringfence/store"
)

// express answers what needs neither transaction nor dialog on the goroutine
// that has read it: every REGISTER, and what strangers send most, so that they
// cost little and leave nothing.
func (s *house) express(o *sip.Outline, f sip.Flow, out *sip.Mail) bool {
	switch o.Method {
	case sip.REGISTER:
		s.registrar.Serve(o, f, out)
		return true
	case sip.OPTIONS:
		return s.calls.Express(o, f, out)
	case sip.INVITE:
		if len(o.Authorization) > 0 || s.lines.Known(f.Remote.Addr()) || !s.calls.Callable(o) {
			return false
		}
		_, result := s.door.Authenticate(o, f)
		s.door.Answer(out, o, f, result)
		return true
	}
	return false
}

// overloaded answers a request that there is no room for: whoever proves a
// password is told when to come again. Strangers are not answered.
func (s *house) overloaded(o *sip.Outline, f sip.Flow, out *sip.Mail) bool {
	if len(o.Authorization) == 0 {
		return false
	}
	if _, result := s.door.Authenticate(o, f); result != door.Proven {
		return false
	}
	o.Answer(out, f, 503, "Service Unavailable", "Retry-After: 5")
	return true
}

// serveSIP is the front door for all other requests that belong to no
// transaction.
func (s *house) serveSIP(req *sip.Request, f sip.Flow) {
	if req.Method == sip.SUBSCRIBE && s.lamps.Load().Serve(req, f) {
		return
	}
	s.calls.Serve(req, f)
}

// together lets what many calls have to say leave in few system calls.
func (s *house) together(f func()) {
	if s.stack == nil { // not open yet, or not any more
		f()
		return
	}
	s.stack.Together(f)
}

// journal is where registrations are kept, nil for nowhere.
func (c *Config) journal(s *store.Store) registrar.Journal {
	if c.Registrations == "memory" {
		return nil
	}
	return s
}
