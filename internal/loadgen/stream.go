package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"time"
)

const (
	rtpHeader = 12
	stamped   = rtpHeader + 12 // a packet with the time and the number of its stream
)

// studio sends and receives the RTP of all phones at one port.
type studio struct {
	socket  *socket
	size    int // of a packet, header and all
	streams []stream
	tally   *tally
	since   time.Time // what was sent earlier does not count
	sent    int
	skipped int // that were due, but we had no time for
}

// stream is one direction of a call.
type stream struct {
	to     *net.UDPAddr
	origin []byte
	seq    uint16
}

func openStudio(ctx context.Context, size int) (*studio, error) {
	if size < stamped || size > 1500 {
		return nil, fmt.Errorf("a packet has %d to 1500 bytes, not %d", stamped, size)
	}
	s, err := openSocket(ctx, netip.AddrPort{})
	if err != nil {
		return nil, err
	}
	if err := stampArrivals(s.conn); err != nil {
		s.close()
		return nil, err
	}
	for i := range s.in {
		s.in[i].OOB = make([]byte, 64)
	}
	return &studio{socket: s, size: size}, nil
}

func (s *studio) close() { s.socket.close() }

func (s *studio) add(from netip.Addr, to netip.AddrPort) {
	s.streams = append(s.streams, stream{to: net.UDPAddrFromAddrPort(to), origin: origin(from)})
}

// play sends so many packets a second in each stream, one stream after the
// other, and returns what came of it. atEnd is called after the last was sent.
func (s *studio) play(pps float64, lasting time.Duration, atEnd func()) (*tally, error) {
	s.tally, s.sent, s.skipped = newTally(), 0, 0
	rate := pps * float64(len(s.streams))
	s.since = time.Now()
	next := 0 // packet, counting those that were skipped
	for now := s.since; now.Sub(s.since) < lasting; now = time.Now() {
		due := int(now.Sub(s.since).Seconds() * rate)
		if most := max(batch, int(rate/50)); due-next > most {
			s.skipped += due - next - most
			next = due - most
		}
		if err := s.send(next, due); err != nil {
			return nil, err
		}
		next = max(next, due)
		if err := s.receive(s.since.Add(time.Duration(float64(next+1) / rate * float64(time.Second)))); err != nil {
			return nil, err
		}
	}
	atEnd()
	s.tally.close(time.Since(s.since))
	for end := time.Now().Add(300 * time.Millisecond); time.Now().Before(end); {
		if err := s.receive(end); err != nil {
			return nil, err
		}
	}
	s.tally.good = len(s.tally.took)
	if missing := s.sent - s.tally.good; missing > 0 {
		s.tally.failures[lost] = missing
	}
	return s.tally, nil
}

// send sends the packets from one number to another. Those of a batch leave at
// the same time.
func (s *studio) send(from, to int) error {
	var left time.Time
	for n := from; n < to; n++ {
		if s.socket.filled == 0 {
			left = time.Now()
		}
		one := &s.streams[n%len(s.streams)]
		s.socket.out[s.socket.filled].Addr = one.to
		if err := s.socket.put(s.packet(s.socket.next(), n%len(s.streams), left), one.origin); err != nil {
			return err
		}
		s.sent++
	}
	return s.socket.send()
}

// packet is RTP (RFC 3550 5.1) of PCMU, with our time in what would be sound.
func (s *studio) packet(b []byte, n int, left time.Time) []byte {
	one := &s.streams[n]
	one.seq++
	b = append(b[:0], 0x80, 0)
	b = binary.BigEndian.AppendUint16(b, one.seq)
	b = binary.BigEndian.AppendUint32(b, uint32(one.seq)*160)
	b = binary.BigEndian.AppendUint32(b, uint32(n)+1)
	b = binary.BigEndian.AppendUint64(b, uint64(left.UnixNano()))
	b = binary.BigEndian.AppendUint32(b, uint32(n))
	return b[:s.size]
}

// receive takes a batch of packets, or waits for one until then.
func (s *studio) receive(until time.Time) error {
	if err := s.socket.conn.SetReadDeadline(until); err != nil {
		return err
	}
	n, err := s.socket.many.ReadBatch(s.socket.in, 0)
	for _, m := range s.socket.in[:max(n, 0)] {
		s.take(m.Buffers[0][:m.N], m.OOB[:m.NN])
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil
	}
	return err
}

func (s *studio) take(packet, control []byte) {
	if len(packet) < stamped {
		return
	}
	left := int64(binary.BigEndian.Uint64(packet[rtpHeader:]))
	if left < s.since.UnixNano() {
		return
	}
	s.tally.succeeded(time.Duration(arrived(control) - left))
}
