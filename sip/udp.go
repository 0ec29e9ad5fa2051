package sip

import (
	"errors"
	"net"
	"net/netip"
	"time"
)

// udpBuffer is what we ask the kernel to hold of unread datagrams, in bytes.
const udpBuffer = 4 << 20

// readPause keeps an error that does not pass from taking a whole CPU.
const readPause = 5 * time.Millisecond

// udpListener is one UDP socket. Nothing is remembered of a peer.
type udpListener struct {
	stack *Stack
	conn  *net.UDPConn
	bound netip.AddrPort
	info  packetInfo // nil when bound to one address
}

func listenUDP(s *Stack, at netip.AddrPort) (listener, error) {
	c, err := net.ListenUDP(family("udp", at.Addr()), net.UDPAddrFromAddrPort(at))
	if err != nil {
		return nil, err
	}
	l := &udpListener{stack: s, conn: c, bound: unmapped(c.LocalAddr().(*net.UDPAddr).AddrPort())}
	_ = c.SetReadBuffer(udpBuffer) // the kernel gives what it may; less is no fault
	if at.Addr().IsUnspecified() {
		if l.info, err = newPacketInfo(c, at.Addr()); err != nil {
			return nil, errors.Join(err, c.Close())
		}
	}
	return l, nil
}

func (l *udpListener) network() string       { return "udp" }
func (l *udpListener) local() netip.AddrPort { return l.bound }
func (l *udpListener) close() error          { return l.conn.Close() }

// stop ends read; the socket can still send.
func (l *udpListener) stop() error { return l.conn.SetReadDeadline(time.Unix(1, 0)) }

// read takes datagrams until stop. Other errors (ICMP, memory) pass.
func (l *udpListener) read() {
	data, oob := make([]byte, maxMessage+1), make([]byte, packetInfoSize)
	var d desk
	for {
		n, oobn, _, remote, err := l.conn.ReadMsgUDPAddrPort(data, oob)
		if l.stack.ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			l.stack.count.drop(dropReadError)
			rest(l.stack.ctx, readPause)
			continue
		}
		l.datagram(data[:n], oob[:oobn], unmapped(remote), &d)
		d.out.Send()
	}
}

func (l *udpListener) datagram(data, oob []byte, remote netip.AddrPort, d *desk) {
	switch {
	case keepalive(data):
		l.stack.count.drop(dropKeepalive)
	case !l.stack.admit("udp", remote.Addr()):
		l.stack.count.drop(dropRefused)
	default:
		l.stack.receive(data, Flow{Network: "udp", Local: l.arrival(oob), Remote: remote, sender: l}, d)
	}
}

// keepalive is a datagram of nothing but CR, LF and NUL. RFC 5626 has STUN for
// this on UDP; phones send these instead, and expect no answer.
func keepalive(data []byte) bool {
	for _, c := range data {
		if c != '\r' && c != '\n' && c != 0 {
			return false
		}
	}
	return true
}

// arrival is the address that the datagram was sent to.
func (l *udpListener) arrival(oob []byte) netip.AddrPort {
	if l.info != nil {
		if a := l.info.local(oob); a.IsValid() {
			return netip.AddrPortFrom(a, l.bound.Port())
		}
	}
	return l.bound
}

func (l *udpListener) send(local, remote netip.AddrPort, message []byte) error {
	var oob []byte
	if l.info != nil && local.IsValid() && !local.Addr().IsUnspecified() {
		oob = l.info.source(local.Addr())
	}
	if _, _, err := l.conn.WriteMsgUDPAddrPort(message, oob, remote); err != nil {
		return err
	}
	l.stack.count.out.Add(1)
	return nil
}

// udpFlow makes a flow for new requests.
func (s *Stack) udpFlow(local, remote netip.AddrPort) (Flow, error) {
	if !local.IsValid() {
		local = netip.AddrPortFrom(anyOf(remote.Addr()), 0)
	}
	l, ok := s.listener("udp", local).(*udpListener)
	if !ok {
		return Flow{}, errors.New("no listener with that address")
	}
	from := l.bound
	if from.Addr().IsUnspecified() {
		addr := local.Addr()
		if addr.IsUnspecified() {
			var err error
			if addr, err = egress(remote); err != nil {
				return Flow{}, err
			}
		}
		from = netip.AddrPortFrom(addr, from.Port())
	}
	return Flow{Network: "udp", Local: from, Remote: remote, sender: l}, nil
}

// anyOf is the unspecified address of a family.
func anyOf(a netip.Addr) netip.Addr {
	if a.Is4() {
		return netip.IPv4Unspecified()
	}
	return netip.IPv6Unspecified()
}
