package mgmt

import (
	"fmt"
	"testing"
	"time"
)

func TestABucketFillsAtItsRate(t *testing.T) {
	start := time.Unix(0, 0)
	b := newBuckets(2, 3, 10)
	key := userGuesser("alice")
	b.charge(key, start)
	for _, step := range []struct {
		name string
		at   time.Duration
		want time.Duration
	}{
		{"the second of three at once", 0, 0},
		{"the third", 0, 0},
		{"the fourth waits for one to come", 0, 500 * time.Millisecond},
		{"a moment later for less", 250 * time.Millisecond, 250 * time.Millisecond},
		{"asking has cost nothing", 500 * time.Millisecond, 0},
		{"there was but one", 500 * time.Millisecond, 500 * time.Millisecond},
		{"a clock that goes back gives nothing", 0, 500 * time.Millisecond},
		{"after a long time there are three: one", time.Hour, 0},
		{"two", time.Hour, 0},
		{"three", time.Hour, 0},
		{"and no more", time.Hour, 500 * time.Millisecond},
	} {
		if got, known := b.take(key, start.Add(step.at)); got != step.want || !known {
			t.Errorf("%s: waits %v, want %v", step.name, got, step.want)
		}
	}
	if b.refusals() != 5 {
		t.Errorf("%d refusals are counted, want 5", b.refusals())
	}
}

func TestADebtIsBounded(t *testing.T) {
	start := time.Unix(0, 0)
	b := newBuckets(2, 3, 10)
	key := userGuesser("alice")
	for range 3 {
		if wait := b.peek(key, start); wait != 0 {
			t.Fatal("waits with something left", wait)
		}
		b.charge(key, start)
	}
	b.charge(key, start)
	if wait := b.peek(key, start); wait != time.Second {
		t.Errorf("waits %v for the one owed and one more", wait)
	}
	for range 1000 {
		b.charge(key, start)
	}
	if wait := b.peek(key, start); wait != 2*time.Second {
		t.Errorf("waits %v, want no longer than for what comes at once", wait)
	}
}

func TestBucketsAreBounded(t *testing.T) {
	now := time.Unix(0, 0)
	b := newBuckets(1, 1, 100)
	first, second := userGuesser("0"), userGuesser("1")
	for i := range 100 {
		b.charge(userGuesser(fmt.Sprint(i)), now)
	}
	b.take(first, now) // used again, so that the second rested longest
	b.charge(userGuesser("new"), now)
	if _, known := b.take(second, now); known || len(b.of) != 100 || b.used.Len() != 100 {
		t.Errorf("the second is known: %v; there are %d and %d", known, len(b.of), b.used.Len())
	}
	if wait, known := b.take(first, now); !known || wait == 0 {
		t.Errorf("what was used last is known: %v, and waits %v", known, wait)
	}
	b.forget(first)
	b.forget(first)
	if _, known := b.take(first, now); known || b.used.Len() != 99 {
		t.Error("what was forgotten is known, or there are", b.used.Len())
	}
}

// someone is a key like any other.
var someone guesser

func TestNoRateIsNoLimit(t *testing.T) {
	b := newBuckets(0, 0, 10)
	for range 100 {
		b.charge(someone, time.Unix(0, 0))
		if wait, known := b.take(someone, time.Unix(0, 0)); known || wait != 0 {
			t.Fatal(known, wait)
		}
	}
	if !b.idle() {
		t.Error("it is counted all the same")
	}
}

func BenchmarkTake(b *testing.B) {
	buckets := newBuckets(1e9, 1, maxBuckets)
	now := time.Now()
	buckets.charge(someone, now)
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(time.Millisecond)
		buckets.take(someone, now)
	}
}
