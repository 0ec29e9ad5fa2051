package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"

	"golang.org/x/net/ipv4"
)

const batch = 64 // datagrams to a system call

// socket is a UDP socket that sends from any address of this machine, many
// datagrams at a time. One goroutine reads, and one writes.
type socket struct {
	conn   *net.UDPConn
	port   uint16
	server *net.UDPAddr
	many   *ipv4.PacketConn
	in     []ipv4.Message
	out    []ipv4.Message
	filled int // of out
}

func openSocket(ctx context.Context, server netip.AddrPort) (*socket, error) {
	var config net.ListenConfig
	packets, err := config.ListenPacket(ctx, "udp4", "0.0.0.0:0")
	if err != nil {
		return nil, err
	}
	conn := packets.(*net.UDPConn) // as "udp4" always is
	if err := conn.SetReadBuffer(4 << 20); err != nil {
		return nil, fmt.Errorf("enlarge a socket: %w", err)
	}
	s := &socket{conn: conn, server: net.UDPAddrFromAddrPort(server), many: ipv4.NewPacketConn(conn)}
	s.port = conn.LocalAddr().(*net.UDPAddr).AddrPort().Port()
	for range batch {
		s.in = append(s.in, ipv4.Message{Buffers: [][]byte{make([]byte, 4096)}})
		s.out = append(s.out, ipv4.Message{Buffers: [][]byte{make([]byte, 0, 2048)}, Addr: s.server})
	}
	return s, nil
}

func (s *socket) close() { _ = s.conn.Close() } // what is lost was not waited for

// origin is the control message that sends from an address.
func origin(a netip.Addr) []byte { return (&ipv4.ControlMessage{Src: a.AsSlice()}).Marshal() }

// next is the buffer for a datagram from an origin: what put is given back,
// send sends.
func (s *socket) next() []byte { return s.out[s.filled].Buffers[0][:0] }

func (s *socket) put(message, origin []byte) error {
	m := &s.out[s.filled]
	m.Buffers[0], m.OOB = message, origin
	s.filled++
	if s.filled < len(s.out) {
		return nil
	}
	return s.send()
}

func (s *socket) send() error {
	for rest := s.out[:s.filled]; len(rest) > 0; {
		n, err := s.many.WriteBatch(rest, 0)
		if err != nil {
			return fmt.Errorf("send: %w", err)
		}
		rest = rest[n:]
	}
	s.filled = 0
	return nil
}

// receive waits for datagrams until then and hands each on.
func (s *socket) receive(until time.Time, take func([]byte)) error {
	if err := s.conn.SetReadDeadline(until); err != nil {
		return err
	}
	n, err := s.many.ReadBatch(s.in, 0)
	for _, m := range s.in[:max(n, 0)] {
		take(m.Buffers[0][:m.N])
	}
	return err
}
