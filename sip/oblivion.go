package sip

import (
	"sync"
	"time"
)

// oblivion is where transactions wait that have nothing left to do but to absorb
// what comes again: most of all that there are. They wait equally long, so who came
// first goes first, and one timer is enough for all.
type oblivion struct {
	stack *Stack
	grain time.Duration // how much later than it might one may be forgotten

	mu    sync.Mutex // guards what follows
	ring  []resting  // a queue that goes round: nothing is allocated while as many go as come
	head  int
	count int
	timer *time.Timer
}

type resting struct {
	tx    rings
	until time.Duration // of Stack.now
}

// oblivion is that of a deadline: timers I and K wait for T4, the others for 64*T1.
func (s *Stack) oblivion(deadline time.Duration) *oblivion {
	if deadline-s.now() <= s.cfg.Timers.T4 {
		return &s.soon
	}
	return &s.late
}

func (o *oblivion) init(s *Stack, wait time.Duration) {
	o.stack, o.grain = s, wait/512
}

// add lets tx be rung at its deadline, or, when somebody before it waits longer,
// with that.
func (o *oblivion) add(tx rings, until time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.push(resting{tx, until}); o.count > 1 {
		return
	}
	in := until - o.stack.now()
	if o.timer == nil {
		o.timer = time.AfterFunc(in, o.release)
		return
	}
	o.timer.Reset(in)
}

func (o *oblivion) push(r resting) {
	if o.count == len(o.ring) {
		larger := make([]resting, max(16, 2*o.count))
		n := copy(larger, o.ring[o.head:])
		copy(larger[n:], o.ring[:o.head])
		o.ring, o.head = larger, 0
	}
	o.ring[(o.head+o.count)%len(o.ring)] = r
	o.count++
}

// release lets those go whose time has come.
func (o *oblivion) release() {
	for {
		tx := o.next()
		if tx == nil {
			return
		}
		tx.ring()
	}
}

// next takes one. When there is none, the timer is set for who comes next.
func (o *oblivion) next() rings {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.count == 0 {
		o.ring, o.head = nil, 0
		return nil
	}
	first, now := o.ring[o.head], o.stack.now()
	if first.until > now {
		o.timer.Reset(max(first.until-now, o.grain))
		return nil
	}
	o.ring[o.head] = resting{}
	o.head = (o.head + 1) % len(o.ring)
	o.count--
	return first.tx
}

// close forgets all.
func (o *oblivion) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ring, o.head, o.count = nil, 0, 0; o.timer != nil {
		o.timer.Stop()
	}
}
