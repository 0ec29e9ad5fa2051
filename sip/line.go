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
	ctx   context.Context // of the stack
	limit time.Duration   // for what has begun
	raw   syscall.RawConn
	begun bool // bytes have come since rest

	// Reading ends at due. The deadline of the socket may be earlier, but never is
	// later: to move it with every message would cost more than to look again when
	// it has passed.
	due, deadline time.Time

	reading attempt
	writing effort // guarded by the mu of the outbox
}

func newLine(s *Stack, c *net.TCPConn) (*line, error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return nil, err
	}
	l := &line{TCPConn: c, ctx: s.ctx, limit: s.cfg.limits.message, raw: raw}
	return l, l.reading.scoop.prepare(raw)
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
		_ = l.allow(time.Now().Add(l.limit))
	}
}

// errRead ends each.
var errRead = errors.New("sip: something was read")

// readTo reads what there is into c.
func (l *line) readTo(c cutter) error {
	err := l.each(c, func() error { return errRead })
	if errors.Is(err, errRead) {
		return nil
	}
	return err
}

// rest is told when nothing is half there: the peer may be silent until then.
func (l *line) rest(until time.Time) error {
	l.begun = false
	return l.allow(until)
}

// allow sets the time until which reading may take.
func (l *line) allow(until time.Time) error {
	l.due = until
	if !l.deadline.IsZero() && !until.Before(l.deadline) {
		return nil
	}
	return l.arm()
}

// late is asked when the deadline has passed: whether the time is over.
// Otherwise reading may go on.
func (l *line) late() (bool, error) {
	if time.Now().Before(l.due) {
		return false, l.arm()
	}
	l.deadline = time.Time{}
	return true, nil
}

// arm sets the deadline. When the stack closes there is none: a stop that came
// before must not be undone.
func (l *line) arm() error {
	l.deadline = l.due
	if err := l.SetReadDeadline(l.due); err != nil {
		return err
	}
	if l.ctx.Err() != nil {
		return errors.Join(ErrClosed, l.stop())
	}
	return nil
}

// stop ends reading.
func (l *line) stop() error { return l.SetReadDeadline(time.Unix(1, 0)) }
