package sip

import (
	"sync"
	"time"
)

// bell is a timer that transactions hand on to each other. It may ring for one
// that it was just taken from, or too early: who is rung asks what is due.
type bell struct {
	timer *time.Timer
	mu    sync.Mutex // guards who
	who   rings
}

// newBells is room for those of a stack.
func newBells() *sync.Pool {
	return &sync.Pool{New: func() any { return new(bell) }}
}

func (b *bell) set(t rings, in time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.who = t; b.timer == nil {
		b.timer = time.AfterFunc(in, b.ring)
		return
	}
	b.timer.Reset(in)
}

func (b *bell) stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.who = nil
	b.timer.Stop()
}

func (b *bell) ring() {
	b.mu.Lock()
	who := b.who
	b.mu.Unlock()
	if who != nil {
		who.ring()
	}
}
