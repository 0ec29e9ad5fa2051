package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/store/journal"
)

// noted notes the calls and returns what each was told.
func noted(t *testing.T, s *Store, calls ...*phone.CDR) []error {
	t.Helper()
	told := make(chan error)
	var errs []error
	for _, c := range calls {
		s.Note(c, func(err error) { told <- err })
	}
	for range calls {
		errs = append(errs, <-told)
	}
	return errs
}

func allWell(t *testing.T, errs []error) {
	t.Helper()
	must(t)(nil, errors.Join(errs...))
}

// openCall is a call with a number that has been answered.
func openCall(number int) *phone.CDR {
	return &phone.CDR{
		ID: phone.ID(fmt.Sprintf("%024d", number)), Customer: acme, Started: noon, Answered: noon.Add(time.Second),
		Caller: phone.Party{Number: "101", Extension: alice}, Callee: phone.Party{Number: "102"},
		Legs: []phone.CDRLeg{{ID: "a", Direction: phone.Inbound, Started: noon}},
	}
}

// endedCall is the same after it has ended.
func endedCall(number int) *phone.CDR {
	c := openCall(number)
	c.Ended, c.TerminatedBy, c.TerminatedReason = noon.Add(time.Minute), phone.EndedByCallee, phone.EndHangup
	return c
}

func TestACallIsRecordedWhenItHasEnded(t *testing.T) {
	s := world(t)
	allWell(t, noted(t, s, openCall(1), openCall(2)))
	list, _, err := s.ListCDRs(t.Context(), phone.CDRQuery{})
	must(t)(nil, err)
	equal(t, "while they are open", numbers(list), "")
	equal(t, "open calls", s.Stats().OpenCalls, 2)

	allWell(t, noted(t, s, endedCall(1)))
	list, _, err = s.ListCDRs(t.Context(), phone.CDRQuery{})
	must(t)(nil, err)
	equal(t, "records", list, []*phone.CDR{endedCall(1)})
	equal(t, "open calls", s.Stats().OpenCalls, 1)

	allWell(t, noted(t, s, endedCall(2)))
	got, err := s.CDR(t.Context(), endedCall(2).ID)
	must(t)(nil, err)
	equal(t, "record", got, endedCall(2))
	allWell(t, noted(t, s, endedCall(3)))
	latest, err := s.LatestCDRs(t.Context(), phone.CDRQuery{Query: phone.Query{Limit: 10}, Extension: alice})
	must(t)(nil, err)
	equal(t, "latest", numbers(latest), "321")
}

func TestTheFirstRecordOfACallStays(t *testing.T) {
	s := world(t)
	again := endedCall(1)
	again.TerminatedReason = phone.EndError
	allWell(t, noted(t, s, endedCall(1)))
	allWell(t, noted(t, s, again, openCall(1)))
	got, err := s.CDR(t.Context(), again.ID)
	must(t)(nil, err)
	equal(t, "record", got, endedCall(1))
}

func TestWhatANoteIsRefusedFor(t *testing.T) {
	s := world(t)
	refused(t, noted(t, s, &phone.CDR{Started: noon})[0], phone.Invalid, "_id")
	s.ledger.mu.Lock() // so that the writer cannot take what waits
	told := make(chan error, maxNotes+1)
	s.ledger.waiting = noteBatch{make([]byte, timeSize), make([]callNote, maxNotes)}
	for i := range s.ledger.waiting.notes {
		s.ledger.waiting.notes[i].done = func(error) {}
	}
	s.ledger.mu.Unlock()
	s.Note(openCall(1), func(err error) { told <- err })
	if err := <-told; !errors.Is(err, ErrBusy) {
		t.Errorf("the one too many: %v", err)
	}
	must(t)(nil, s.Close())
	s.Note(openCall(1), func(err error) { told <- err })
	if err := <-told; !errors.Is(err, ErrClosed) {
		t.Errorf("after the end: %v", err)
	}
}

func TestTheQueueOfNotesHasBounds(t *testing.T) {
	s := world(t)
	stopTending(s)
	long := openCall(1)
	long.Legs = make([]phone.CDRLeg, 100)
	size, told := len(long.AppendJSON(nil))+1, 0
	for len(s.ledger.waiting.text) < maxNoteBytes {
		s.Note(long, func(err error) {
			must(t)(nil, err)
			told++
		})
	}
	refused := make(chan error)
	s.Note(long, func(err error) { refused <- err })
	if err := <-refused; !errors.Is(err, ErrBusy) {
		t.Errorf("the one too many: %v", err)
	}
	s.ledger.commit()
	equal(t, "told", told >= maxNoteBytes/size && told <= maxNoteBytes/size+1, true)
	equal(t, "memory kept", cap(s.ledger.spare.text) <= maxKept, true)
}

func TestANoteThatCannotBeWrittenIsToldOf(t *testing.T) {
	s := world(t)
	stopTending(s)
	must(t)(nil, s.calls.Close())
	if err := commits(s, openCall(1))[0]; err == nil {
		t.Error("no error")
	}
	equal(t, "lost", s.Stats().NotesLost, uint64(1))
	var err error
	s.calls, err = journal.Open(filepath.Join(s.Dir, callsName))
	must(t)(nil, err)
	allWell(t, commits(s, openCall(1)))
}

// stopTending ends the ledger's goroutines: the test is they.
func stopTending(s *Store) {
	l := s.ledger
	close(l.stop)
	<-l.stopped
	<-l.settled
	l.stop = make(chan struct{})
}

// commits notes the calls, and does what the ledger's goroutine would.
func commits(s *Store, calls ...*phone.CDR) (errs []error) {
	for _, c := range calls {
		s.Note(c, func(err error) { errs = append(errs, err) })
	}
	s.ledger.commit()
	return errs
}
