package b2bua

import (
	"slices"
	"sync"
	"testing"
)

func TestFunctionsOfAMailboxRunAlone(t *testing.T) {
	var m mailbox
	inside, most, ran := 0, 0, 0
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 1000 {
				m.Do(func() { // no lock: the race detector would tell
					inside++
					most = max(most, inside)
					ran++
					inside--
				})
			}
		})
	}
	all.Wait()
	m.Do(func() {
		if most != 1 || ran != 8000 {
			t.Errorf("%d ran, up to %d at a time", ran, most)
		}
	})
}

func TestWhatIsPutInFromWithinComesAfterwards(t *testing.T) {
	var m mailbox
	var got []int
	m.Do(func() {
		m.Do(func() { got = append(got, 2) })
		m.Do(func() { got = append(got, 3) })
		got = append(got, 1)
	})
	if !slices.Equal(got, []int{1, 2, 3}) {
		t.Error(got)
	}
}

func TestPanicInAMailboxLeavesItOpen(t *testing.T) {
	var told any
	m := mailbox{}
	m.broke = func(p any) { told = p }
	ran := false
	m.Do(func() {
		m.Do(func() { ran = true })
		panic("broken")
	})
	if told != "broken" || !ran {
		t.Errorf("told %v, and the next ran: %v", told, ran)
	}
}

func TestTwoMailboxesBecomeOne(t *testing.T) {
	var a, b mailbox
	var j joins
	var got []string
	a.Do(func() {
		b.Do(func() { b.join(&a, &j) })
		b.Do(func() { got = append(got, "of b") }) // a is busy: it waits
		got = append(got, "of a")
	})
	if !slices.Equal(got, []string{"of a", "of b"}) {
		t.Error(got)
	}
	a.Do(func() { a.join(&b, &j) }) // they are one already
	b.Do(func() { got = nil })
	if got != nil {
		t.Error("nobody serves it any more")
	}
}

func TestMailboxesThatJoinEachOtherAtOnceStillRun(t *testing.T) {
	for range 200 {
		var a, b mailbox
		var j joins
		ran := 0
		var all sync.WaitGroup
		all.Go(func() { a.Do(func() { a.join(&b, &j) }) })
		all.Go(func() { b.Do(func() { b.join(&a, &j) }) })
		for range 10 {
			all.Go(func() { a.Do(func() {}) })
			all.Go(func() { b.Do(func() {}) })
		}
		all.Wait()
		all.Go(func() { a.Do(func() { ran++ }) })
		all.Go(func() { b.Do(func() { ran++ }) })
		all.Wait()
		a.Do(func() {
			if ran != 2 {
				t.Error(ran, "ran")
			}
		})
	}
}

func TestPanicInJoinedMailboxesIsOfWhoBroughtIt(t *testing.T) {
	var a, b mailbox
	var j joins
	var told []string
	a.broke = func(any) { told = append(told, "a") }
	b.broke = func(any) { told = append(told, "b") }
	a.Do(func() {
		b.Do(func() { b.join(&a, &j) })
		b.Do(func() { panic("of b") }) // waits for a
	})
	a.Do(func() { panic("of a") })
	b.Do(func() { panic("of b") })
	if !slices.Equal(told, []string{"b", "a", "b"}) {
		t.Error(told)
	}
}
