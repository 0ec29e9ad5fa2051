// Package pace limits how often something happens for each of very many keys, in
// a table of a fixed size: keys that meet in one slot share its pace.
package pace

import (
	"sync/atomic"
	"time"
)

// Table is the paces of keys: for each slot, when it would be through with what it
// was given at a steady pace (the generic cell rate algorithm of ITU-T I.371).
// Its methods may be called from any goroutine.
type Table struct {
	slots []atomic.Int64
	shift int
	each  time.Duration
	most  time.Duration // ahead of the pace
}

// New makes a table of 2^bits slots. Each lets one pass in the time each, and so
// many at once.
func New(bits, atOnce int, each time.Duration) *Table {
	return &Table{slots: make([]atomic.Int64, 1<<bits), shift: 64 - bits, each: each, most: time.Duration(atOnce-1) * each}
}

// Pass counts one more, unless that is too many.
func (t *Table) Pass(key uint64, now time.Time) bool {
	slot := &t.slots[key*0x9e3779b97f4a7c15>>t.shift] // by the golden ratio: keys come in rows
	for {
		was, at := slot.Load(), now.UnixNano()
		if was-at > int64(t.most) {
			return false
		}
		if slot.CompareAndSwap(was, max(was, at)+int64(t.each)) {
			return true
		}
	}
}
