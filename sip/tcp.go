package sip

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"sync/atomic"
	"time"
)

const (
	dialTimeout  = 5 * time.Second
	writeTimeout = 5 * time.Second
	// messageTimeout is how long a message may take from its first byte to its
	// last: a peer that drips bytes does not hold a connection for ever.
	messageTimeout = 30 * time.Second
)

// tcpListener accepts connections.
type tcpListener struct {
	stack *Stack
	ln    acceptor
	bound netip.AddrPort
}

// acceptor is a *net.TCPListener.
type acceptor interface {
	AcceptTCP() (*net.TCPConn, error)
	Close() error
}

func listenTCP(s *Stack, at netip.AddrPort) (listener, error) {
	ln, err := net.ListenTCP(family("tcp", at.Addr()), net.TCPAddrFromAddrPort(at))
	if err != nil {
		return nil, err
	}
	return &tcpListener{s, ln, unmapped(ln.Addr().(*net.TCPAddr).AddrPort())}, nil
}

func (l *tcpListener) network() string       { return "tcp" }
func (l *tcpListener) local() netip.AddrPort { return l.bound }
func (l *tcpListener) stop() error           { return l.ln.Close() }
func (l *tcpListener) close() error          { return nil }

// read accepts until stop. A failing accept, such as for want of a file
// descriptor, is tried again after a pause that grows to a second.
func (l *tcpListener) read() {
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

func (l *tcpListener) accepted(c *net.TCPConn) {
	remote := unmapped(c.RemoteAddr().(*net.TCPAddr).AddrPort())
	if !l.stack.admit("tcp", remote.Addr()) {
		l.stack.count.drop(dropRefused)
		_ = c.Close()
		return
	}
	if _, err := l.stack.serve(c); err != nil {
		_ = c.Close()
	}
}

// serve enters a connection and starts to read it.
func (s *Stack) serve(c *net.TCPConn) (*tcpConn, error) {
	t := &tcpConn{
		stack: s, conn: c,
		local:  unmapped(c.LocalAddr().(*net.TCPAddr).AddrPort()),
		remote: unmapped(c.RemoteAddr().(*net.TCPAddr).AddrPort()),
	}
	if reason, ok := s.conns.add(t, &s.readers); !ok {
		s.count.drop(reason)
		return nil, errors.New("too many connections")
	}
	return t, nil
}

// tcpFlow gives the connection to remote that is open, or opens one.
func (s *Stack) tcpFlow(local, remote netip.AddrPort) (Flow, error) {
	if c := s.conns.find(remote); c != nil {
		return c.flow(), nil
	}
	ctx, cancel := context.WithTimeout(s.ctx, dialTimeout)
	defer cancel()
	var d net.Dialer
	if local.IsValid() && !local.Addr().IsUnspecified() {
		d.LocalAddr = &net.TCPAddr{IP: local.Addr().AsSlice(), Zone: local.Addr().Zone()}
	}
	c, err := d.DialContext(ctx, "tcp", remote.String())
	if err != nil {
		return Flow{}, err
	}
	t, err := s.serve(c.(*net.TCPConn))
	if err != nil {
		return Flow{}, errors.Join(err, c.Close())
	}
	return t.flow(), nil
}

// tcpConn is one connection: a goroutine reads it, and another writes while
// there is something to write.
type tcpConn struct {
	stack         *Stack
	conn          *net.TCPConn
	local, remote netip.AddrPort
	out           outbox
	keep          atomic.Int64 // until when silence is no fault, Unix nanoseconds; see Flow.Keep
}

func (c *tcpConn) flow() Flow {
	return Flow{Network: "tcp", Local: c.local, Remote: c.remote, sender: c}
}

// read is the connection's life. When the stack closes, Close does the rest.
func (c *tcpConn) read() {
	err := c.messages()
	if c.stack.ctx.Err() != nil {
		return
	}
	c.shut(err)
	c.stack.conns.remove(c)
	c.stack.gone(c.flow())
}

func (c *tcpConn) messages() error {
	var f framer
	var d desk
	var begun time.Time
	for {
		if !f.partial() {
			begun = time.Time{}
		} else if begun.IsZero() {
			begun = time.Now()
		}
		n, err := c.fill(f.room(), begun)
		if begun.IsZero() && errors.Is(err, os.ErrDeadlineExceeded) && c.kept() {
			continue
		}
		if err != nil {
			return err
		}
		f.wrote(n)
		goOn := c.deliver(&f, &d)
		d.out.Send()
		if !goOn {
			return nil // what was said about it is still to be written
		}
	}
}

func (c *tcpConn) kept() bool { return time.Now().UnixNano() < c.keep.Load() }

func (c *tcpConn) fill(room []byte, begun time.Time) (int, error) {
	until := time.Now().Add(c.stack.cfg.Idle)
	if !begun.IsZero() {
		until = begun.Add(messageTimeout)
	}
	if err := c.conn.SetReadDeadline(until); err != nil {
		return 0, err
	}
	if c.stack.ctx.Err() != nil { // or else stop came before our deadline
		return 0, ErrClosed
	}
	return c.conn.Read(room)
}

// deliver passes on every whole message. It is false after one that cannot be
// framed: where the next one begins is unknown then.
func (c *tcpConn) deliver(f *framer, d *desk) (goOn bool) {
	for {
		message, ping, err := f.next()
		switch {
		case err != nil:
			c.stack.count.in.Add(1)
			c.stack.refuse(err, c.flow())
			return false
		case ping:
			c.pong()
		case message == nil:
			return true
		default:
			c.stack.receive(message, c.flow(), d)
		}
	}
}

// pong answers a keepalive (RFC 5626 section 4.4.1). It is no message, and not
// counted; an error shows when the connection is read.
func (c *tcpConn) pong() { _ = c.enqueue([]byte("\r\n")) }

func (c *tcpConn) send(_, _ netip.AddrPort, message []byte) error {
	if err := c.enqueue(message); err != nil {
		return err
	}
	c.stack.count.out.Add(1)
	return nil
}

// stop ends read.
func (c *tcpConn) stop() { _ = c.conn.SetReadDeadline(time.Unix(1, 0)) }

// gone ends what hung on a connection.
func (s *Stack) gone(f Flow) {
	for _, t := range s.clients.all() {
		if t.flow == f {
			t.fail(ErrConnection)
		}
	}
	defer func() { s.recovered("closed", recover()) }()
	s.cfg.Closed(f)
}
