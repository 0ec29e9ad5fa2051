package sip

import (
	chain "container/list"
	"net/netip"
	"sync"
	"time"
)

// connTable is the open connections, as many as it lets in; those that
// are not yet greeted count as well. When it is full, who has been there for a
// while without being registered makes room: strangers cannot shut out phones.
type connTable struct {
	limit, perSource int
	newcomer         time.Duration // that nobody is made to go

	mu       sync.RWMutex // guards what follows
	all      map[*stream]bool
	byRemote map[peer]*stream // the newest, when two listeners have one
	sources  map[netip.Addr]*source
	oldest   chain.List // strangers, *stream
	shut     bool
}

// peer names a connection from our side.
type peer struct {
	network string
	remote  netip.AddrPort
	name    string // of the certificate that it has shown us; "" for those that we did not ask
}

// source is one site's connections.
type source struct {
	conns  int
	oldest chain.List // strangers, *stream
}

// seat is where a connection is in the table.
type seat struct {
	since            time.Time
	stranger, ofSite *chain.Element // nil when it is no stranger
}

func newConnTable(c Config) connTable {
	return connTable{
		limit: c.Connections, perSource: c.PerSource, newcomer: c.limits.newcomer,
		all:      make(map[*stream]bool),
		byRemote: make(map[peer]*stream),
		sources:  make(map[netip.Addr]*source),
	}
}

// site is what one host can choose its addresses from.
func site(a netip.Addr) netip.Addr {
	if a.Is4() {
		return a
	}
	p, err := a.WithZone("").Prefix(64)
	if err != nil {
		return a
	}
	return p.Addr()
}

// add enters c and starts its reading within readers, or gives the reason why
// not.
func (t *connTable) add(c *stream, readers *sync.WaitGroup) (reason drop, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	from := t.sources[site(c.remote.Addr())]
	switch {
	case t.shut:
		return dropConnections, false
	case from != nil && from.conns >= t.perSource && !t.evict(&from.oldest, now):
		return dropPerSource, false
	case len(t.all) >= t.limit && !t.evict(&t.oldest, now):
		return dropConnections, false
	}
	t.enter(c, now)
	readers.Go(c.read)
	return 0, true
}

func (t *connTable) enter(c *stream, now time.Time) {
	home := site(c.remote.Addr())
	from := t.sources[home] // again: who made room may have been the last of it
	if from == nil {
		from = &source{}
		t.sources[home] = from
	}
	from.conns++
	t.all[c] = true
	if c.seat.since = now; c.listener != nil { // who has opened it may be a stranger
		c.seat.stranger, c.seat.ofSite = t.oldest.PushBack(c), from.oldest.PushBack(c)
	}
}

// evict closes the first of the strangers, unless it is a newcomer. Its reading
// goroutine does the rest.
func (t *connTable) evict(strangers *chain.List, now time.Time) bool {
	first := strangers.Front()
	if first == nil {
		return false
	}
	c := first.Value.(*stream)
	if now.Sub(c.seat.since) < t.newcomer {
		return false
	}
	t.leave(c)
	c.stack.count.drop(dropEvicted)
	c.sever()
	return true
}

// leave takes c out; mu is held.
func (t *connTable) leave(c *stream) {
	if !t.all[c] {
		return
	}
	delete(t.all, c)
	t.conceal(c)
	t.befriend(c)
	home := site(c.remote.Addr())
	from := t.sources[home]
	if from.conns--; from.conns == 0 {
		delete(t.sources, home)
	}
}

func (t *connTable) conceal(c *stream) {
	if name := c.peer(); t.byRemote[name] == c {
		delete(t.byRemote, name)
	}
}

// befriend takes c from among the strangers.
func (t *connTable) befriend(c *stream) {
	if c.seat.stranger == nil {
		return
	}
	t.oldest.Remove(c.seat.stranger)
	t.sources[site(c.remote.Addr())].oldest.Remove(c.seat.ofSite)
	c.seat.stranger, c.seat.ofSite = nil, nil
}

func (c *stream) peer() peer { return peer{c.network, c.remote, c.name} }

// greeted lets find find c.
func (t *connTable) greeted(c *stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.all[c] {
		t.byRemote[c.peer()] = c
	}
}

// known is told that somebody is registered on c.
func (t *connTable) known(c *stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.all[c] {
		t.befriend(c)
	}
}

// hide keeps find from finding c.
func (t *connTable) hide(c *stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.conceal(c)
}

func (t *connTable) remove(c *stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.leave(c)
}

func (t *connTable) find(name peer) *stream {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.byRemote[name]
}

// close lets no connection in any more and gives those that are open.
func (t *connTable) close() []*stream {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.shut = true
	cs := make([]*stream, 0, len(t.all))
	for c := range t.all {
		cs = append(cs, c)
	}
	return cs
}

func (t *connTable) size() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return len(t.all)
}
