package sip

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"time"
)

// connListener accepts connections: of TCP, TLS, or WebSockets over either.
type connListener struct {
	stack *Stack
	name  string
	ln    acceptor
	bound netip.AddrPort
	tls   *tls.Config // nil without
}

// acceptor is a *net.TCPListener.
type acceptor interface {
	AcceptTCP() (*net.TCPConn, error)
	Close() error
}

func listenConns(s *Stack, network string, at netip.AddrPort) (listener, error) {
	l := &connListener{stack: s, name: network}
	if network == "tls" || network == "wss" {
		if s.cfg.TLS == nil {
			return nil, errNoCertificate
		}
		l.tls = serverTLS(s.cfg.TLS, network)
	}
	ln, err := net.ListenTCP(family("tcp", at.Addr()), net.TCPAddrFromAddrPort(at))
	if err != nil {
		return nil, err
	}
	l.ln, l.bound = ln, unmapped(ln.Addr().(*net.TCPAddr).AddrPort())
	return l, nil
}

func (l *connListener) network() string       { return l.name }
func (l *connListener) local() netip.AddrPort { return l.bound }
func (l *connListener) stop() error           { return l.ln.Close() }
func (l *connListener) close() error          { return nil }

// read accepts until stop. A failing accept, such as for want of a file
// descriptor, is tried again after a pause that grows to a second.
func (l *connListener) read() {
	pause := time.Duration(0)
	for {
		c, err := l.ln.AcceptTCP()
		switch {
		case l.stack.ctx.Err() != nil:
			if err == nil {
				_ = c.Close()
			}
			return
		case err != nil:
			l.stack.count.drop(dropAccept)
			pause = min(max(5*time.Millisecond, 2*pause), time.Second)
			rest(l.stack.ctx, pause)
		default:
			pause = 0
			l.accepted(c)
		}
	}
}

func rest(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// accepted is before any handshake: who is not let in costs none.
func (l *connListener) accepted(c *net.TCPConn) {
	remote := unmapped(c.RemoteAddr().(*net.TCPAddr).AddrPort())
	if !l.stack.admit(l.name, remote.Addr()) {
		l.stack.count.drop(dropRefused)
		_ = c.Close()
		return
	}
	if _, err := l.stack.serve(l.name, c, l, nil); err != nil {
		_ = c.Close()
	}
}
