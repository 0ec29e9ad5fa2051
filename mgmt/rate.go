package mgmt

import (
	"container/list"
	"sync"
	"time"
)

// maxBuckets is how many buckets of one kind are remembered.
const maxBuckets = 10_000

// bucket is what one key may still do. Below zero it is a debt: of who did much
// at once before the first of it was judged.
type bucket struct {
	key    guesser
	tokens float64
	at     time.Time // when tokens was counted
}

// buckets limit how often each key does something: rate times a second, burst
// times at once; the rate 0 is no limit. There are never more than max of them:
// the one that rested longest makes room, being the most likely to be full.
type buckets struct {
	rate, burst float64
	max         int

	mu      sync.Mutex // guards the rest
	of      map[guesser]*list.Element
	used    *list.List // of *bucket, the last used first
	refused uint64
}

func newBuckets(rate float64, burst, size int) *buckets {
	return &buckets{rate: rate, burst: max(1, float64(burst)), max: size, of: map[guesser]*list.Element{}, used: list.New()}
}

// take counts one thing that a known key does. It returns how long to wait when
// that is too much; then nothing is counted.
func (b *buckets) take(k guesser, now time.Time) (wait time.Duration, known bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	u := b.find(k, now)
	if u == nil {
		return 0, false
	}
	if wait = b.wait(u); wait == 0 {
		u.tokens--
	}
	return wait, true
}

// peek is how long a key has to wait; it counts nothing.
func (b *buckets) peek(k guesser, now time.Time) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	u := b.find(k, now)
	if u == nil {
		return 0
	}
	return b.wait(u)
}

// charge counts one thing that was done, though there be nothing left for it.
// From now on the key is known.
func (b *buckets) charge(k guesser, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.rate == 0 {
		return
	}
	u := b.find(k, now)
	if u == nil {
		u = b.add(k, now)
	}
	u.tokens = max(u.tokens-1, -b.burst)
}

// forget drops a key.
func (b *buckets) forget(k guesser) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e := b.of[k]; e != nil {
		b.used.Remove(e)
		delete(b.of, k)
	}
}

// idle says that no key is known.
func (b *buckets) idle() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.of) == 0
}

// find is the bucket of a key, filled up to now; nil when there is none.
func (b *buckets) find(k guesser, now time.Time) *bucket {
	e := b.of[k]
	if e == nil {
		return nil
	}
	b.used.MoveToFront(e)
	u := e.Value.(*bucket)
	if passed := now.Sub(u.at); passed > 0 {
		u.tokens = min(b.burst, u.tokens+b.rate*passed.Seconds())
		u.at = now
	}
	return u
}

// add makes a full bucket.
func (b *buckets) add(k guesser, now time.Time) *bucket {
	if b.used.Len() >= b.max {
		delete(b.of, b.used.Remove(b.used.Back()).(*bucket).key)
	}
	u := &bucket{key: k, tokens: b.burst, at: now}
	b.of[k] = b.used.PushFront(u)
	return u
}

// wait is how long it takes until there is something in a bucket.
func (b *buckets) wait(u *bucket) time.Duration {
	if u.tokens >= 1 {
		return 0
	}
	b.refused++
	return max(1, time.Duration((1-u.tokens)/b.rate*float64(time.Second)))
}

func (b *buckets) refusals() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.refused
}
