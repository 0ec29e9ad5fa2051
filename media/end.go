package media

import (
	"errors"
	"net/netip"
	"sync"
	"sync/atomic"
)

// EndConfig is what an End needs to know.
type EndConfig struct {
	Local      netip.Addr // ours, where the peer's media come to, IPv4 or IPv6
	Signalling netip.Addr // the source of the peer's SIP; zero when unknown
	SRTP       Policy
	// Direct: media pass directly between this End's peer and another whose End
	// is Direct, too. Descriptions are passed with another o= line and else as
	// they are, and no port is taken.
	Direct bool
}

// End is our media face towards one dialog: the ports that its peer sends to,
// the identity of our descriptions, and the keys. It may be in several links,
// while phones ring or a call is transferred, and keeps ports and identity.
//
// An End and its Links are used by one goroutine at a time, but for Quality and
// Tap, which anybody may call.
type End struct {
	engine *Engine
	order  uint64
	thread *thread
	tap    atomic.Pointer[Tap]

	mu       sync.Mutex // guards all below
	config   EndConfig
	identity identity
	media    []*medium // by the index of the m= line in our session with the peer
	closed   bool

	room [1]*medium // for media, where there is sound alone
}

// Close ends the End's media: its ports are closed and rest. Quality says what
// it had, still. Further calls do nothing.
func (n *End) Close() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.closed = true
	var err error
	for _, m := range n.media {
		err = errors.Join(err, m.close(n.engine.ports))
	}
	return err
}

// address is what our descriptions name as ours.
func (n *End) address() netip.Addr { return n.engine.told(n.config.Local.Unmap()) }

// slot returns the medium at an index of the session, and makes it when it is
// new. The caller holds the lock.
func (n *End) slot(i int, s *section) *medium {
	for len(n.media) <= i {
		n.media = append(n.media, &medium{name: s.name, kind: s.kind, rest: s.rest})
	}
	return n.media[i]
}

// open takes ports for a medium that has none.
func (n *End) open(m *medium) error {
	if m.rtp != nil && !m.shut {
		return nil
	}
	if n.closed || n.engine.done.Load() {
		return ErrClosed
	}
	ip := n.config.Local.Unmap()
	if !ip.IsValid() {
		return errors.New("open media ports: the end has no local address")
	}
	p, err := n.engine.ports.open(ip, m.kind)
	if err != nil {
		return err
	}
	if err := m.listen(n, p); err != nil {
		return errors.Join(err, m.close(n.engine.ports))
	}
	return nil
}

// trim forgets slots at the end that no offer is about any more and that no
// answer has settled: they never were in the session.
func (n *End) trim() {
	for len(n.media) > 0 {
		m := n.media[len(n.media)-1]
		if m.settled || m.pending > 0 {
			return
		}
		n.media = n.media[:len(n.media)-1]
	}
}
