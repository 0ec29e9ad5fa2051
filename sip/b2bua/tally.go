package b2bua

import (
	"sync"
	"time"

	"ringfence/phone"
)

// tally remembers what members of queues have done since the start, for the
// strategies that are fair by it. There is an entry for each member that was rung,
// and so no more than extensions.
type tally struct {
	mu   sync.Mutex // guards all below
	turn uint64     // goes up with each member that is rung
	all  map[phone.ID]done
}

// done is what a member has done.
type done struct {
	rung  uint64 // when it was its turn last; 0 is never
	calls int    // that it has answered
	ended time.Time
}

func newTally() *tally { return &tally{all: map[phone.ID]done{}} }

// rang notes that members are rung, in this order.
func (t *tally) rang(members []phone.QueueMember) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, m := range members {
		t.turn++
		d := t.all[m.Extension]
		d.rung = t.turn
		t.all[m.Extension] = d
	}
}

// talked notes that a member's call has ended.
func (t *tally) talked(member phone.ID, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	d := t.all[member]
	d.calls++
	d.ended = now
	t.all[member] = d
}

// of is what a member has done; t.mu is held.
func (t *tally) of(m phone.QueueMember) done { return t.all[m.Extension] }
