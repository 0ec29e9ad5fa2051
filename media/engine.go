package media

import (
	"errors"
	"net/netip"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// EngineConfig is what an engine needs to know.
type EngineConfig struct {
	Ports *Ports // where media ports come from
	// Threads is how many threads carry packets; 0 means one for two processors,
	// and one at least. Each is a thread of the system that Go's scheduler gives
	// a processor to: where calls are many, GOMAXPROCS should be the number of
	// processors and Threads together, so that packets need not wait behind
	// other work for more than the system's own scheduler makes them.
	Threads int
	// External is what session descriptions name in place of a local address of
	// its family: the address of a NAT before us that forwards the ports as they
	// are. Zero for none.
	External netip.Addr
	Now      func() time.Time // nil means time.Now
}

// Engine carries the media of all calls: it has the threads that read the
// sockets. Safe for concurrent use.
type Engine struct {
	ports    *Ports
	external netip.Addr
	now      func() time.Time

	threads []*thread
	running sync.WaitGroup // one for each thread
	next    atomic.Uint32  // the thread that the next End is read by
	order   atomic.Uint64  // of Ends, in which they are locked

	sessions pool[session] // where descriptions are read,
	editors  pool[editor]  // and where they are written

	mu     sync.Mutex // guards closed
	closed bool
	done   atomic.Bool // closed, for those who do not care about the moment
}

// NewEngine starts the threads. The caller closes the engine, after its Ends.
func NewEngine(c EngineConfig) (*Engine, error) {
	if c.Ports == nil {
		return nil, errors.New("new media engine: no ports")
	}
	e := &Engine{ports: c.Ports, external: c.External.Unmap(), now: c.Now}
	if e.now == nil {
		e.now = time.Now
	}
	if c.Threads <= 0 {
		c.Threads = max(runtime.NumCPU()/2, 1)
	}
	for range c.Threads {
		t, err := newThread(e)
		if err != nil {
			return nil, errors.Join(err, e.Close())
		}
		e.threads = append(e.threads, t)
		e.running.Go(t.run)
	}
	return e, nil
}

// Close ends the threads and waits for them. Ends that are still open carry
// nothing any more; they are closed by their owners, whenever they like.
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil
	}
	e.closed = true
	e.done.Store(true)
	var errs []error
	for _, t := range e.threads {
		errs = append(errs, t.stop())
	}
	e.running.Wait()
	for _, t := range e.threads {
		t.close()
	}
	return errors.Join(errs...)
}

// EngineStats is what an engine counts.
type EngineStats struct {
	Ports     PortStats
	Streams   int    // ports that are read
	Received  uint64 // packets, from anybody
	Forwarded uint64 // of those, sent on
	Played    uint64 // packets of tones
}

// Stats returns what the engine has counted.
func (e *Engine) Stats() EngineStats {
	s := EngineStats{Ports: e.ports.Stats()}
	for _, t := range e.threads {
		s.Streams += t.count()
		s.Received += t.received.Load()
		s.Forwarded += t.forwarded.Load()
		s.Played += t.played.Load()
	}
	return s
}

// NewEnd makes our face towards one peer. It takes no ports before it needs
// them. The caller closes it.
func (e *Engine) NewEnd(c EndConfig) *End {
	n := &End{engine: e, order: e.order.Add(1), config: c, identity: newIdentity(),
		thread: e.threads[e.next.Add(1)%uint32(len(e.threads))]}
	n.media = n.room[:0]
	return n
}

// Link joins two ends for offers and answers. Their packets flow when an answer
// has been given, and along the link whose answer was the last.
func (e *Engine) Link(a, b *End) *Link {
	if b.order < a.order {
		a, b = b, a
	}
	return &Link{ends: [2]*End{a, b}}
}

// told is the address that a session description names for a local one.
func (e *Engine) told(local netip.Addr) netip.Addr {
	if e.external.IsValid() && e.external.Is4() == local.Is4() {
		return e.external
	}
	return local
}

// ours reports whether an address is a port of the pool, by its own address or
// by the external one.
func (e *Engine) ours(a netip.AddrPort) bool {
	return e.ports.ours(a, a.Addr() == e.external)
}
