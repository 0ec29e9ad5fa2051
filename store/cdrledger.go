package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"ringfence/phone"
)

const (
	// The least time from one commit of notes to the next. Where many calls have
	// something to note, they share a commit and wait longer for it.
	noteEvery     = 2 * time.Millisecond
	noteManyEvery = 8 * time.Millisecond
	noteMany      = 4 // notes in a commit

	// What waits for a commit, at most.
	maxNotes     = 8192
	maxNoteBytes = 8 << 20

	maxKept = 1 << 18 // bytes of memory that are kept for the notes to come

	tendEvery  = time.Second     // how often what the log need not say any more is let go of
	aliveEvery = 5 * time.Second // while there are calls, their log says at least as often that the server lives
)

// ErrBusy is what is told of a note when too many wait already.
var ErrBusy = errors.New("too many notes of calls wait for the disk")

// ledger makes what is to be known of calls durable, in a log, and brings the
// records of those that have ended to their table, many at a time: a row of the
// table costs an entry in each of five indexes, and a query that comes before
// brings them there itself.
type ledger struct {
	s   *Store
	log callLog

	mu      sync.Mutex // guards all below
	waiting noteBatch
	spare   noteBatch
	closed  bool

	failed noteBatch // records that the disk has refused; the goroutine's

	wake    chan struct{} // somebody waits
	enough  chan struct{} // there are records for their table
	stop    chan struct{} // closed by end
	stopped chan struct{} // closed by the goroutine that writes the log when it has ended
	settled chan struct{} // and by the one that settles

	written, lost atomic.Uint64
}

func startLedger(s *Store) *ledger {
	l := &ledger{
		s: s, log: callLog{s: s, open: map[phone.ID]ongoing{}},
		wake: make(chan struct{}, 1), enough: make(chan struct{}, 1),
		stop: make(chan struct{}), stopped: make(chan struct{}), settled: make(chan struct{}),
	}
	go l.run()
	go l.settleInTime()
	return l
}

// Note makes the state of a call durable: an open call that ends as INTERRUPTED
// should the server die before the next one, or with Ended its record. The first
// record of a call stays. It does not wait: done is called once, from another
// goroutine, when the note is on disk, or with ErrBusy, ErrClosed or what has
// failed; it must not block. A record that could not be written is tried again until
// it is there. Notes of a call take effect in their order. What the record looks like
// after Note has returned is of no importance.
func (s *Store) Note(r *phone.CDR, done func(error)) { s.ledger.note(r, done) }

func (l *ledger) note(r *phone.CDR, done func(error)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var err error
	switch b := &l.waiting; {
	case l.closed:
		err = ErrClosed
	case r.ID == "":
		err = &phone.Error{Kind: phone.Invalid, Key: "_id", Text: "Call has no id"}
	case len(b.notes) >= maxNotes || len(b.text) >= maxNoteBytes:
		err = ErrBusy
	default:
		b.begin(callNote{row: rowOf(r, ""), done: done})
		b.text = append(r.AppendJSON(b.text), '\n')
	}
	if err != nil {
		l.lost.Add(1)
		go done(err) // whoever hands it in knows when it has ended
		return
	}
	select {
	case l.wake <- struct{}{}:
	default: // it will be awake
	}
}

// run writes until end is called, and then what still waits.
func (l *ledger) run() {
	defer close(l.stopped)
	tick := time.NewTicker(tendEvery)
	defer tick.Stop()
	for {
		select {
		case <-l.wake:
			l.pace(l.commit())
		case <-tick.C:
			l.again()
			l.log.tend()
		case <-l.stop:
			l.commit()
			l.again()
			return
		}
	}
}

// pace waits until there may be another commit.
func (l *ledger) pace(notes int, began time.Time) {
	if l.log.unsettled.Load() >= settleFrom {
		select {
		case l.enough <- struct{}{}:
		default: // it will be at it
		}
	}
	every := noteEvery
	if notes >= noteMany {
		every = noteManyEvery
	}
	left := time.NewTimer(every - time.Since(began))
	defer left.Stop()
	select {
	case <-left.C:
	case <-l.stop:
	}
}

// commit writes what waits as one entry of the log, tells those who wait for it,
// and returns how many they were and when it began.
func (l *ledger) commit() (notes int, began time.Time) {
	began = time.Now()
	b := l.take()
	if len(b.notes) == 0 {
		return 0, began
	}
	err := l.log.append(&b)
	if err != nil {
		err = fmt.Errorf("note calls: %w", err)
		l.lost.Add(uint64(len(b.notes)))
		l.failed.keepRecords(&b)
	} else {
		l.written.Add(uint64(len(b.notes)))
	}
	l.tell(func() {
		for i := range b.notes {
			b.notes[i].done(err)
		}
	})
	notes = len(b.notes)
	l.giveBack(b)
	return notes, began
}

func (l *ledger) tell(f func()) {
	if l.s.Told == nil {
		f()
		return
	}
	l.s.Told(f)
}

func (l *ledger) take() noteBatch {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.waiting
	l.waiting, l.spare = l.spare, noteBatch{}
	return b
}

// giveBack keeps a batch's memory for the one after the next.
func (l *ledger) giveBack(b noteBatch) {
	if cap(b.text) > maxKept {
		return
	}
	clear(b.notes)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.spare = noteBatch{b.text[:0], b.notes[:0]}
}

// end takes no more notes, writes those that wait and brings all records to
// their table. Calls that have not ended stay in the log.
func (l *ledger) end() error {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	close(l.stop)
	<-l.stopped
	<-l.settled
	var unsaved error
	if n := len(l.failed.notes); n > 0 {
		unsaved = fmt.Errorf("call records that are not saved: %d", n)
	}
	if err := l.settle(context.Background()); err != nil {
		return errors.Join(unsaved, err)
	}
	return errors.Join(unsaved, l.log.end())
}

// count adds what the ledger knows to the counters.
func (l *ledger) count(to *Stats) {
	to.Notes, to.NotesLost = l.written.Load(), l.lost.Load()
	l.log.mu.Lock()
	defer l.log.mu.Unlock()
	to.OpenCalls = len(l.log.open)
}
