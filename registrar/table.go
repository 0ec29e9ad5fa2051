package registrar

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

// table is the bindings in memory. It knows phones that have proven who they
// are and nobody else, so strangers cannot make it grow.
type table struct {
	tell   func(customer phone.ID, s step) // of what happens, under mu
	sooner chan struct{}                   // a token: the first expiry has changed
	spoilt chan struct{}                   // a token: there is something in dirty

	mu     sync.Mutex // guards all below, and the entries but for their turn
	phones map[phone.ID]*entry
	routes map[route]map[phone.ID]struct{} // whose bindings use a connection
	due    queue
	dirty  map[phone.ID]struct{} // whose bindings on disk are not those in memory
	stats  Stats
}

// entry is one phone, while it has bindings or somebody visits it.
type entry struct {
	id, customer phone.ID
	turn         chan struct{} // holds a token while somebody changes the bindings
	visits       int           // who has the turn or waits for it
	epoch        uint64        // how often it was forgotten
	bindings     []phone.Binding
	first        time.Time // when the first of them expires
	place        int       // in the queue, -1 when not there
}

// route names a connection.
type route struct {
	network       string
	local, remote netip.AddrPort
}

func routeOf(f sip.Flow) route { return route{f.Network, f.Local, f.Remote} }

func routeOfBinding(b *phone.Binding) route { return route{b.Transport, b.Local, b.Remote} }

// Stats are counters since the start; the first four are what is there now.
type Stats struct {
	Phones   int // that are registered
	Bindings int
	Entries  int // phones and those that are just being served
	Unsaved  int // phones whose removed bindings are still on disk

	Registered   uint64
	Refreshed    uint64
	Unregistered uint64
	Expired      uint64
	Faults       uint64 // REGISTERs answered 500 because they could not be kept
	Crowded      uint64 // REGISTERs answered 503: too many of one phone at once
}

func newTable(tell func(phone.ID, step)) *table {
	return &table{
		tell: tell, sooner: make(chan struct{}, 1), spoilt: make(chan struct{}, 1),
		phones: map[phone.ID]*entry{}, routes: map[route]map[phone.ID]struct{}{}, dirty: map[phone.ID]struct{}{},
	}
}

// entry finds or makes the entry of a phone.
func (t *table) entry(id, customer phone.ID) *entry {
	e := t.phones[id]
	if e == nil {
		e = &entry{id: id, customer: customer, turn: make(chan struct{}, 1), place: -1}
		t.phones[id] = e
	}
	if customer != "" {
		e.customer = customer
	}
	return e
}

// visit is the right to change the bindings of a phone.
type visit struct {
	t     *table
	e     *entry
	epoch uint64 // when bindings was called
}

// crowd bounds who waits for the turn of one phone. Without it one phone that
// floods us would hold all the workers that serve the others.
const crowd = 8

// errCrowd is that more want the turn than a phone in order would.
var errCrowd = errors.New("too many requests of this phone at once")

// begin waits for the phone's turn. Every visit is to be ended. The error is
// errCrowd or ctx's.
func (t *table) begin(ctx context.Context, id, customer phone.ID) (*visit, error) {
	e, err := t.enter(id, customer)
	if err != nil {
		return nil, err
	}
	select {
	case e.turn <- struct{}{}:
		return &visit{t: t, e: e}, nil
	case <-ctx.Done():
		t.leave(e)
		return nil, fmt.Errorf("wait for the turn: %w", ctx.Err())
	}
}

func (t *table) enter(id, customer phone.ID) (*entry, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := t.entry(id, customer)
	if e.visits >= crowd {
		t.stats.Crowded++
		return nil, errCrowd
	}
	e.visits++
	return e, nil
}

func (v *visit) end() {
	<-v.e.turn
	v.t.leave(v.e)
}

func (t *table) leave(e *entry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	e.visits--
	t.tidy(e)
}

// bindings are those that have not expired now. What is decided from them holds
// until the phone is forgotten.
func (v *visit) bindings(now time.Time) []phone.Binding {
	v.t.mu.Lock()
	defer v.t.mu.Unlock()
	v.epoch = v.e.epoch
	v.t.expire(v.e, now)
	return slices.Clone(v.e.bindings)
}

// commit puts a plan into effect, unless the phone was forgotten since the
// bindings were read: then it returns false. What has gone meanwhile in another
// way, expired or with its connection, stays gone.
func (v *visit) commit(p plan) bool {
	v.t.mu.Lock()
	defer v.t.mu.Unlock()
	if v.epoch != v.e.epoch {
		return false
	}
	left := slices.DeleteFunc(slices.Clone(p.kept), func(b phone.Binding) bool { return !slices.Contains(v.e.bindings, b) })
	v.t.put(v.e, append(left, p.set...))
	for _, s := range p.steps {
		v.t.happened(v.e, s)
	}
	return true
}

// put replaces the bindings of an entry, and keeps the routes and the queue.
func (t *table) put(e *entry, bs []phone.Binding) {
	for i := range e.bindings {
		r := routeOfBinding(&e.bindings[i])
		if delete(t.routes[r], e.id); len(t.routes[r]) == 0 {
			delete(t.routes, r)
		}
	}
	t.stats.Bindings += len(bs) - len(e.bindings)
	t.stats.Phones += occupied(bs) - occupied(e.bindings)
	e.bindings = bs
	for i := range bs {
		t.connect(&bs[i])
	}
	t.schedule(e)
	t.tidy(e)
}

func occupied(bs []phone.Binding) int { return min(1, len(bs)) }

// connect remembers who is to be dropped with a connection.
func (t *table) connect(b *phone.Binding) {
	if b.Transport == "udp" {
		return
	}
	r := routeOfBinding(b)
	if t.routes[r] == nil {
		t.routes[r] = map[phone.ID]struct{}{}
	}
	t.routes[r][b.Phone] = struct{}{}
}

// schedule moves the entry to where it belongs in the queue.
func (t *table) schedule(e *entry) {
	switch {
	case len(e.bindings) == 0:
		if e.place >= 0 {
			heap.Remove(&t.due, e.place)
		}
		return
	case e.place < 0:
		e.first = firstExpiry(e.bindings)
		heap.Push(&t.due, e)
	default:
		e.first = firstExpiry(e.bindings)
		heap.Fix(&t.due, e.place)
	}
	if e.place == 0 {
		ring(t.sooner)
	}
}

// tidy drops an entry that holds nothing.
func (t *table) tidy(e *entry) {
	if e.visits == 0 && len(e.bindings) == 0 && t.phones[e.id] == e {
		delete(t.phones, e.id)
	}
}

// happened counts and tells.
func (t *table) happened(e *entry, s step) {
	switch s.event {
	case phone.PhoneRegistered:
		t.stats.Registered++
	case phone.PhoneRefreshed:
		t.stats.Refreshed++
	case phone.PhoneUnregistered:
		t.stats.Unregistered++
	case phone.PhoneExpired:
		t.stats.Expired++
	}
	t.tell(e.customer, s)
}

// ring leaves a token, if there is none yet.
func ring(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
