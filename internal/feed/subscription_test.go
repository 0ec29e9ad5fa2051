package feed

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"testing/synctest"
	"time"
)

func TestSubscribeResumes(t *testing.T) {
	const last = startSeq + 6 // of seven events, of which the last five are kept
	tests := []struct {
		name   string
		after  uint64
		want   []int
		missed bool
	}{
		{"a new reader gets only what happens", 0, []int{8}, false},
		{"after the last event nothing is replayed", last, []int{8}, false},
		{"after the last but one it is one", last - 1, []int{7, 8}, false},
		{"after the event before the history it is the whole history", last - 5,
			[]int{3, 4, 5, 6, 7, 8}, false},
		{"after an older one the same, with a gap", last - 6, []int{3, 4, 5, 6, 7, 8}, true},
		{"a number from before a restart is a gap", startSeq - 1_000_000, []int{3, 4, 5, 6, 7, 8}, true},
		{"a number that was never given is a gap", last + 1, []int{3, 4, 5, 6, 7, 8}, true},
		{"so is the greatest there is", 1<<64 - 1, []int{3, 4, 5, 6, 7, 8}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := NewAt(5, start)
			publish(f, 1, 7)
			s := f.Subscribe(tt.after, 1)
			publish(f, 8, 8)
			got, err := drain(s)
			if err != nil || !reflect.DeepEqual(got, tt.want) || s.Missed() != tt.missed {
				t.Errorf("read %v, %v, missed %t; want %v, missed %t",
					got, err, s.Missed(), tt.want, tt.missed)
			}
		})
	}
}

func TestWhoSubscribesAfterTheLastMissesNothing(t *testing.T) {
	f := NewAt(5, start)
	for published := range uint64(8) {
		if got := f.Last(); got != startSeq-1+published {
			t.Errorf("after %d events the last is %d", published, got)
		}
		s := f.Subscribe(f.Last(), 0)
		n := int(published) + 1
		publish(f, n, n)
		if got, err := drain(s); err != nil || !reflect.DeepEqual(got, []int{n}) || s.Missed() {
			t.Errorf("read %v, %v, missed %t; want %d", got, err, s.Missed(), n)
		}
	}
}

func TestAReaderFromBeforeARestartMissesEvenWithAnEmptyHistory(t *testing.T) {
	before := NewAt(5, start)
	publish(before, 1, 100)
	seen := before.next - 1
	after := NewAt(5, start.Add(time.Second))
	if s := after.Subscribe(seen, 0); !s.Missed() {
		t.Error("nothing is said to be missed")
	}
	back := NewAt(5, start.Add(-time.Hour))
	if s := back.Subscribe(seen, 0); !s.Missed() {
		t.Error("with the clock set back, nothing is said to be missed")
	}
}

func TestASlowReaderIsEnded(t *testing.T) {
	tests := []struct {
		name       string
		after      uint64
		buffer     int
		live, read int
		err        error
	}{
		{"as many wait as may", 0, 3, 3, 3, nil},
		{"one more waits", 0, 3, 4, 0, ErrSlow},
		{"replayed events do not count", 1, 3, 3, 8, nil},
		{"but live ones behind them do", 1, 3, 4, 0, ErrSlow},
		{"no buffer means the history", 0, 0, 5, 5, nil},
		{"and not more than it", 0, 0, 6, 0, ErrSlow},
		{"a negative buffer too", 0, -1, 5, 5, nil},
		{"a buffer beyond the history is the history", 0, 100, 6, 0, ErrSlow},
		{"the whole history with a full buffer behind it", 1, 5, 5, 10, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := NewAt(5, start)
			publish(f, 1, 9)
			s := f.Subscribe(tt.after, tt.buffer)
			publish(f, 10, 9+tt.live)
			got, err := drain(s)
			if len(got) != tt.read || !errors.Is(err, tt.err) {
				t.Errorf("read %v, %v; want %d events, %v", got, err, tt.read, tt.err)
			}
		})
	}
}

// A reader that was ended while it read goes on, in a new subscription, where
// it was.
func TestASlowReaderIsCountedOnceAndCanComeBack(t *testing.T) {
	f := NewAt(5, start)
	s := f.Subscribe(0, 2)
	publish(f, 1, 1)
	seen, err := s.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	publish(f, 2, 4)
	for range 2 {
		if _, err := s.Next(t.Context()); !errors.Is(err, ErrSlow) {
			t.Errorf("got %v, want ErrSlow", err)
		}
	}
	s.Close()
	if got, want := f.Stats(), (Stats{Published: 4, Slow: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	again := f.Subscribe(seen.Seq, 2)
	if got, err := drain(again); err != nil || !reflect.DeepEqual(got, []int{2, 3, 4}) {
		t.Errorf("read %v, %v", got, err)
	}
}

func TestStatsCountSubscribers(t *testing.T) {
	f := NewAt(5, start)
	s := f.Subscribe(0, 0)
	f.Subscribe(0, 0)
	if got := f.Stats().Subscribers; got != 2 {
		t.Errorf("got %d, want 2", got)
	}
	s.Close()
	s.Close()
	if got := f.Stats().Subscribers; got != 1 {
		t.Errorf("after one was closed twice: got %d, want 1", got)
	}
}

// awaited is all that a reader who waits can be woken by.
type awaited struct {
	feed   *Feed
	sub    *Subscription
	cancel context.CancelFunc
}

// What wakes a reader that waits for an event, and what it is told.
func TestNextWaits(t *testing.T) {
	tests := []struct {
		name string
		wake func(awaited)
		seq  uint64
		err  error
	}{
		{"for an event", func(a awaited) { publish(a.feed, 1, 1) }, startSeq, nil},
		{"until the feed is closed", func(a awaited) { a.feed.Close() }, 0, ErrClosed},
		{"until it is closed itself", func(a awaited) { a.sub.Close() }, 0, ErrClosed},
		{"until its context ends", func(a awaited) { a.cancel() }, 0, context.Canceled},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := NewAt(5, start)
				s := f.Subscribe(0, 0)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				var got Entry
				var err error
				returned := false
				go func() {
					got, err = s.Next(ctx)
					returned = true
				}()
				synctest.Wait()
				if returned {
					t.Fatalf("it did not wait: %v, %v", got, err)
				}
				tt.wake(awaited{f, s, cancel})
				synctest.Wait()
				if !returned || got.Seq != tt.seq || !errors.Is(err, tt.err) {
					t.Errorf("returned %t: %d, %v; want %d, %v",
						returned, got.Seq, err, tt.seq, tt.err)
				}
			})
		})
	}
}

func TestOneEventWakesEveryReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := NewAt(5, start)
		read := make(chan uint64, 3)
		for range cap(read) {
			s := f.Subscribe(0, 0)
			go func() {
				e, err := s.Next(t.Context())
				if err != nil {
					t.Error(err)
				}
				read <- e.Seq
			}()
		}
		synctest.Wait()
		publish(f, 1, 1)
		for range cap(read) {
			if got := <-read; got != startSeq {
				t.Errorf("got %d, want %d", got, startSeq)
			}
		}
	})
}

// A reader whose client has gone must not be served the rest of the history.
func TestAnEndedContextComesBeforeEventsThatWait(t *testing.T) {
	f := NewAt(5, start)
	publish(f, 1, 5)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if e, err := f.Subscribe(startSeq, 0).Next(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, %v", e, err)
	}
}

func BenchmarkPublish(b *testing.B) {
	f := New(0)
	for range 100 { // who do not read
		f.Subscribe(0, 0)
	}
	e := event(1)
	b.ReportAllocs()
	for b.Loop() {
		f.Publish(e)
	}
}
