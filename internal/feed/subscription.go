package feed

import (
	"context"
	"errors"
)

// The ends of a subscription.
var (
	// ErrSlow says that the reader was too far behind and has lost events. It
	// may subscribe again after the last number that it has seen.
	ErrSlow = errors.New("the subscriber reads too slowly")
	// ErrClosed says that the subscription or the feed was closed.
	ErrClosed = errors.New("the feed is closed")
)

// Subscription is one reader's place in a feed. One goroutine calls Next; Close
// may come from any.
type Subscription struct {
	feed   *Feed
	missed bool
	done   chan struct{} // closed by end

	// Guarded by the feed's mutex.
	seq    uint64 // number of the next event to read
	live   uint64 // number of the first event that was not there at the start
	buffer uint64 // most live events that may wait
	err    error  // why it has ended; nil while it goes on
}

// Subscribe begins to read. after is the number of the last event that the
// reader has seen: what the history holds after it comes first, then what
// happens. 0 is a reader who has seen nothing and wants only what happens from
// now on. A number that is older than the history, or that this feed never
// gave, replays the whole history, and Missed tells.
//
// buffer is how many events, beside the replayed ones, may wait to be read
// before the subscription ends with ErrSlow: 0 or less, and more than the
// history, mean as many as the history.
func (f *Feed) Subscribe(after uint64, buffer int) *Subscription {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := &Subscription{feed: f, done: make(chan struct{}), live: f.next, buffer: f.history}
	if buffer > 0 {
		s.buffer = min(uint64(buffer), f.history)
	}
	s.seq, s.missed = f.resume(after)
	f.stats.Subscribers++
	return s
}

// resume says which event follows the number after, and whether there were
// others in between that are lost.
func (f *Feed) resume(after uint64) (seq uint64, missed bool) {
	switch oldest := f.oldest(); {
	case after == 0:
		return f.next, false
	case after >= f.next: // not of this life: the clock was set back
		return oldest, true
	case after < oldest-1:
		return oldest, true
	default:
		return after + 1, false
	}
}

// Missed says whether events between the number handed to Subscribe and the
// first that Next returns are lost.
func (s *Subscription) Missed() bool { return s.missed }

// Next returns the next event and waits for it if need be. The error is
// ErrSlow, ErrClosed or that of ctx; the first two stay, whoever asks again.
func (s *Subscription) Next(ctx context.Context) (Entry, error) {
	for {
		if err := ctx.Err(); err != nil {
			return Entry{}, err
		}
		e, news, err := s.take()
		if err != nil || news == nil {
			return e, err
		}
		select {
		case <-news:
		case <-s.done:
		case <-ctx.Done():
		}
	}
}

// Close ends the subscription and wakes its reader. It may come twice, and
// after another end.
func (s *Subscription) Close() {
	s.feed.mu.Lock()
	defer s.feed.mu.Unlock()
	s.end(ErrClosed)
}

// take returns the next entry, or what to wait for when there is none yet.
func (s *Subscription) take() (e Entry, news <-chan struct{}, err error) {
	f := s.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case s.err != nil:
	case s.behind():
		f.stats.Slow++
		s.end(ErrSlow)
	case s.seq < f.next:
		e = f.at(s.seq)
		s.seq++
	case f.closed:
		s.end(ErrClosed)
	default:
		f.waited = true
		news = f.news
	}
	return e, news, s.err
}

// behind says whether more live events wait than may. As long as they do not,
// what is to be read is still in the ring: at most a history of replayed events
// and, behind it, at most as many live ones.
func (s *Subscription) behind() bool {
	return s.feed.next-max(s.seq, s.live) > s.buffer
}

// end is called with the feed's mutex held; the first reason counts.
func (s *Subscription) end(reason error) {
	if s.err != nil {
		return
	}
	s.err = reason
	s.feed.stats.Subscribers--
	close(s.done)
}
