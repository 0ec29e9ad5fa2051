// Package feed is the live event feed: rooms publish what happens to phones and
// calls, and whoever watches gets it in order, from a bounded history on.
//
// The events lie once in a ring that all share, and a subscription is no more
// than a place in it. So a publisher never waits, a watcher who does not read
// costs no memory, and one who falls too far behind is told so and ended.
//
// It does not choose: every subscription sees every event, and what a watcher
// may see or wants to see is for its reader to decide. It keeps nothing on disk.
package feed

import (
	"sync"
	"time"

	"ringfence/phone"
)

// DefaultHistory is how many events a feed keeps when it is not told.
const DefaultHistory = 2500

// Entry is an event with its place in the feed.
type Entry struct {
	Seq   uint64
	Event phone.Event
}

// Feed numbers events and keeps the last of them. It is safe for concurrent use.
type Feed struct {
	history uint64 // how many events a new reader can go back
	wishes  wishes

	mu     sync.Mutex    // guards all below
	ring   []Entry       // grows up to room; then the oldest is overwritten
	first  uint64        // number of the first event of this feed's life
	next   uint64        // number that the next event gets
	news   chan struct{} // closed and replaced by wake
	waited bool          // somebody waits for news
	closed bool
	stats  Stats
}

// Stats are the counters of a feed.
type Stats struct {
	Published   uint64 // events since the start
	Subscribers int    // subscriptions that have not ended
	Slow        uint64 // subscriptions that ended with ErrSlow
}

// New returns a feed whose life begins now; see NewAt.
func New(history int) *Feed { return NewAt(history, time.Now()) }

// NewAt returns a feed that keeps the last history events, DefaultHistory when
// that is not positive, and numbers them from start in microseconds since 1970.
// So a number from before a restart is lower than all of ours, as long as no
// life had a million events a second, and Subscribe recognises it. The numbers
// stay below 2^53, where JavaScript counts exactly, until the year 2255.
func NewAt(history int, start time.Time) *Feed {
	if history <= 0 {
		history = DefaultHistory
	}
	first := uint64(max(1, start.UnixMicro())) // 0 has a meaning in Subscribe
	return &Feed{history: uint64(history), first: first, next: first, news: make(chan struct{})}
}

// Publish gives the event the next number and shows it to all subscriptions. It
// never waits for one of them. After Close it does nothing. The event's Data is
// shared with every reader: nobody may change it any more.
func (f *Feed) Publish(e phone.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return
	}
	f.put(Entry{Seq: f.next, Event: e})
	f.next++
	f.stats.Published++
	f.wake()
}

// Close ends the feed: what was published can still be read, after that Next
// returns ErrClosed. A second Close does nothing.
func (f *Feed) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	f.wake()
}

// Last is the number of the last event, and before the first one the number
// just below it: who subscribes after it gets what happens from now on.
func (f *Feed) Last() uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.next - 1
}

// Stats returns the counters as they are now.
func (f *Feed) Stats() Stats {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.stats
}

// wake tells all who wait to look again. Without anyone waiting it costs
// nothing, and a new channel is made only when there was.
func (f *Feed) wake() {
	if f.waited {
		close(f.news)
		f.news, f.waited = make(chan struct{}), false
	}
}

// room is how many entries the ring holds: twice the history, so that who reads
// the whole history may still have as much again wait behind it.
func (f *Feed) room() uint64 { return 2 * f.history }

// put lays an entry in its place in the ring.
func (f *Feed) put(e Entry) {
	if uint64(len(f.ring)) < f.room() {
		f.ring = append(f.ring, e)
		return
	}
	f.ring[f.slot(e.Seq)] = e
}

// at returns the entry with a number that is still in the ring.
func (f *Feed) at(seq uint64) Entry { return f.ring[f.slot(seq)] }

func (f *Feed) slot(seq uint64) uint64 { return (seq - f.first) % f.room() }

// oldest is the number of the oldest event of the history; next when there is
// none.
func (f *Feed) oldest() uint64 { return f.next - min(f.next-f.first, f.history) }
