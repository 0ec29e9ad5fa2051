package sip

import "sync"

// firstRoom is the size of the buffers that connections share.
const firstRoom = 4096

// largest is the most that is ever held of one connection: a message, and what
// a WebSocket puts before it.
const largest = maxMessage + 16

// newBuffers are the shared ones, each a *[firstRoom]byte.
func newBuffers() *sync.Pool { return &sync.Pool{New: func() any { return new([firstRoom]byte) }} }

// inbox is what was read of a connection and is not yet cut. An idle connection
// holds no buffer.
type inbox struct {
	buffers  *sync.Pool
	buf      []byte
	from, to int // what is not yet cut
}

func (b *inbox) data() []byte { return b.buf[b.from:b.to] }

func (b *inbox) empty() bool { return b.from == b.to }

// room gives the place to read into. It is never empty: what fills the largest
// buffer has been cut or refused before.
func (b *inbox) room() []byte {
	switch {
	case b.buf == nil:
		b.buf = b.buffers.Get().(*[firstRoom]byte)[:]
	case b.to < len(b.buf):
	case b.from > 0:
		b.to = copy(b.buf, b.data())
		b.from = 0
	default:
		grown := make([]byte, min(2*len(b.buf), largest))
		copy(grown, b.buf)
		b.giveBack()
		b.buf = grown
	}
	return b.buf[b.to:]
}

func (b *inbox) wrote(n int) { b.to += n }

// cut drops n bytes from the front. They stay where they are until room or rest
// is called.
func (b *inbox) cut(n int) { b.from += n }

// rest lets the buffer go when there is nothing in it.
func (b *inbox) rest() {
	if b.buf != nil && b.empty() {
		b.giveBack()
		b.buf, b.from, b.to = nil, 0, 0
	}
}

func (b *inbox) giveBack() {
	if len(b.buf) == firstRoom {
		b.buffers.Put((*[firstRoom]byte)(b.buf))
	}
}
