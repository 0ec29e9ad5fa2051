package registrar

import (
	"slices"
	"time"

	"ringfence/phone"
)

// The ways in which bindings go without a REGISTER, and how they come back
// after a restart. None of them waits for a visit or for the disk.

// forget drops all bindings of a phone, and voids what a visit has decided.
func (t *table) forget(id phone.ID, why string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e := t.phones[id]; e != nil {
		e.epoch++
		t.drop(e, step{event: phone.PhoneUnregistered, reason: why}, func(*phone.Binding) bool { return true })
	}
}

// unbind drops one binding of a phone, or with an empty name all, and says how
// many. A REGISTER that is under way does not bring back what it found, but may
// bind it anew.
func (t *table) unbind(id, binding phone.ID, why string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := t.phones[id]
	if e == nil {
		return 0
	}
	before := len(e.bindings)
	t.drop(e, step{event: phone.PhoneUnregistered, reason: why},
		func(b *phone.Binding) bool { return binding == "" || b.ID() == binding })
	return before - len(e.bindings)
}

// disconnect drops the bindings over a connection.
func (t *table) disconnect(r route) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for id := range t.routes[r] {
		t.drop(t.phones[id], step{event: phone.PhoneUnregistered, reason: byConnection},
			func(b *phone.Binding) bool { return routeOfBinding(b) == r })
	}
}

// expireDue drops every binding that has expired now, and returns when the next
// one will; false when there is none.
func (t *table) expireDue(now time.Time) (next time.Time, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.due) > 0 && !t.due[0].first.After(now) {
		t.expire(t.due[0], now)
	}
	if len(t.due) == 0 {
		return time.Time{}, false
	}
	return t.due[0].first, true
}

func (t *table) expire(e *entry, now time.Time) {
	t.drop(e, step{event: phone.PhoneExpired}, func(b *phone.Binding) bool { return !b.Expires.After(now) })
}

// drop takes the bindings out that are gone, tells of each what the step says,
// and leaves the disk to be brought up to date.
func (t *table) drop(e *entry, s step, gone func(*phone.Binding) bool) {
	var left []phone.Binding
	var lost []step
	for _, b := range e.bindings {
		if !gone(&b) {
			left = append(left, b)
			continue
		}
		s.binding = b
		lost = append(lost, s)
	}
	if len(lost) == 0 {
		return
	}
	t.put(e, left)
	t.mark(e.id)
	for _, s := range lost {
		t.happened(e, s)
	}
}

// restore adds a binding of an earlier life; nobody is told.
func (t *table) restore(b phone.Binding, customer phone.ID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := t.entry(b.Phone, customer)
	t.put(e, append(slices.Clone(e.bindings), b))
}

// spoil says that the disk may hold other bindings of the phone than memory.
func (t *table) spoil(id phone.ID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.mark(id)
}

func (t *table) mark(id phone.ID) {
	t.dirty[id] = struct{}{}
	ring(t.spoilt)
}

// fault counts a REGISTER that could not be kept.
func (t *table) fault() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stats.Faults++
}

// unsaved takes the phones out whose bindings on disk are to be written anew.
func (t *table) unsaved() []phone.ID {
	t.mu.Lock()
	defer t.mu.Unlock()
	ids := make([]phone.ID, 0, len(t.dirty))
	for id := range t.dirty {
		ids = append(ids, id)
	}
	clear(t.dirty)
	return ids
}

func (t *table) counted() Stats {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.stats
	s.Entries, s.Unsaved = len(t.phones), len(t.dirty)
	return s
}
