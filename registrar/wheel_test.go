package registrar

import (
	"math/rand/v2"
	"testing"

	"ringfence/phone"
)

// Every entry is looked at in the second in which its first record expires, and
// never after it: random lifetimes, refreshes and removals over some turns.
func TestTheWheelFindsEveryExpiryInItsSecond(t *testing.T) {
	const start = 1_000_000
	random := rand.New(rand.NewPCG(1, 2))
	w := wheel{turned: start}
	live := map[*entry]bool{}
	bind := func(e *entry, now int64) {
		e.records = []record{{expires: now*1000 + 1 + random.Int64N(4*turn*1000)}}
		live[e] = true
		w.place(e)
	}
	var all []*entry
	for i := range 200 {
		e := &entry{id: phone.ID(rune('a' + i))}
		all = append(all, e)
		bind(e, start)
	}
	now := int64(start)
	for range 20 * turn {
		if random.IntN(50) == 0 {
			now += random.Int64N(3 * turn) // nobody looked for a while
		}
		now++
		w.turnTo(now, func(e *entry) {
			if e.records[0].expires <= now*1000 {
				e.records = nil
				delete(live, e)
			}
			w.place(e)
		})
		for e := range live {
			if e.records[0].expires <= now*1000 {
				t.Fatalf("at %d: one that expired at %d is still there", now, e.records[0].expires)
			}
		}
		switch e := all[random.IntN(len(all))]; random.IntN(3) {
		case 0:
			bind(e, now) // sooner or later than before
		case 1:
			e.records = nil
			w.place(e)
			delete(live, e)
		}
	}
	for _, e := range all {
		e.records = nil
		w.place(e)
	}
	for _, e := range w.slots {
		if e != nil {
			t.Fatal("something is left in the wheel")
		}
	}
}
