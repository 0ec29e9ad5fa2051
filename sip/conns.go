package sip

import (
	"net/netip"
	"sync"
)

// connTable is the open connections, as many as its limits let in.
type connTable struct {
	limit, perSource int

	mu       sync.RWMutex // guards what follows
	all      map[*tcpConn]bool
	byRemote map[netip.AddrPort]*tcpConn // the newest, when two listeners have one
	sources  map[netip.Addr]int
	shut     bool
}

func newConnTable(limit, perSource int) connTable {
	return connTable{
		limit: limit, perSource: perSource,
		all:      make(map[*tcpConn]bool),
		byRemote: make(map[netip.AddrPort]*tcpConn),
		sources:  make(map[netip.Addr]int),
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
func (t *connTable) add(c *tcpConn, readers *sync.WaitGroup) (drop, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	from := site(c.remote.Addr())
	switch {
	case t.shut || len(t.all) >= t.limit:
		return dropConnections, false
	case t.sources[from] >= t.perSource:
		return dropPerSource, false
	}
	t.all[c] = true
	t.byRemote[c.remote] = c
	t.sources[from]++
	readers.Go(c.read)
	return 0, true
}

func (t *connTable) remove(c *tcpConn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.all, c)
	if t.byRemote[c.remote] == c {
		delete(t.byRemote, c.remote)
	}
	from := site(c.remote.Addr())
	if t.sources[from]--; t.sources[from] == 0 {
		delete(t.sources, from)
	}
}

func (t *connTable) find(remote netip.AddrPort) *tcpConn {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.byRemote[remote]
}

// close lets no connection in any more and gives those that are open.
func (t *connTable) close() []*tcpConn {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.shut = true
	cs := make([]*tcpConn, 0, len(t.all))
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
