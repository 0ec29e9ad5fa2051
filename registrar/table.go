package registrar

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
	"unique"

	"ringfence/phone"
	"ringfence/sip"
)

// table is the records in memory, in shards of their own locks. It knows phones
// that have proven who they are and nobody else, so strangers cannot make it
// grow.
type table struct {
	seed   maphash.Seed
	shards [32]shard
	wake   chan struct{} // a token: there is something for the journal

	waiting atomic.Int64  // REGISTERs for the next commit
	plenty  chan struct{} // a token: so many are there that it is time
}

// shard is the phones whose id's hash falls into it.
type shard struct {
	table *table

	mu     sync.Mutex // guards what follows, and the entries
	phones map[phone.ID]*entry
	routes map[route][]*entry // whose records hang on a connection
	wheel  wheel
	batch  *batch                // what waits for the journal
	spare  *batch                // an empty one, to be used again
	dirty  map[phone.ID]struct{} // whose records on disk are not those in memory
	idle   []*work               // to be used again
	rush   rush
	stats  Stats
}

// entry is one phone, while it has records or somebody is being served. There are
// as many as phones online: a field more is a megabyte more.
type entry struct {
	id         phone.ID
	customer   unique.Handle[phone.ID]
	records    []record // replaced, never changed
	work       *work    // a REGISTER on its way to the journal, or to its fence; nil is none
	next, prev *entry   // in a slot of the wheel
	at         uint32   // that slot's second, 0 is in none
	epoch      uint16   // how often it was forgotten; only looked at while there is work
	shrunk     uint16   // how often something went without a REGISTER; the same
}

// work is what a phone needs besides while it is busy.
type work struct {
	pending []record // what the journal is being told
	waiting []*job   // who comes meanwhile
}

// route names a connection. The zero route is none.
type route struct {
	transport     transport
	local, remote netip.AddrPort
}

func routeOf(f sip.Flow) route { return route{transportOf(f.Network), f.Local, f.Remote} }

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
	Crowded      uint64 // REGISTERs answered 503: too many of one phone, or of all, at once
	Spread       uint64 // lifetimes cut a little, so that not all come back at once
}

func (s *Stats) add(o *Stats) {
	s.Phones += o.Phones
	s.Bindings += o.Bindings
	s.Registered += o.Registered
	s.Refreshed += o.Refreshed
	s.Unregistered += o.Unregistered
	s.Expired += o.Expired
	s.Faults += o.Faults
	s.Crowded += o.Crowded
	s.Spread += o.Spread
}

func newTable(now time.Time) *table {
	t := &table{seed: maphash.MakeSeed(), wake: make(chan struct{}, 1), plenty: make(chan struct{}, 1)}
	for i := range t.shards {
		t.shards[i] = shard{
			table: t, phones: map[phone.ID]*entry{}, routes: map[route][]*entry{}, dirty: map[phone.ID]struct{}{},
			batch: &batch{}, spare: &batch{}, wheel: wheel{turned: now.Unix()},
		}
	}
	return t
}

func (t *table) shard(id phone.ID) *shard {
	return &t.shards[maphash.String(t.seed, string(id))%uint64(len(t.shards))]
}

// entry finds or makes the entry of a phone.
func (s *shard) entry(id, customer phone.ID) *entry {
	e := s.phones[id]
	if e == nil {
		e = &entry{id: id, customer: unique.Make(customer)}
		s.phones[id] = e
	}
	return e
}

// begin makes a phone busy, and end gives who has waited for it.
func (s *shard) begin(e *entry) {
	if n := len(s.idle); n > 0 {
		e.work, s.idle = s.idle[n-1], s.idle[:n-1]
		return
	}
	e.work = &work{}
}

func (s *shard) end(e *entry) (waited []*job) {
	waited = e.work.waiting
	*e.work = work{}
	s.idle = append(s.idle, e.work)
	e.work = nil
	return waited
}

// put replaces the records of an entry, and keeps the routes and the wheel.
func (s *shard) put(e *entry, rs []record) {
	s.stats.Bindings += len(rs) - len(e.records)
	s.stats.Phones += min(1, len(rs)) - min(1, len(e.records))
	for i := range e.records {
		s.disconnect(e, e.records[i].route())
	}
	e.records = rs
	for i := range rs {
		s.connect(e, rs[i].route())
	}
	s.wheel.place(e)
	s.tidy(e)
}

// connect remembers who is to be dropped with a connection.
func (s *shard) connect(e *entry, r route) {
	if r == (route{}) {
		return
	}
	for _, other := range s.routes[r] {
		if other == e {
			return
		}
	}
	s.routes[r] = append(s.routes[r], e)
}

func (s *shard) disconnect(e *entry, r route) {
	if r == (route{}) {
		return
	}
	list := s.routes[r]
	for i, other := range list {
		if other == e {
			list[i] = list[len(list)-1]
			list[len(list)-1] = nil
			list = list[:len(list)-1]
			break
		}
	}
	if len(list) == 0 {
		delete(s.routes, r)
		return
	}
	s.routes[r] = list
}

// tidy drops an entry that holds nothing.
func (s *shard) tidy(e *entry) {
	if e.work == nil && len(e.records) == 0 && s.phones[e.id] == e {
		s.wheel.remove(e)
		delete(s.phones, e.id)
	}
}

// mark says that the disk may hold other records of the phone than memory.
func (s *shard) mark(id phone.ID) {
	s.dirty[id] = struct{}{}
	ring(s.table.wake)
}

// counted adds up the shards.
func (t *table) counted() (sum Stats) {
	for i := range t.shards {
		s := &t.shards[i]
		s.mu.Lock()
		sum.add(&s.stats)
		sum.Entries += len(s.phones)
		sum.Unsaved += len(s.dirty)
		s.mu.Unlock()
	}
	return sum
}

// ring leaves a token, if there is none yet.
func ring(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
