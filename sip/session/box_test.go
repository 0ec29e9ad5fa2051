package session

import (
	"sync"
	"time"
)

// box is a mailbox.
type box struct {
	mu   sync.Mutex
	busy bool
	q    []func()
}

func (b *box) Do(f func()) {
	b.mu.Lock()
	b.q = append(b.q, f)
	if b.busy {
		b.mu.Unlock()
		return
	}
	b.busy = true
	for len(b.q) > 0 {
		f := b.q[0]
		b.q[0] = nil
		b.q = b.q[1:]
		b.mu.Unlock()
		f()
		b.mu.Lock()
	}
	b.busy = false
	b.mu.Unlock()
}

// until waits for a condition that nobody tells of.
func (w *world) until(what string, is func() bool) {
	w.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); !is(); <-tick.C {
		if time.Now().After(end) {
			w.Fatalf("not yet: %s", what)
		}
	}
}
