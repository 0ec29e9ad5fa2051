package media

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"syscall"
	"time"
)

// ErrExhausted says that every pair of ports is in use, rests, or is held by
// another process, or that no more files can be opened. The call is answered with 503.
var ErrExhausted = errors.New("no media port is free")

// Ports hands out pairs of UDP ports: an even one for RTP and the odd one above
// it for RTCP (RFC 3550 section 11). A pair is chosen at random, so that nobody
// can guess where the next call's media will be, and rests after its release,
// so that late packets of one call do not reach the next. Safe for concurrent
// use.
type Ports struct {
	rest time.Duration
	now  func() time.Time
	pick func(n int) int // a random number in [0, n)

	mu      sync.Mutex         // guards all below
	free    []int              // RTP ports of the pairs that may be taken
	resting []rested           // released ones, the first released first
	used    map[int]netip.Addr // RTP ports of open pairs and where they are bound
	refused uint64             // how often none was free
}

// rested is a released pair.
type rested struct {
	port  int
	since time.Time
}

// nap is the part of its rest that a pair has at least. It is woken after that
// when no other is left: a call that is refused would be worse than one whose
// latch has to turn away packets of another.
const nap = 16

// NewPorts makes a pool of the pairs that lie wholly within lo to hi, both
// included: lo is rounded up to the next even port. A range with no whole pair
// gives a pool that is always exhausted. A released pair rests for the given
// time by the clock now (nil means time.Now), and for a sixteenth of it when no
// other is left.
func NewPorts(lo, hi int, rest time.Duration, now func() time.Time) *Ports {
	if now == nil {
		now = time.Now
	}
	p := &Ports{rest: rest, now: now, pick: pick, used: make(map[int]netip.Addr)}
	lo, hi = max(lo, 2), min(hi, 65535)
	for port := lo + lo%2; port < hi; port += 2 {
		p.free = append(p.free, port)
	}
	return p
}

// PortStats says how the pairs of a pool are spread.
type PortStats struct {
	Free, Used, Resting int    // pairs
	Exhausted           uint64 // how often one was wanted and none was free
}

// Stats returns how many pairs are free, in use and resting now.
func (p *Ports) Stats() PortStats {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wake(p.rest)
	return PortStats{Free: len(p.free), Used: len(p.used), Resting: len(p.resting), Exhausted: p.refused}
}

// pair is the two open sockets of one medium.
type pair struct {
	port      int // of RTP; RTCP has the next one
	rtp, rtcp socket
}

// open binds a free pair on an address. A pair that another process holds is
// passed over, and rests, so that the next call does not try it again at once.
func (p *Ports) open(ip netip.Addr, k Kind) (pair, error) {
	var held []int
	defer func() { p.release(held...) }()
	for {
		port, err := p.take(ip)
		if err != nil {
			return pair{}, err
		}
		q, err := listenPair(ip, port, k)
		if err == nil {
			return q, nil
		}
		held = append(held, port)
		if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
			p.lacked()
			return pair{}, fmt.Errorf("%w: %w", ErrExhausted, err)
		}
		if !errors.Is(err, syscall.EADDRINUSE) {
			return pair{}, fmt.Errorf("bind media ports: %w", err)
		}
	}
}

// listenPair opens both sockets of a pair, or neither.
func listenPair(ip netip.Addr, port int, k Kind) (pair, error) {
	rtp, err := listen(ip, port, k)
	if err != nil {
		return pair{}, err
	}
	rtcp, err := listen(ip, port+1, k)
	if err != nil {
		return pair{}, errors.Join(err, rtp.close())
	}
	return pair{port: port, rtp: rtp, rtcp: rtcp}, nil
}

// take chooses a free pair for an address and marks it as used.
func (p *Ports) take(ip netip.Addr) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wake(p.rest)
	if len(p.free) == 0 {
		p.wake(p.rest / nap)
	}
	last := len(p.free) - 1
	if last < 0 {
		p.refused++
		return 0, ErrExhausted
	}
	i := p.pick(last + 1)
	port := p.free[i]
	p.free[i] = p.free[last]
	p.free = p.free[:last]
	p.used[port] = ip
	return port, nil
}

// lacked counts what was wanted and could not be had.
func (p *Ports) lacked() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refused++
}

// release puts pairs to rest, whose sockets are closed.
func (p *Ports) release(ports ...int) {
	if len(ports) == 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	for _, port := range ports {
		delete(p.used, port)
		p.resting = append(p.resting, rested{port, now})
	}
}

// wake frees the pairs that have rested so long. The caller holds the lock.
func (p *Ports) wake(rest time.Duration) {
	now := p.now()
	for len(p.resting) > 0 && now.Sub(p.resting[0].since) >= rest {
		p.free = append(p.free, p.resting[0].port)
		p.resting = p.resting[1:]
	}
}

// ours reports whether an address is a port that this pool has bound, on any
// address when it is one that stands for all.
func (p *Ports) ours(a netip.AddrPort, all bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	ip, ok := p.used[int(a.Port()&^1)]
	return ok && (all || ip == a.Addr())
}

// pick is the random source: 64 bits modulo a few thousand have no bias worth
// the name.
func pick(n int) int {
	var b [8]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	return int(binary.NativeEndian.Uint64(b[:]) % uint64(n))
}
