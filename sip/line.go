package sip

import (
	"context"
	"errors"
	"net"
	"syscall"
	"time"
)

// line is the TCP connection under a stream; TLS reads it as a net.Conn. It
// gives what has begun a limited time, whoever drips it: a message, a frame, a
// TLS record or a handshake. Only the goroutine that reads uses it, but for
// writing and Close.
type line struct {
	*net.TCPConn
	ctx     context.Context // of the stack
	limit   time.Duration   // for what has begun
	raw     syscall.RawConn
	begun   bool // bytes have come since rest
	attempt attempt
}

func newLine(s *Stack, c *net.TCPConn) (*line, error) {
	raw, err := c.SyscallConn()
	return &line{TCPConn: c, ctx: s.ctx, limit: s.cfg.limits.message, raw: raw}, err
}

// Read is for TLS.
func (l *line) Read(b []byte) (int, error) {
	n, err := l.TCPConn.Read(b)
	if n > 0 {
		l.stir()
	}
	return n, err
}

// stir begins the time of what has begun.
func (l *line) stir() {
	if !l.begun {
		l.begun = true
		_ = l.arm(l.limit)
	}
}

// rest is told when nothing is half there: the peer may be silent for d.
func (l *line) rest(d time.Duration) error {
	l.begun = false
	return l.arm(d)
}

// arm sets the time until which reading may take. When the stack closes there
// is none: a stop that came before must not be undone.
func (l *line) arm(d time.Duration) error {
	if err := l.SetReadDeadline(time.Now().Add(d)); err != nil {
		return err
	}
	if l.ctx.Err() != nil {
		return errors.Join(ErrClosed, l.stop())
	}
	return nil
}

// stop ends reading.
func (l *line) stop() error { return l.SetReadDeadline(time.Unix(1, 0)) }
