package sip

import (
	"bytes"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/gobwas/ws"
)

const (
	// maxOutbound is how much waits for a peer that does not read, in bytes.
	maxOutbound = 4 * maxMessage
	// overhead is what a message costs besides its bytes: the pongs of who only
	// pings are small and many.
	overhead = 64
)

// outbox is what waits to be written on a connection. A peer that is slow
// holds up nobody but itself: what its socket does not take at once waits here,
// and its sender goes.
type outbox struct {
	mu       sync.Mutex // guards what follows
	queue    [][]byte
	bytes    int  // of the queue, and of what is being written
	busy     bool // a goroutine is writing, or will
	corked   bool // see cork
	upgraded bool // it is a WebSocket by now
	waved    bool // and its close frame was sent
	closed   bool // nothing more may be added; who is busy hangs up
}

// say sends a message or keepalive, on a WebSocket as a frame of its own.
func (c *stream) say(b []byte) error {
	if c.web() {
		b = webFrame(nil, b)
	}
	return c.enqueue(b)
}

// enqueue sends b, which is ours from now on. Of what the reader says while it
// is corked, all leaves together.
func (c *stream) enqueue(b []byte) error {
	o := &c.out
	o.mu.Lock()
	defer o.mu.Unlock()
	rest := b
	if !o.corked {
		var err error
		if rest, err = c.offer(b); err != nil {
			return err
		}
	}
	return c.queue(rest)
}

// post sends b, which stays the caller's.
func (c *stream) post(b []byte) error {
	o := &c.out
	o.mu.Lock()
	defer o.mu.Unlock()
	rest, err := c.offer(b)
	if err != nil {
		return err
	}
	return c.queue(bytes.Clone(rest))
}

// offer writes b if nothing is before it, as far as that can be done without
// waiting, and gives the rest; out.mu is held. TLS has to write whole records,
// and waits.
func (c *stream) offer(b []byte) (rest []byte, err error) {
	o := &c.out
	if o.closed {
		return nil, ErrConnection
	}
	if o.busy || len(o.queue) > 0 || c.secure() {
		return b, nil
	}
	if rest, err = c.line.offer(b); err != nil {
		o.abandon()
		c.sever()
		return nil, errors.Join(ErrConnection, err)
	}
	return rest, nil
}

// queue adds b and sees to it that somebody writes; out.mu is held.
func (c *stream) queue(b []byte) error {
	o := &c.out
	switch {
	case o.closed:
		return ErrConnection
	case len(b) == 0:
		return nil
	case o.bytes+len(b)+overhead > maxOutbound:
		o.abandon()
		c.sever()
		return ErrSlow
	}
	o.queue = append(o.queue, b)
	o.bytes += len(b) + overhead
	if !o.corked {
		c.start()
	}
	return nil
}

// start lets a goroutine write; out.mu is held.
func (c *stream) start() {
	if !c.out.busy {
		c.out.busy = true
		c.stack.senders.Go(c.drain)
	}
}

func (o *outbox) abandon() {
	o.closed, o.queue, o.bytes = true, nil, 0
}

// cork is for the goroutine that reads: what is said until uncork waits for it.
func (c *stream) cork() {
	c.out.mu.Lock()
	c.out.corked = true
	c.out.mu.Unlock()
}

// uncork writes what was said since cork, and has not left with a Mail. It may
// wait there, since only this peer waits with it: who does not read is not read
// either.
func (c *stream) uncork() {
	o := &c.out
	o.mu.Lock()
	o.corked = false
	mine := len(o.queue) > 0 && !o.busy
	o.busy = o.busy || mine
	o.mu.Unlock()
	if mine {
		c.drain()
	}
}

// drain writes until nothing is left. An error closes the socket, and with it
// ends read.
func (c *stream) drain() {
	written := 0
	for {
		queue, conn := c.dequeue(written)
		if queue == nil {
			return
		}
		written = 0
		for _, b := range queue {
			written += len(b) + overhead
		}
		if err := c.write(conn, queue); err != nil {
			c.out.mu.Lock()
			c.out.abandon()
			c.out.mu.Unlock()
			c.sever()
		}
	}
}

func (c *stream) write(conn net.Conn, queue [][]byte) error {
	if err := conn.SetWriteDeadline(time.Now().Add(c.stack.cfg.limits.write)); err != nil {
		return err
	}
	if len(queue) == 1 {
		_, err := conn.Write(queue[0])
		return err
	}
	_, err := conn.Write(bytes.Join(queue, nil)) // of TLS, one record
	return err
}

// dequeue takes all that waits, and what to write it to; without any, nobody is
// busy any more. written are the bytes that wait no more.
func (c *stream) dequeue(written int) ([][]byte, net.Conn) {
	o := &c.out
	o.mu.Lock()
	defer o.mu.Unlock()
	o.bytes = max(0, o.bytes-written)
	queue := o.queue
	o.queue = nil
	if len(queue) > 0 {
		return queue, c.conn
	}
	o.busy = false
	if o.closed {
		c.stack.senders.Go(c.hangUp) // not under the lock: it may take a while
	}
	return nil, nil
}

// shut lets nothing more in. What waits is written first if we part politely.
func (c *stream) shut(polite bool) {
	if polite {
		_ = c.wave(ws.StatusGoingAway) // unless another reason was given before
	}
	o := &c.out
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	if polite {
		c.start()
		return
	}
	o.abandon()
	_ = c.line.Close()
}
