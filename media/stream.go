package media

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

// stream is one port of a side: its socket, the latch that knows its phone, and
// the stream on the other side to which it hands what the phone sends.
type stream struct {
	conn  *net.UDPConn
	parse func([]byte) (packet, bool)
	other *stream
	now   func() time.Time
	meter meter

	mu    sync.Mutex // guards latch
	latch latch
}

// receive handles one packet from the socket: judge, count, forward.
func (s *stream) receive(b []byte, from netip.AddrPort) {
	s.meter.received(len(b))
	p, ok := s.parse(b)
	if !ok {
		s.meter.notMedia.Add(1)
		return
	}
	if j := s.judge(from, p); j != believed {
		s.meter.dropped(j)
		return
	}
	s.meter.last.Store(s.now().UnixNano())
	s.forward(b)
}

// forward sends a packet, as it is, to the other side's phone from the port
// that this phone knows.
func (s *stream) forward(b []byte) {
	to := s.other.target()
	if !to.IsValid() {
		s.meter.noPeer.Add(1)
		return
	}
	if _, err := s.other.conn.WriteToUDPAddrPort(b, to); err != nil {
		s.meter.failed.Add(1)
		return
	}
	s.meter.sent(len(b))
}

func (s *stream) judge(from netip.AddrPort, p packet) judgement {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.latch.judge(from, p)
}

func (s *stream) target() netip.AddrPort {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.latch.target()
}

func (s *stream) arm(t terms) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latch.arm(t)
}
