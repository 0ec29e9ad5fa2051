package registrar

import (
	"time"

	"ringfence/phone"
)

// The ways in which records go without a REGISTER. None of them waits for the
// disk.

// Forget drops all bindings of a phone: it was deleted, or its credentials are
// new. It does not wait for a REGISTER that is under way, nor for the disk; that
// REGISTER will find that it came too late, and Run does the rest. The reason
// why goes into the event.
func (r *Registrar) Forget(id phone.ID, why string) {
	s := r.table.shard(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.phones[id]; e != nil {
		e.epoch++
		r.drop(s, e, phone.PhoneUnregistered, why, func(*record) bool { return true })
	}
}

// Unbind drops one live binding of a phone, or all when binding is empty, and
// says how many there were; the phone may register again. As with Forget, Run
// does the rest, and the reason goes into the event.
func (r *Registrar) Unbind(id, binding phone.ID, why string) int {
	s := r.table.shard(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.phones[id]
	if e == nil {
		return 0
	}
	return r.drop(s, e, phone.PhoneUnregistered, why,
		func(x *record) bool { return binding == "" || phone.BindingID(x.contact) == binding })
}

// disconnect drops the bindings over a connection.
func (r *Registrar) disconnect(at route) {
	for i := range r.table.shards {
		s := &r.table.shards[i]
		s.mu.Lock()
		for len(s.routes[at]) > 0 {
			r.drop(s, s.routes[at][0], phone.PhoneUnregistered, byConnection, func(x *record) bool { return x.route() == at })
		}
		s.mu.Unlock()
	}
}

// expireDue drops every binding that has expired now.
func (r *Registrar) expireDue(now time.Time) {
	ms := now.UnixMilli()
	for i := range r.table.shards {
		s := &r.table.shards[i]
		s.mu.Lock()
		s.wheel.turnTo(now.Unix(), func(e *entry) {
			r.expire(s, e, ms)
			s.wheel.place(e)
		})
		s.mu.Unlock()
	}
}

// expire drops what has expired of one phone. When that is all, the disk need not
// know: what has expired is not restored. What is left has another place now. It
// says whether something has gone; then e may not be in the table any more.
func (r *Registrar) expire(s *shard, e *entry, now int64) bool {
	for i := range e.records {
		if e.records[i].expires <= now {
			r.take(s, e, phone.PhoneExpired, "", func(x *record) bool { return x.expires <= now })
			if len(e.records) > 0 {
				s.mark(e.id)
			}
			return true
		}
	}
	return false
}

// drop takes the records out that are gone, tells of each, and leaves the disk to
// be brought up to date.
func (r *Registrar) drop(s *shard, e *entry, event phone.EventType, why string, gone func(*record) bool) int {
	n := r.take(s, e, event, why, gone)
	if n > 0 {
		s.mark(e.id)
	}
	return n
}

func (r *Registrar) take(s *shard, e *entry, event phone.EventType, why string, gone func(*record) bool) int {
	var left []record
	var lost []step
	for i := range e.records {
		if gone(&e.records[i]) {
			lost = append(lost, step{event, &e.records[i], why})
		} else {
			left = append(left, e.records[i])
		}
	}
	if len(lost) == 0 {
		return 0
	}
	e.shrunk++
	s.put(e, left)
	for i := range lost {
		r.happened(s, e, &lost[i])
	}
	return len(lost)
}
