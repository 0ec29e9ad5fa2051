package sip

import (
	"errors"
	"os"
	"time"

	"github.com/gobwas/ws"
)

// limits is how long somebody may keep us waiting; all have a default.
type limits struct {
	handshake time.Duration // of TLS, and again of a WebSocket
	first     time.Duration // for the first message: who connects has something to say
	message   time.Duration // from a message's first byte to its last
	write     time.Duration // for what is written at a time
	ping      time.Duration // silence on a WebSocket before we ping
	pong      time.Duration // and then until it must have sent something
	linger    time.Duration // for the peer to read why we hang up
	newcomer  time.Duration // before a stranger may have to make room
	rush      time.Duration // that a UDP reader may be behind before it takes on nothing new
}

func (p limits) orDefault() limits {
	setDefault(&p.handshake, 5*time.Second)
	setDefault(&p.first, 30*time.Second)
	setDefault(&p.message, 30*time.Second)
	setDefault(&p.write, 5*time.Second)
	setDefault(&p.ping, 30*time.Second)
	setDefault(&p.pong, 10*time.Second)
	setDefault(&p.linger, time.Second)
	setDefault(&p.newcomer, 5*time.Second)
	setDefault(&p.rush, 100*time.Millisecond)
	return p
}

const (
	dialTimeout = 5 * time.Second
	// maxLinger is how much is thrown away of a peer that goes on sending.
	maxLinger = 256 << 10
)

var errSilent = errors.New("sip: connection is idle")

// allowed is how long the peer may send no message.
func (c *stream) allowed() time.Duration {
	if !c.spoken {
		return min(c.stack.cfg.Idle, c.stack.cfg.limits.first)
	}
	return c.stack.cfg.Idle
}

// quiet is until when nothing at all may come.
func (c *stream) quiet() time.Time {
	now := time.Now()
	until := c.heard.Add(c.allowed())
	if c.kept(now) {
		until = now.Add(c.allowed())
	}
	if ping := now.Add(c.stack.cfg.limits.ping); c.web() && ping.Before(until) {
		return ping
	}
	return until
}

func (c *stream) kept(now time.Time) bool { return now.UnixNano() < c.keep.Load() }

// late judges a peer from whom nothing has come, or not the rest.
func (c *stream) late() error {
	over, err := c.line.late()
	now := time.Now()
	switch {
	case err != nil || !over:
		return err
	case c.line.begun:
		return os.ErrDeadlineExceeded
	case c.pinged:
		return errSilent
	case !c.kept(now) && now.Sub(c.heard) >= c.allowed():
		if !c.web() {
			return errSilent
		}
		_ = c.wave(ws.StatusGoingAway)
		return errSaid
	case c.web():
		c.pinged = true
		_ = c.ping()
		return c.line.rest(now.Add(c.stack.cfg.limits.pong))
	}
	return c.line.rest(c.quiet())
}

// Keep lets the peer's connection be silent for d, whatever Config.Idle says:
// somebody is registered on it, or in a call, and not every phone sends keepalives. A peer
// that has gone without a word is noticed by the keepalives of TCP, or by our
// ping. It does nothing for UDP, and never takes back what an earlier call gave.
func (f Flow) Keep(d time.Duration) {
	c, ok := f.sender.(*stream)
	if !ok {
		return
	}
	until := time.Now().Add(d).UnixNano()
	for old := c.keep.Load(); old < until; old = c.keep.Load() {
		if c.keep.CompareAndSwap(old, until) {
			if old == 0 {
				c.stack.conns.known(c)
			}
			return
		}
	}
}
