package media

import (
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"
)

// broadcast is the limited broadcast address of RFC 919.
var broadcast = netip.AddrFrom4([4]byte{255, 255, 255, 255})

// RelayConfig is what a relay needs to know.
type RelayConfig struct {
	A, B netip.Addr       // the local addresses of the two sides, IPv4 or IPv6
	Now  func() time.Time // nil means time.Now
}

// Relay passes RTP and RTCP between two phones, unchanged, so that each of them
// only ever talks to us. One side may be IPv4 and the other IPv6.
type Relay struct {
	A, B *Side // never nil, never changed

	ports *Ports
	now   func() time.Time
	born  time.Time

	mu      sync.Mutex // guards started, closed, err
	started bool
	closed  bool
	err     error          // of the first Close
	running sync.WaitGroup // one for each socket's goroutine
}

// NewRelay binds the ports of both sides. Nothing moves until Start. The caller
// closes the relay. Errors: ErrExhausted, or why an address cannot be bound.
func (p *Ports) NewRelay(c RelayConfig) (*Relay, error) {
	if !c.A.IsValid() || !c.B.IsValid() {
		return nil, errors.New("new relay: a side has no local address")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	a, err := p.newSide(c.A, c.Now)
	if err != nil {
		return nil, fmt.Errorf("new relay: side A: %w", err)
	}
	b, err := p.newSide(c.B, c.Now)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("new relay: side B: %w", err), p.shut(a))
	}
	a.rtp.other, b.rtp.other = b.rtp, a.rtp
	a.rtcp.other, b.rtcp.other = b.rtcp, a.rtcp
	return &Relay{A: a, B: b, ports: p, now: c.Now, born: c.Now()}, nil
}

func (p *Ports) newSide(ip netip.Addr, now func() time.Time) (*Side, error) {
	ip = ip.Unmap()
	q, err := p.open(ip)
	if err != nil {
		return nil, err
	}
	return newSide(ip, q, p.ours, now), nil
}

// shut closes the sockets of a side and puts its pair to rest.
func (p *Ports) shut(s *Side) error {
	defer p.release(s.pair.port)
	return s.pair.close()
}

// Start begins to relay. A second Start, or one after Close, does nothing.
func (r *Relay) Start() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.started || r.closed {
		return
	}
	r.started = true
	for _, s := range r.streams() {
		r.running.Go(s.run)
	}
}

// Close ends the relay, waits for its goroutines and puts its ports to rest.
// Further calls wait likewise and return the same.
func (r *Relay) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return r.err
	}
	r.closed = true
	for _, s := range r.streams() {
		r.err = errors.Join(r.err, s.conn.Close())
	}
	r.running.Wait()
	r.ports.release(r.A.pair.port, r.B.pair.port)
	return r.err
}

// Stats returns the counters of side A and side B. It may be called at any
// time, after Close too.
func (r *Relay) Stats() [2]Counters {
	return [2]Counters{r.A.counters(), r.B.counters()}
}

// Idle returns for how long neither phone has sent RTP: since the last packet
// of either, or since the relay was made. Packets of strangers do not count, so
// nobody can keep a dead call alive.
func (r *Relay) Idle() time.Duration {
	last := r.born
	for _, c := range r.Stats() {
		if c.Last.After(last) {
			last = c.Last
		}
	}
	return r.now().Sub(last)
}

func (r *Relay) streams() [4]*stream {
	return [4]*stream{r.A.rtp, r.A.rtcp, r.B.rtp, r.B.rtcp}
}
