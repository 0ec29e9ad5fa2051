package keepalive

import (
	"sync/atomic"
	"time"

	"ringfence/phone"
)

type counters struct{ sent, bare, answered, missed, forged, replayed, unsent atomic.Uint64 }

// Stats are counters since the start, and the first three what is there now.
type Stats struct {
	Flows       int // that are kept open
	Deaf        int // of them of phones that have never answered OPTIONS
	Unreachable int // of them of phones that have ceased to answer

	Sent     uint64 // OPTIONS
	Bare     uint64 // CR LF CR LF
	Answered uint64
	Missed   uint64 // OPTIONS that were not answered in time
	Forged   uint64 // answers to what we did not ask at that address
	Replayed uint64 // answers that came again, or long after
	Unsent   uint64 // for lack of a way
}

// Health is the last round trip of a phone, 0 when there is none, and whether it
// can be reached, nil when that is not known: it has not answered yet.
func (k *Keeper) Health(id phone.ID) (trip time.Duration, reachable *bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	var last *flow
	yes := false
	for p := k.phones[id]; p != 0; p = k.shelf.at(p).sibling {
		f := k.shelf.at(p)
		if f.ever && (last == nil || f.answered > last.answered) {
			last = f
		}
		yes = yes || f.ever && !f.silent()
	}
	if last == nil {
		return 0, nil
	}
	return time.Duration(last.trip) * time.Microsecond, &yes
}

// tally keeps count of the silent flows: -1 before a flow changes, +1 after.
func (k *Keeper) tally(f *flow, n int) {
	if f.deaf() {
		k.quiet[0] += n
	} else if f.silent() {
		k.quiet[1] += n
	}
}

// Stats reads the counters.
func (k *Keeper) Stats() Stats {
	k.mu.Lock()
	defer k.mu.Unlock()
	c := &k.counters
	return Stats{
		Flows: k.shelf.count, Deaf: k.quiet[0], Unreachable: k.quiet[1],
		Sent: c.sent.Load(), Bare: c.bare.Load(), Answered: c.answered.Load(), Missed: c.missed.Load(),
		Forged: c.forged.Load(), Replayed: c.replayed.Load(), Unsent: c.unsent.Load(),
	}
}
