package store

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"ringfence/phone"
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
	s.ledger.waiting.notes = make([]callNote, maxNotes)
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
	_, err := s.writing.ExecContext(t.Context(), "ALTER TABLE call_log RENAME TO elsewhere")
	must(t)(nil, err)
	if err := noted(t, s, openCall(1))[0]; err == nil {
		t.Error("no error")
	}
	equal(t, "lost", s.Stats().NotesLost, uint64(1))
	_, err = s.writing.ExecContext(t.Context(), "ALTER TABLE elsewhere RENAME TO call_log")
	must(t)(nil, err)
	allWell(t, noted(t, s, openCall(1)))
}

func TestWhatIsNotedIsThereAfterTheStart(t *testing.T) {
	dir := t.TempDir()
	clock := noon.Add(30 * time.Second)
	now := func(c *Config) { c.Now = func() time.Time { return clock } }
	s := populate(t, open(t, dir, now))
	changed := openCall(3)
	changed.Callee.Number = "103"
	allWell(t, noted(t, s, openCall(1), openCall(2), openCall(3)))
	allWell(t, noted(t, s, endedCall(1), changed))
	must(t)(nil, s.Close()) // the calls that are open are left as they are

	want := []*phone.CDR{changed, openCall(2), endedCall(1)}
	for _, c := range want[:2] {
		c.Interrupt(clock)
	}
	for range 2 {
		s = open(t, dir)
		list, _, err := s.ListCDRs(t.Context(), phone.CDRQuery{})
		must(t)(nil, err)
		equal(t, "records", list, want)
		equal(t, "rows of the log", rowsOfLog(t, s), 0)
		must(t)(nil, s.Close())
	}
}

func rowsOfLog(t *testing.T, s *Store) (n int) {
	t.Helper()
	must(t)(nil, s.reading.QueryRowContext(t.Context(), "SELECT count(*) FROM call_log").Scan(&n))
	return n
}

func TestALineThatCannotBeReadIsLeftOut(t *testing.T) {
	dir := t.TempDir()
	s := populate(t, open(t, dir))
	stopTending(s)
	allWell(t, commits(s, openCall(1)))
	_, err := s.writing.ExecContext(t.Context(), appendCalls, noon.UnixMilli(), []byte("{\n"))
	must(t)(nil, err)
	allWell(t, commits(s, endedCall(2)))
	must(t)(nil, s.Close())
	list, _, err := open(t, dir).ListCDRs(t.Context(), phone.CDRQuery{})
	must(t)(nil, err)
	equal(t, "records", numbers(list), "21")
}

func TestWhileThereAreCallsTheLogSaysThatTheServerLives(t *testing.T) {
	dir := t.TempDir()
	clock := noon
	s := populate(t, open(t, dir, func(c *Config) { c.Now = func() time.Time { return clock } }))
	stopTending(s)
	clock = noon.Add(time.Hour)
	s.ledger.log.tend()
	equal(t, "rows without calls", rowsOfLog(t, s), 0)
	allWell(t, commits(s, openCall(1)))
	for range 100 {
		clock = clock.Add(aliveEvery)
		s.ledger.log.tend()
	}
	equal(t, "rows beside a call", rowsOfLog(t, s), 2)
	must(t)(nil, s.Close())
	got, err := open(t, dir).CDR(t.Context(), openCall(1).ID)
	must(t)(nil, err)
	equal(t, "ended", got.Ended, clock)
}

// stopTending ends the ledger's goroutine: the test is it.
func stopTending(s *Store) {
	close(s.ledger.stop)
	<-s.ledger.stopped
	s.ledger.stop, s.ledger.stopped = make(chan struct{}), make(chan struct{})
	close(s.ledger.stopped)
}

// commits notes the calls, and does what the ledger's goroutine would.
func commits(s *Store, calls ...*phone.CDR) (errs []error) {
	for _, c := range calls {
		s.Note(c, func(err error) { errs = append(errs, err) })
	}
	s.ledger.commit()
	return errs
}

func TestTheLogStaysSmallBesideALongCall(t *testing.T) {
	dir := t.TempDir()
	s := populate(t, open(t, dir))
	stopTending(s)
	const batches, each = 60, 100
	for n := range batches {
		allWell(t, commits(s, openCall(n*1000))) // one that does not end
		for i := range each {
			s.Note(openCall(n*1000+i+1), func(err error) { must(t)(nil, err) })
			s.Note(endedCall(n*1000+i+1), func(err error) { must(t)(nil, err) })
		}
		s.ledger.commit()
		s.ledger.log.tend()
	}
	l := &s.ledger.log
	equal(t, "open calls", s.Stats().OpenCalls, batches)
	if l.lines > 2*batches+maxDead+2*each || len(l.rows) != rowsOfLog(t, s) {
		t.Errorf("%d lines in %d rows, %d rows on disk", l.lines, len(l.rows), rowsOfLog(t, s))
	}
	must(t)(nil, s.Close())
	s = open(t, dir)
	for reason, want := range map[string]int{phone.EndInterrupted: batches, phone.EndHangup: batches * each} {
		_, total, err := s.ListCDRs(context.Background(), phone.CDRQuery{Reasons: []string{reason}})
		must(t)(nil, err)
		equal(t, reason, total, want)
	}
}
