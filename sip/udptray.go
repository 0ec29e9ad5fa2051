package sip

import (
	"net/netip"
	"sync"
)

// tray holds back what is sent from a UDP listener while a reader is at the
// datagrams that it has read, so that it leaves in few system calls and wakes each
// receiver once: with small messages that is a tenth of all that a call costs. An
// error of sending is told later than it would be.
type tray struct {
	mu      sync.Mutex // guards what follows
	holders int
	bytes   []byte
	kept    []delayed
}

// delayed is one message of a tray.
type delayed struct {
	local, remote netip.AddrPort
	from, to      int // of bytes
	owner         loser
}

// loser is told that its message could not be sent; under no lock.
type loser interface{ fail(err error) }

// take copies a message that is to wait, and says whether it does: not when
// nobody holds the tray.
func (y *tray) take(local, remote netip.AddrPort, message []byte, owner loser) bool {
	y.mu.Lock()
	defer y.mu.Unlock()
	if y.holders == 0 {
		return false
	}
	from := len(y.bytes)
	y.bytes = append(y.bytes, message...)
	y.kept = append(y.kept, delayed{local, remote, from, len(y.bytes), owner})
	return true
}

// hold lets what is sent wait for release. Whoever holds must not block.
func (l *udpListener) hold() {
	l.tray.mu.Lock()
	defer l.tray.mu.Unlock()
	l.tray.holders++
}

// release sends what waits, in its order, through the socket of a lane.
func (l *udpListener) release(lane int) {
	for _, m := range l.clear(lane) {
		m.fail()
	}
}

// misfortune is a message that could not be sent.
type misfortune struct {
	owner loser
	err   error
}

func (m *misfortune) fail() {
	if m.owner != nil {
		m.owner.fail(m.err)
	}
}

// clear empties the tray. Who comes meanwhile waits, so that nothing overtakes.
func (l *udpListener) clear(lane int) (lost []misfortune) {
	y := &l.tray
	y.mu.Lock()
	defer y.mu.Unlock()
	y.holders--
	if len(y.kept) == 0 {
		return nil
	}
	b := l.bundles.Get().(*bundle)
	defer l.bundles.Put(b)
	for first := 0; first < len(y.kept); first += mostBatch {
		some := y.kept[first:min(first+mostBatch, len(y.kept))]
		for _, d := range some {
			b.add(l.source, d.local, d.remote, y.bytes[d.from:d.to])
		}
		_, _ = l.flush(b, lane, func(i int, err error) {
			if some[i].owner == nil {
				l.stack.count.drop(dropSendError)
			}
			lost = append(lost, misfortune{some[i].owner, err})
		})
	}
	clear(y.kept)
	if y.kept, y.bytes = y.kept[:0], y.bytes[:0]; cap(y.bytes) > keptMail {
		y.kept, y.bytes = nil, nil
	}
	return lost
}

// Together runs f, which must not block. What anybody sends over UDP meanwhile
// leaves when it has returned.
func (s *Stack) Together(f func()) {
	for _, l := range s.datagrams() {
		l.hold()
		defer l.release(0)
	}
	f()
}

// datagrams are the UDP listeners.
func (s *Stack) datagrams() (ls []*udpListener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.listeners {
		if u, ok := l.(*udpListener); ok {
			ls = append(ls, u)
		}
	}
	return ls
}
