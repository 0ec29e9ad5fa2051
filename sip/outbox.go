package sip

import (
	"sync"
	"time"
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
	mu     sync.Mutex // guards what follows
	queue  [][]byte
	bytes  int
	busy   bool // a goroutine is writing
	closed bool // nothing more may be added; who is busy closes the socket
}

// enqueue adds b and sees to it that somebody writes.
func (c *tcpConn) enqueue(b []byte) error {
	o := &c.out
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return ErrConnection
	}
	if o.bytes+len(b)+overhead > maxOutbound {
		o.abandon()
		_ = c.conn.Close()
		return ErrSlow
	}
	o.queue = append(o.queue, b)
	o.bytes += len(b) + overhead
	if !o.busy {
		o.busy = true
		c.stack.senders.Go(c.drain)
	}
	return nil
}

func (o *outbox) abandon() {
	o.closed, o.queue, o.bytes = true, nil, 0
}

// drain writes until nothing is left. An error closes the socket, and with it
// ends read.
func (c *tcpConn) drain() {
	for {
		b := c.dequeue()
		if b == nil {
			return
		}
		err := c.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
		if err == nil {
			_, err = c.conn.Write(b)
		}
		if err != nil {
			c.out.mu.Lock()
			c.out.abandon()
			c.out.mu.Unlock()
		}
	}
}

// dequeue takes the next bytes; without any, nobody is busy any more.
func (c *tcpConn) dequeue() []byte {
	o := &c.out
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.queue) == 0 {
		o.busy = false
		if o.closed {
			_ = c.conn.Close()
		}
		return nil
	}
	b := o.queue[0]
	o.queue = o.queue[1:]
	o.bytes -= len(b) + overhead
	return b
}

// shut lets nothing more in, and closes the socket when what waits is written;
// after an error of reading at once.
func (c *tcpConn) shut(err error) {
	o := &c.out
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	if err != nil {
		o.abandon()
	}
	if !o.busy || err != nil {
		_ = c.conn.Close()
	}
}
