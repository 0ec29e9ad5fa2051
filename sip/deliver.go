package sip

import (
	"errors"
	"time"
)

// deliver passes on all that is whole, and gives the peer its time for what
// comes next.
func (c *stream) deliver() error {
	if err := c.pass(); err != nil {
		return err
	}
	if c.in.partial() {
		c.line.stir()
		return nil
	}
	c.in.rest()
	c.pinged = false
	return c.line.rest(c.quiet())
}

// pass takes all that is whole. What is said meanwhile leaves together.
func (c *stream) pass() error {
	d := c.stack.desks.Get().(*desk)
	c.cork()
	defer func() {
		d.out.Send()
		c.stack.desks.Put(d)
		c.uncork()
	}()
	for {
		p, err := c.in.next()
		if err != nil {
			return c.unreadable(err)
		}
		if p.kind == noPiece {
			return nil
		}
		if err := c.take(p, d); err != nil {
			return err
		}
	}
}

// take is one piece. An error of saying something shows when the connection is
// read.
func (c *stream) take(p piece, d *desk) error {
	if p.kind.wantsAnswer() && !c.stack.admit(c.network, c.remote.Addr()) {
		c.stack.count.drop(dropRefused) // it was let in, but that was before
		return nil
	}
	switch p.kind {
	case aMessage:
		c.heard, c.spoken = time.Now(), true
		if err := c.fits(p.data); err != nil {
			c.broken(err)
		} else {
			c.stack.receive(p.data, c.flow(), d)
		}
	case aKeepalive: // it is no message, and not counted
		c.heard = time.Now()
		_ = c.say([]byte("\r\n"))
	case aPing:
		_ = c.pong(p.data)
	case aFarewell:
		_ = c.farewell(p.data)
		return errSaid
	}
	return nil
}

// unreadable tells the peer of what cannot be cut: where the next message
// begins is unknown then.
func (c *stream) unreadable(err error) error {
	if e, ok := errors.AsType[webError](err); ok {
		c.stack.count.drop(dropBroken)
		_ = c.wave(e.code)
		return errSaid
	}
	c.broken(err)
	return errSaid
}

func (c *stream) broken(err error) {
	c.stack.count.in.Add(1)
	c.stack.refuse(err, c.flow())
}
