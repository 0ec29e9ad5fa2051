package main

import (
	"slices"
	"testing"
	"time"
)

func TestWheel(t *testing.T) {
	var w wheel
	start := time.Unix(1000, 0)
	var rung []int32
	now := start
	until := func(d time.Duration) []int32 {
		rung = nil
		for ; !now.After(start.Add(d)); now = now.Add(tick) {
			w.ring(now, func(a alarm) { rung = append(rung, a.owner) })
		}
		return rung
	}
	until(0)
	for owner, after := range []time.Duration{0, time.Second, 30 * time.Millisecond, 100 * time.Second, -time.Second} {
		w.set(alarm{at: start.Add(after), owner: int32(owner)})
	}
	for _, c := range []struct {
		until time.Duration
		want  []int32
	}{
		{100 * time.Millisecond, []int32{0, 4, 2}}, // those that were due before they were set come next
		{990 * time.Millisecond, nil},
		{1100 * time.Millisecond, []int32{1}},
		{99 * time.Second, nil}, // beyond the horizon, and not forgotten
		{101 * time.Second, []int32{3}},
	} {
		if got := until(c.until); !slices.Equal(got, c.want) {
			t.Errorf("until %s: %v, want %v", c.until, got, c.want)
		}
	}
}

// What is set while the wheel rings is rung later, even if it is due at once.
func TestWheelIsSetWhileItRings(t *testing.T) {
	var w wheel
	now := time.Unix(1000, 0)
	w.ring(now, func(alarm) {})
	w.set(alarm{at: now})
	count := 0
	for range 10 {
		now = now.Add(tick)
		w.ring(now, func(a alarm) {
			count++
			w.set(alarm{at: now})
		})
	}
	if count < 5 || count > 10 {
		t.Errorf("rung %d times in 10 ticks", count)
	}
}

// A loop that was held up for longer than the wheel's turn loses nothing.
func TestWheelAfterALongPause(t *testing.T) {
	var w wheel
	now := time.Unix(1000, 0)
	w.ring(now, func(alarm) {})
	for i := range int32(100) {
		w.set(alarm{at: now.Add(time.Duration(i) * time.Second / 3), owner: i})
	}
	count := 0
	w.ring(now.Add(time.Hour), func(alarm) { count++ })
	if count != 100 {
		t.Errorf("rung %d, want 100", count)
	}
}
