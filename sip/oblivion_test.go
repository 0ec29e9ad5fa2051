package sip

import (
	"testing"
	"time"
)

// sleeper is a transaction that notes when it was rung.
type sleeper struct {
	stack       *Stack
	until, rung time.Duration
}

func (s *sleeper) ring() { s.rung = s.stack.now() }

// Each goes when its time has come, or a grain later; the queue goes round
// meanwhile. Nothing is left at the end, and it can begin again.
func TestOblivion(t *testing.T) {
	inBubble(t, Config{Inline: true}, func(s *Stack, _ *memory) {
		for range 2 {
			var all []*sleeper
			for i := range 1000 {
				tx := &sleeper{stack: s, until: s.now() + 32*time.Second}
				all = append(all, tx)
				s.oblivion(tx.until).add(tx, tx.until)
				pass(float64(i%7) / 10)
			}
			pass(33)
			for i, tx := range all {
				if late := tx.rung - tx.until; late < 0 || late > s.late.grain {
					t.Fatalf("the %dth was rung %v after its time", i, late)
				}
			}
			if s.late.count != 0 || s.late.ring != nil {
				t.Errorf("%d are left in %d places", s.late.count, len(s.late.ring))
			}
		}
	})
}
