package sip

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"
)

// udpListener is one UDP address. Nothing is remembered of a peer. Where the
// system can share an address out among several sockets it has some, each with
// a reader of its own; what comes from one source always comes to the same.
type udpListener struct {
	stack   *Stack
	sockets []*udpSocket
	bound   netip.AddrPort
	source  *sourceInfo // nil when bound to one address
	bundles sync.Pool   // of *bundle, for who sends
	tray    tray        // what waits until a reader has done
}

func listenUDP(s *Stack, at netip.AddrPort) (listener, error) {
	l := &udpListener{stack: s}
	l.bundles.New = func() any { return new(bundle) }
	first, err := openUDP(at)
	if err != nil {
		return nil, err
	}
	l.bound = unmapped(first.conn.LocalAddr().(*net.UDPAddr).AddrPort())
	l.sockets = append(l.sockets, first)
	if at.Addr().IsUnspecified() {
		l.source = newSourceInfo(at.Addr())
	}
	if err := l.share(s.cfg.Readers - 1); err != nil {
		return nil, errors.Join(err, l.close())
	}
	return l, nil
}

// share opens further sockets on the address that the first is bound to. That
// one asked for it alone, so that an address in use is an error and not silent
// sharing; from now on it lets in those of this user that ask for sharing too.
func (l *udpListener) share(more int) error {
	if more < 1 || !l.sockets[0].mayShare() {
		return nil // one will do
	}
	for range more {
		s, err := openShared(l.bound)
		if err != nil {
			return err
		}
		l.sockets = append(l.sockets, s)
	}
	return nil
}

func (l *udpListener) network() string       { return "udp" }
func (l *udpListener) local() netip.AddrPort { return l.bound }
func (l *udpListener) close() error          { return l.each((*net.UDPConn).Close) }

// stop ends read; the sockets can still send.
func (l *udpListener) stop() error {
	return l.each(func(c *net.UDPConn) error { return c.SetReadDeadline(time.Unix(1, 0)) })
}

func (l *udpListener) each(f func(*net.UDPConn) error) error {
	var errs []error
	for _, s := range l.sockets {
		errs = append(errs, f(s.conn))
	}
	return errors.Join(errs...)
}

// read takes datagrams until stop.
func (l *udpListener) read() {
	var g sync.WaitGroup
	defer g.Wait()
	for lane := range l.sockets {
		g.Go(newUDPReader(l, lane).read)
	}
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
