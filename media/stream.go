package media

import (
	"sync"
	"sync/atomic"
)

// stream is one port of an End: its socket, the latch that knows the peer, and
// the stream of the linked End, to which it hands what the peer sends.
//
// A packet on its way holds rx of the stream where it came and tx of the one
// where it leaves, in this order. Whoever needs both of one stream takes rx
// first, too.
type stream struct {
	end    *End
	thread *thread // that reads the socket
	place  int32   // in the thread's table
	sock   socket  // cleared under both locks
	port   uint16
	rtcp   bool
	sound  bool // the End's Tap hears it

	seen atomic.Int64 // Unix time in ns of the peer's last packet; 0 for none

	rx      sync.Mutex // guards all until tx
	latch   latch
	other   *stream
	opener  *crypt   // nil for plain media
	traffic Traffic  // received here
	faults  uint8    // reads that failed in a row
	meter   *meter   // of RTP; nil for RTCP
	reports *reports // of RTCP; nil for RTP. Its told belongs to tx

	tx     sync.Mutex // guards all below
	to     rawAddr    // where the peer is sent to; size 0 for nowhere
	sealer *crypt     // nil for plain media
	sent   Sent
	speech speech  // how the peer is spoken to by ourselves
	player *player // nil before there was a tone
}

// maxFaults is how many reads in a row may fail before a port is given up; it
// keeps a broken socket from turning a thread into a spin.
const maxFaults = 16

// receive handles packets that have come: judge, count, send on. The caller
// holds rx.
func (s *stream) receive(got []datagram, now int64, b *batch) {
	s.thread.received.Add(uint64(len(got)))
	kept := got[:0]
	for _, d := range got {
		if s.take(&d, now) {
			kept = append(kept, d)
		}
	}
	if len(kept) == 0 {
		return
	}
	s.seen.Store(now)
	if s.other == nil {
		s.traffic.Dropped.NoPeer += uint64(len(kept))
		return
	}
	s.other.send(kept, now, b, &s.traffic)
}

// take judges one packet and, when it is the peer's, leaves it in the clear.
func (s *stream) take(d *datagram, now int64) bool {
	s.traffic.Packets++
	s.traffic.Octets += uint64(len(d.bytes))
	p, ok := s.parse(d.bytes)
	if !ok {
		s.traffic.Dropped.NotMedia++
		return false
	}
	if !s.latch.knows(d.from) && !s.introduce(d, p) {
		return false
	}
	if s.opener != nil && !s.open(d) {
		return false
	}
	if s.rtcp {
		s.reports.read(d.bytes, now, s)
		return true
	}
	s.meter.count(p, d.bytes, now)
	s.listen(In, d.bytes)
	return true
}

func (s *stream) parse(b []byte) (packet, bool) {
	if s.rtcp {
		return parseRTCP(b)
	}
	return parseRTP(b)
}

// introduce judges a packet of a source that is not the proven peer.
func (s *stream) introduce(d *datagram, p packet) bool {
	if j := s.latch.judge(d.from, p); j != believed {
		s.traffic.Dropped.count(j)
		return false
	}
	if !s.latch.secure {
		s.aim()
	}
	return true
}

// open decrypts a packet in its place. The first that can be is the proof of
// its source.
func (s *stream) open(d *datagram) bool {
	plain, ok := s.opener.open(d.bytes, s.rtcp)
	if !ok {
		s.traffic.Dropped.Forged++
		return false
	}
	d.bytes = plain
	if !s.latch.knows(d.from) {
		s.latch.lock(d.from)
		s.aim()
	}
	return true
}

// aim sends to where the latch says from now on. The caller holds rx.
func (s *stream) aim() {
	s.tx.Lock()
	defer s.tx.Unlock()
	s.to = rawAddr{}
	if to := s.latch.target(); to.IsValid() {
		s.to = newRawAddr(to)
	}
}

// send sends packets in the clear to the peer, sealed when it wants that, and
// counts for whom they came from what became of them.
func (s *stream) send(packets []datagram, now int64, b *batch, from *Traffic) {
	s.tx.Lock()
	defer s.tx.Unlock()
	if !s.sock.open() || s.to.size == 0 || !s.interrupted() {
		from.Dropped.NoPeer += uint64(len(packets))
		return
	}
	n := s.depart(packets, now, b)
	from.Dropped.Failed += uint64(len(packets) - n)
	from.Forwarded += uint64(n)
	s.thread.forwarded.Add(uint64(n))
}

// depart lets packets in the clear leave, and returns how many did. The caller
// holds tx.
func (s *stream) depart(packets []datagram, now int64, b *batch) int {
	s.watch(packets, now)
	ready := s.seal(packets)
	n := b.send(s.sock, &s.to, ready)
	for _, p := range ready[:n] {
		s.sent.Packets++
		s.sent.Octets += uint64(len(p.bytes))
	}
	return n
}

// watch looks at packets in the clear before they leave.
func (s *stream) watch(packets []datagram, now int64) {
	if s.rtcp {
		for _, p := range packets {
			s.reports.told.note(p.bytes, now)
		}
		return
	}
	for _, p := range packets {
		s.listen(Out, p.bytes)
	}
}

// listen hands a packet in the clear to who listens.
func (s *stream) listen(w Way, b []byte) {
	if !s.sound {
		return
	}
	if t := s.end.tap.Load(); t != nil {
		(*t)(w, b)
	}
}

// seal encrypts packets in their place and returns those that could be.
func (s *stream) seal(packets []datagram) []datagram {
	if s.sealer == nil {
		return packets
	}
	ready := packets[:0]
	for _, p := range packets {
		sealed, ok := s.sealer.seal(p.bytes, s.rtcp)
		if ok {
			ready = append(ready, datagram{bytes: sealed})
		}
	}
	return ready
}
