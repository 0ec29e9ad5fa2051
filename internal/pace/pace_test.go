package pace

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestPace(t *testing.T) {
	table, now := New(16, 3, time.Minute), time.Unix(1_700_000_000, 0)
	for i, step := range []struct {
		after time.Duration
		key   uint64
		want  bool
	}{
		{0, 1, true}, {0, 1, true}, {0, 1, true}, {0, 1, false}, {0, 2, true},
		{time.Minute - 1, 1, false}, {1, 1, true}, {0, 1, false},
		{time.Hour, 1, true}, {0, 1, true}, {0, 1, true}, {0, 1, false},
	} {
		now = now.Add(step.after)
		if got := table.Pass(step.key, now); got != step.want {
			t.Errorf("step %d: %v", i+1, got)
		}
	}
}

func TestOnlySoManyPassAtOnce(t *testing.T) {
	table, now := New(4, 30, time.Minute), time.Unix(1_700_000_000, 0)
	var passed atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				if table.Pass(7, now) {
					passed.Add(1)
				}
			}
		})
	}
	all.Wait()
	if n := passed.Load(); n != 30 {
		t.Errorf("%d passed", n)
	}
}
