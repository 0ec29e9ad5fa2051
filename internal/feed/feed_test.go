package feed

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"ringfence/phone"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// startSeq is the number of the first event of a feed made at start.
const startSeq = 1_772_366_400_000_000

// event makes the nth event; its data tells it from the others.
func event(n int) phone.Event {
	return phone.Event{Type: phone.PhoneRegistered, Time: start, Data: map[string]any{"n": n}}
}

func publish(f *Feed, from, to int) {
	for n := from; n <= to; n++ {
		f.Publish(event(n))
	}
}

// drain reads what is there without waiting, and returns the n of each event and
// how the subscription ended, nil when it goes on.
func drain(s *Subscription) (ns []int, err error) {
	ns = []int{}
	for {
		e, news, err := s.take()
		switch {
		case err != nil:
			return ns, err
		case news != nil:
			return ns, nil
		}
		ns = append(ns, e.Event.Data["n"].(int))
	}
}

func TestEventsAreNumberedFromTheTimeOfTheStart(t *testing.T) {
	f := NewAt(10, start)
	s := f.Subscribe(0, 0)
	publish(f, 1, 2)
	want := []Entry{{startSeq, event(1)}, {startSeq + 1, event(2)}}
	for _, w := range want {
		got, err := s.Next(t.Context())
		if err != nil || !reflect.DeepEqual(got, w) {
			t.Errorf("got %v, %v; want %v", got, err, w)
		}
	}
}

func TestNewBeginsNow(t *testing.T) {
	before := uint64(time.Now().UnixMicro())
	f := New(10)
	after := uint64(time.Now().UnixMicro())
	if f.first < before || f.first > after {
		t.Errorf("numbers begin at %d, not from %d to %d", f.first, before, after)
	}
}

func TestAClockBefore1970GivesANumber(t *testing.T) {
	f := NewAt(10, time.Time{})
	s := f.Subscribe(0, 0)
	publish(f, 1, 1)
	if got, err := s.Next(t.Context()); err != nil || got.Seq != 1 {
		t.Errorf("got %d, %v; want 1", got.Seq, err)
	}
}

func TestAHistoryThatIsNotPositiveIsTheDefault(t *testing.T) {
	for _, history := range []int{0, -1} {
		f := NewAt(history, start)
		publish(f, 1, DefaultHistory+1)
		got, err := drain(f.Subscribe(1, 0))
		if err != nil || len(got) != DefaultHistory || got[0] != 2 {
			t.Errorf("history %d: %d events from %d on, %v", history, len(got), got[0], err)
		}
	}
}

func TestTheRingIsReusedWithoutEnd(t *testing.T) {
	f := NewAt(3, start)
	for n := 1; n <= 50; n++ {
		f.Publish(event(n))
		got, err := drain(f.Subscribe(1, 0))
		want := []int{}
		for i := max(1, n-2); i <= n; i++ {
			want = append(want, i)
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("after %d events the history is %v, %v; want %v", n, got, err, want)
		}
	}
	if len(f.ring) != 6 {
		t.Errorf("the ring has grown to %d", len(f.ring))
	}
}

// Four rooms publish while readers come and go; each reader sees every event
// from its place on, once and in order.
func TestManyPublishAndReadAtOnce(t *testing.T) {
	const each, rooms, readers = 500, 4, 4
	f := NewAt(each*rooms, start)
	var wg sync.WaitGroup
	for range readers {
		s := f.Subscribe(startSeq-1, 0)
		wg.Go(func() {
			defer s.Close()
			for want := uint64(startSeq); want < startSeq+each*rooms; want++ {
				e, err := s.Next(context.Background())
				if err != nil || e.Seq != want {
					t.Errorf("got %d, %v; want %d", e.Seq, err, want)
					return
				}
			}
		})
	}
	for range rooms {
		wg.Go(func() { publish(f, 1, each) })
	}
	wg.Wait()
	if got, want := f.Stats(), (Stats{Published: each * rooms}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestAClosedFeedTakesNothingMore(t *testing.T) {
	f := NewAt(10, start)
	s := f.Subscribe(0, 0)
	publish(f, 1, 2)
	f.Close()
	f.Close()
	publish(f, 3, 3)
	got, err := drain(s)
	if !reflect.DeepEqual(got, []int{1, 2}) || !errors.Is(err, ErrClosed) {
		t.Errorf("read %v, %v; want what came before the end, then ErrClosed", got, err)
	}
	if got, want := f.Stats(), (Stats{Published: 2}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
