package sip

import (
	"bytes"
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
// holds up nobody but itself: senders put bytes here and go.
type outbox struct {
	mu       sync.Mutex // guards what follows
	queue    [][]byte
	bytes    int  // of the queue, and of what is being written
	busy     bool // a goroutine is writing, or will
	upgraded bool // it is a WebSocket by now
	waved    bool // and its close frame was sent
	closed   bool // nothing more may be added; who is busy hangs up
}

// say queues a message or keepalive, on a WebSocket as a frame of its own.
func (c *stream) say(b []byte) error {
	if c.web() {
		b = webFrame(nil, b)
	}
	return c.enqueue(b)
}

// enqueue adds b and sees to it that somebody writes.
func (c *stream) enqueue(b []byte) error {
	o := &c.out
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return ErrConnection
	}
	if o.bytes+len(b)+overhead > maxOutbound {
		o.abandon()
		_ = c.line.Close()
		return ErrSlow
	}
	o.queue = append(o.queue, b)
	o.bytes += len(b) + overhead
	c.start()
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

// cork has what is said until uncork leave in one write. The goroutine that
// reads then writes it itself, so that no other need start: it may wait there,
// since only this peer waits with it.
func (c *stream) cork() {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	c.corked = !c.out.busy
	c.out.busy = true
}

// uncork writes what was said since cork.
func (c *stream) uncork() {
	if c.corked {
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
			_ = c.line.Close()
		}
	}
}

func (c *stream) write(conn net.Conn, queue [][]byte) error {
	err := conn.SetWriteDeadline(time.Now().Add(c.stack.cfg.limits.write))
	switch {
	case err != nil:
	case len(queue) == 1:
		_, err = conn.Write(queue[0])
	case c.secure(): // one record
		_, err = conn.Write(bytes.Join(queue, nil))
	default: // one writev
		all := net.Buffers(queue)
		_, err = all.WriteTo(c.line.TCPConn)
	}
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
