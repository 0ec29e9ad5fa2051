package sip

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"sync/atomic"
	"time"
)

// stream is one connection: TCP, TLS, or a WebSocket over either. A goroutine
// reads it. Whoever has something to say writes it, as far as the socket takes
// it; another goroutine writes what is left.
type stream struct {
	stack         *Stack
	network       string
	listener      *connListener // that accepted it, or nil
	name          string        // of the peer's certificate, when we have opened it over TLS
	line          *line
	conn          net.Conn // the line, or TLS over it; set under out.mu
	local, remote netip.AddrPort
	out           outbox
	keep          atomic.Int64 // until when silence is no fault, Unix nanoseconds; see Flow.Keep
	held                       // who waits for a response
	seat          seat         // guarded by the mu of connTable

	// What follows is the reading goroutine's.
	in     cutter
	first  [1]byte   // of a TLS record
	heard  time.Time // when a message or keepalive was whole, for the last time
	spoken bool      // it has sent a message, or it is we who connected
	pinged bool
}

func (c *stream) secure() bool { return c.network == "tls" || c.network == "wss" }
func (c *stream) web() bool    { return c.network == "ws" || c.network == "wss" }

// serve enters a connection and starts to read it. It is accepted by a listener,
// or ours to a peer: then those who wait for it hear of it.
func (s *Stack) serve(network string, conn *net.TCPConn, by *connListener, to *peer) (*stream, error) {
	l, err := newLine(s, conn)
	if err != nil {
		return nil, err
	}
	c := &stream{
		stack: s, network: network, listener: by, line: l, conn: l, spoken: by == nil,
		local:  unmapped(conn.LocalAddr().(*net.TCPAddr).AddrPort()),
		remote: unmapped(conn.RemoteAddr().(*net.TCPAddr).AddrPort()),
	}
	if to != nil {
		c.remote, c.name = to.remote, to.name
	}
	if reason, ok := s.conns.add(c, &s.readers); !ok {
		s.count.drop(reason)
		return nil, errors.New("too many connections")
	}
	return c, nil
}

func (c *stream) flow() Flow {
	return Flow{Network: c.network, Local: c.local, Remote: c.remote, sender: c}
}

// errSaid ends a connection whose peer is told why, or has said that it ends.
var errSaid = errors.New("sip: connection ends")

// read is the connection's life. When the stack closes, Close does the rest.
func (c *stream) read() {
	err := c.greet()
	greeted := err == nil
	if greeted {
		c.stack.conns.greeted(c)
	}
	if c.listener == nil {
		c.stack.dialled(c.peer(), c.flow(), err)
	}
	if greeted {
		err = c.messages()
	}
	if c.stack.ctx.Err() != nil {
		return
	}
	polite := errors.Is(err, errSaid)
	c.shut(polite)
	c.stack.conns.hide(c)
	if greeted {
		c.stack.gone(c.flow())
	}
	if polite {
		c.linger()
	}
	c.stack.conns.remove(c)
}

// greet is what comes before SIP.
func (c *stream) greet() error {
	f := &framer{inbox: inbox{buffers: c.stack.buffers}}
	c.in = f
	var err error
	if c.secure() {
		err = c.encrypt()
	}
	if err == nil && c.web() {
		err = c.upgrade(f)
	}
	if err != nil {
		c.stack.count.drop(dropHandshake)
	}
	return err
}

// messages reads until there is nothing more to read.
func (c *stream) messages() error {
	c.heard = time.Now()
	err := c.line.rest(c.quiet())
	if !c.in.empty() { // it has come with the greeting
		err = c.deliver()
	}
	for err == nil {
		if err = c.hear(); errors.Is(err, os.ErrDeadlineExceeded) {
			err = c.late()
		}
	}
	return err
}

// hear reads and delivers until there is an error, or only once.
func (c *stream) hear() error {
	if !c.secure() {
		return c.line.each(c.in, c.deliver)
	}
	if err := c.fill(); err != nil {
		return err
	}
	return c.deliver()
}

// sever closes the socket. That waits for whoever reads it: who severs may be
// just that, or hold a lock that the other wants.
func (c *stream) sever() { c.stack.senders.Go(func() { _ = c.line.Close() }) }

// fill reads what there is. TLS has no way to wait without a buffer, but keeps
// the rest of a record: of an idle one, a single byte is read first.
func (c *stream) fill() error {
	if !c.secure() {
		return c.line.readTo(c.in)
	}
	if !c.in.empty() {
		n, err := c.conn.Read(c.in.room())
		return c.filled(n, err)
	}
	c.in.rest()
	n, err := c.conn.Read(c.first[:])
	if n > 0 {
		c.in.room()[0] = c.first[0]
	}
	return c.filled(n, err)
}

func (c *stream) filled(n int, err error) error {
	c.in.wrote(n)
	if n > 0 {
		return nil // an error comes again
	}
	return err
}

func (c *stream) send(_, _ netip.AddrPort, message []byte) error {
	if err := c.say(message); err != nil {
		return err
	}
	c.stack.count.out.Add(1)
	return nil
}

// linger lets the peer read what was said last: closing a socket with unread
// bytes would take it back.
func (c *stream) linger() {
	c.line.due = time.Now().Add(c.stack.cfg.limits.linger)
	_ = c.line.arm()
	_, _ = io.CopyN(io.Discard, c.line.TCPConn, maxLinger)
	_ = c.line.Close()
}
