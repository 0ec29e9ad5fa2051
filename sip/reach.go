package sip

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
)

// reached is told of a way to a peer, or why there is none.
type reached = func(f Flow, err error)

// dials are the connections that we are about to open; who wants one that is
// being opened waits for it too.
type dials struct {
	mu      sync.Mutex // guards waiting
	waiting map[peer][]reached
}

var (
	errNotOpen = errors.New("no connection is open, and only the phone can open it")
	errNoRoute = errors.New("no address")
	errDial    = errors.New("a connection must be opened")
)

// Flow is for new requests to remote. TCP: the open connection to it, whoever
// opened it, or else a new one (5 s to connect). TLS and WebSocket: the open
// connection, or an error. UDP: from the listener with the address local, or any
// of remote's family when local is zero. It waits for a connection: see Reach.
func (s *Stack) Flow(network string, local, remote netip.AddrPort) (Flow, error) {
	f, err := s.way(peer{network: network, remote: unmapped(remote)}, unmapped(local))
	if !errors.Is(err, errDial) {
		return f, err
	}
	done := make(chan struct{})
	s.Reach(network, local, remote, func(g Flow, e error) {
		f, err = g, e
		close(done)
	})
	<-done
	return f, err
}

// Reach is Flow for who must not wait: on is called once, before Reach returns
// when no connection has to be opened for it, else later from another goroutine.
func (s *Stack) Reach(network string, local, remote netip.AddrPort, on func(f Flow, err error)) {
	s.reach(peer{network: network, remote: unmapped(remote)}, unmapped(local), on)
}

// ReachName is Reach over TLS for a host that shows a certificate of this name,
// after Config.ClientTLS (RFC 5922 section 7; a name that it has as a URI does not
// count). A connection is only used again for the name that it was opened for.
func (s *Stack) ReachName(name string, local, remote netip.AddrPort, on func(f Flow, err error)) {
	if name == "" {
		on(Flow{}, fmt.Errorf("flow to tls:%s: no name", remote))
		return
	}
	s.reach(peer{"tls", unmapped(remote), name}, unmapped(local), on)
}

// Again is Reach, or ReachName, for the peer of a flow: that itself as long as it is
// open, or else what takes its place.
func (s *Stack) Again(f Flow, on func(f Flow, err error)) {
	if f.Open() {
		s.tell(on, f, nil)
		return
	}
	to := peer{network: f.Network, remote: f.Remote}
	if c, ok := f.sender.(*stream); ok {
		to.name = c.name
	}
	s.reach(to, f.Local, on)
}

func (s *Stack) reach(to peer, local netip.AddrPort, on reached) {
	f, err := s.way(to, local)
	if errors.Is(err, errDial) {
		if f, err = s.dial(to, local, on); errors.Is(err, errDial) {
			return
		}
	}
	s.tell(on, f, err)
}

func (s *Stack) tell(on reached, f Flow, err error) {
	defer func() { s.recovered("reach", recover()) }()
	on(f, err)
}

// way is the flow that is there; errDial when there could be one.
func (s *Stack) way(to peer, local netip.AddrPort) (f Flow, err error) {
	switch {
	case s.ctx.Err() != nil:
		err = ErrClosed
	case !to.remote.IsValid() || to.remote.Port() == 0:
		err = errNoRoute
	case to.network == "udp":
		f, err = s.udpFlow(local, to.remote)
	case to.network == "tcp" || to.network == "tls" || to.network == "ws" || to.network == "wss":
		f, err = s.connFlow(to)
	default:
		err = errors.New("transport is not supported")
	}
	if err != nil {
		return Flow{}, to.failed(err)
	}
	return f, nil
}

func (p peer) failed(err error) error {
	return fmt.Errorf("flow to %s:%s: %w", p.network, p.remote, err)
}

// connFlow gives the connection that is open. We open none to a phone over TLS or
// as a WebSocket: it has no certificate that could be verified.
func (s *Stack) connFlow(to peer) (Flow, error) {
	switch c := s.conns.find(to); {
	case c != nil:
		return c.flow(), nil
	case to.network == "tcp" || to.name != "":
		return Flow{}, errDial
	}
	return Flow{}, errNotOpen
}

// dial opens a connection, unless that is being done; the error is errDial then,
// and on will hear of it.
func (s *Stack) dial(to peer, local netip.AddrPort, on reached) (Flow, error) {
	d := &s.dials
	d.mu.Lock()
	defer d.mu.Unlock()
	f, err := s.way(to, local) // it may be there by now
	if !errors.Is(err, errDial) {
		return f, err
	}
	if d.waiting[to] == nil && !s.send(func() { s.connect(to, local) }) {
		return Flow{}, to.failed(ErrClosed)
	}
	d.waiting[to] = append(d.waiting[to], on)
	return Flow{}, errDial
}

// send starts a goroutine that Close waits for, unless it has begun.
func (s *Stack) send(f func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		return false
	}
	s.senders.Go(f)
	return true
}

// dialled tells all who wait. A new connection is found by then.
func (s *Stack) dialled(to peer, f Flow, err error) {
	s.dials.mu.Lock()
	waiting := s.dials.waiting[to]
	delete(s.dials.waiting, to)
	s.dials.mu.Unlock()
	if err != nil {
		err = to.failed(err)
	}
	for _, on := range waiting {
		s.tell(on, f, err)
	}
}

// connect is how a connection of ours begins; the goroutine that reads it goes on.
func (s *Stack) connect(to peer, local netip.AddrPort) {
	ctx, cancel := context.WithTimeout(s.ctx, dialTimeout)
	defer cancel()
	var d net.Dialer
	if local.IsValid() && !local.Addr().IsUnspecified() {
		d.LocalAddr = &net.TCPAddr{IP: local.Addr().AsSlice(), Zone: local.Addr().Zone()}
	}
	conn, err := d.DialContext(ctx, "tcp", to.remote.String())
	if err != nil {
		s.dialled(to, Flow{}, err)
		return
	}
	if _, err := s.serve(to.network, conn.(*net.TCPConn), nil, &to); err != nil {
		s.dialled(to, Flow{}, errors.Join(err, conn.Close()))
	}
}

// clientTLS is the configuration of a connection that we open.
func clientTLS(base *tls.Config, name string) *tls.Config {
	c := &tls.Config{}
	if base != nil {
		c = base.Clone()
	}
	c.ServerName = name
	c.MinVersion = max(c.MinVersion, tls.VersionTLS12)
	return c
}
