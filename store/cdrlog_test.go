package store

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/store/journal"
)

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
		equal(t, "entries of the log", entriesOfLog(t, s), 0)
		must(t)(nil, s.Close())
	}
}

func entriesOfLog(t *testing.T, s *Store) (n int) {
	t.Helper()
	must(t)(nil, s.calls.Replay(func([]byte) error {
		n++
		return nil
	}))
	return n
}

// A server that is stopped when it has no calls leaves nothing to a start.
func TestTheLogIsEmptyAfterwards(t *testing.T) {
	dir := t.TempDir()
	s := populate(t, open(t, dir))
	allWell(t, noted(t, s, openCall(1)))
	allWell(t, noted(t, s, endedCall(1)))
	must(t)(nil, s.Close())
	j, err := journal.Open(filepath.Join(dir, callsName))
	must(t)(nil, err)
	must(t)(nil, j.Replay(func(entry []byte) error {
		t.Errorf("left: %q", entry)
		return nil
	}))
	must(t)(nil, j.Close())
}

func TestALineThatCannotBeReadIsLeftOut(t *testing.T) {
	dir := t.TempDir()
	s := populate(t, open(t, dir))
	stopTending(s)
	allWell(t, commits(s, openCall(1)))
	for _, entry := range []string{"short", "12345678{\n"} {
		must(t)(s.calls.Append([]byte(entry)))
	}
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
	equal(t, "entries without calls", entriesOfLog(t, s), 0)
	allWell(t, commits(s, openCall(1)))
	for range 100 {
		clock = clock.Add(aliveEvery)
		s.ledger.log.tend()
	}
	equal(t, "remembered beside a call", len(s.ledger.log.entries), 1)
	must(t)(nil, s.Close())
	got, err := open(t, dir).CDR(t.Context(), openCall(1).ID)
	must(t)(nil, err)
	equal(t, "ended", got.Ended, clock)
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
		must(t)(nil, s.ledger.settle(t.Context()))
		s.ledger.log.tend()
	}
	l := &s.ledger.log
	equal(t, "open calls", s.Stats().OpenCalls, batches)
	if l.lines > 2*batches+maxDead+2*each {
		t.Errorf("%d lines in %d entries", l.lines, len(l.entries))
	}
	files, err := filepath.Glob(filepath.Join(dir, callsName, "*.log"))
	must(t)(nil, err)
	equal(t, "segments of 4 MiB", len(files) <= 2, true)
	must(t)(nil, s.Close())
	s = open(t, dir)
	for reason, want := range map[string]int{phone.EndInterrupted: batches, phone.EndHangup: batches * each} {
		_, total, err := s.ListCDRs(context.Background(), phone.CDRQuery{Reasons: []string{reason}})
		must(t)(nil, err)
		equal(t, reason, total, want)
	}
}

// The calls that the version before has in the database become records there.
func TestALogOfTheVersionBeforeIsNotLost(t *testing.T) {
	dir := t.TempDir()
	older(t, dir, 40, `INSERT INTO call_log (at, entry) VALUES (1, x'7b7d')`)
	_, err := Open(t.Context(), Config{Dir: dir, Book: phone.NewBook("ringfence.test", nil)})
	if err == nil || !strings.Contains(err.Error(), "calls of the version before are not saved yet: start that once more") {
		t.Errorf("it starts: %v", err)
	}
}
