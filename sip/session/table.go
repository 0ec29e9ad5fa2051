package session

import (
	"hash/maphash"
	"sync"

	"ringfence/sip"
)

const shards = 16

// Table finds legs by their own tag, for the requests of the peer. It may be used
// from any goroutine. Legs enter and leave it by themselves: its size is the
// owner's business, who lets calls in.
type Table struct {
	seed   maphash.Seed
	shards [shards]shard
}

type shard struct {
	mu   sync.RWMutex // guards what follows
	legs map[string]*Leg
}

// NewTable is an empty one.
func NewTable() *Table {
	t := &Table{seed: maphash.MakeSeed()}
	for i := range t.shards {
		t.shards[i].legs = make(map[string]*Leg)
	}
	return t
}

// Deliver gives a request to the leg that its To tag names, through that leg's
// mailbox. It is false when there is none, when the Call-ID is another, or when it
// does not come from the address that the leg is with: then the handler answers
// 481 (RFC 3261 section 12.2.2), an ACK not at all.
func (t *Table) Deliver(req *sip.Request, f sip.Flow) bool {
	l := t.find(toTag(req))
	if l == nil || l.id != callIDOf(req) || l.source != f.Remote.Addr() {
		return false
	}
	if req.Method == sip.ACK {
		l.box.Do(func() { l.acked(req) })
		return true
	}
	in, o := l.transact(req, f)
	l.box.Do(func() { l.receive(in, o) })
	return true
}

// Find gives the leg of a dialog as Replaces names it from our side (RFC 3891
// section 3), nil if there is none. What it has of the peer's tag is compared by
// the owner, within the mailbox: see Leg.RemoteTag.
func (t *Table) Find(callID, localTag string) *Leg {
	if l := t.find(localTag); l != nil && l.id == callID {
		return l
	}
	return nil
}

// Len is how many legs there are.
func (t *Table) Len() int {
	n := 0
	for i := range t.shards {
		s := &t.shards[i]
		s.mu.RLock()
		n += len(s.legs)
		s.mu.RUnlock()
	}
	return n
}

func (t *Table) shard(tag string) *shard {
	return &t.shards[maphash.String(t.seed, tag)%shards]
}

func (t *Table) find(tag string) *Leg {
	if tag == "" {
		return nil
	}
	s := t.shard(tag)
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.legs[tag]
}

// enter is false when another leg has the tag; no table is no obstacle.
func (t *Table) enter(l *Leg) bool {
	if t == nil {
		return true
	}
	s := t.shard(l.tag)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.legs[l.tag] != nil {
		return false
	}
	s.legs[l.tag] = l
	return true
}

func (t *Table) leave(l *Leg) {
	if t == nil {
		return
	}
	s := t.shard(l.tag)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.legs[l.tag] == l {
		delete(s.legs, l.tag)
	}
}
