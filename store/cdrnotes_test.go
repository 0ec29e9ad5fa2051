package store

import (
	"path/filepath"
	"strings"
	"testing"

	"ringfence/phone"
	"ringfence/store/journal"
)

// A disk may be full for a while. Calls go on, and end, and have their records
// when there is room again.
func TestARecordThatCouldNotBeWrittenIsTriedAgain(t *testing.T) {
	dir := t.TempDir()
	s := populate(t, open(t, dir))
	stopTending(s)
	allWell(t, commits(s, openCall(1), openCall(2)))
	must(t)(nil, s.calls.Close())
	for _, err := range commits(s, endedCall(1), openCall(3), endedCall(2)) {
		equal(t, "told of it", err != nil, true)
	}
	for range 2 {
		s.ledger.again()
	}
	var err error
	s.calls, err = journal.Open(filepath.Join(dir, callsName))
	must(t)(nil, err)
	allWell(t, commits(s, endedCall(4)))
	for range 2 {
		s.ledger.again()
	}
	want := []*phone.CDR{endedCall(4), endedCall(2), endedCall(1)}
	list, _, err := s.ListCDRs(t.Context(), phone.CDRQuery{})
	must(t)(nil, err)
	equal(t, "records", list, want)
	equal(t, "open calls", s.Stats().OpenCalls, 0)
	must(t)(nil, s.Close())
	list, _, err = open(t, dir).ListCDRs(t.Context(), phone.CDRQuery{})
	must(t)(nil, err)
	equal(t, "records after a start", list, want)
}

func TestAStopTellsOfRecordsThatAreNotOnDisk(t *testing.T) {
	s, err := Open(t.Context(), Config{Dir: t.TempDir(), Book: phone.NewBook("ringfence.test", []int{1, 2})})
	must(t)(nil, err)
	populate(t, s)
	stopTending(s)
	must(t)(nil, s.calls.Close())
	equal(t, "told of it", commits(s, endedCall(1))[0] != nil, true)
	if err := s.Close(); err == nil || !strings.Contains(err.Error(), "call records that are not saved: 1") {
		t.Errorf("said %v", err)
	}
}

func TestRecordsThatWaitForTheDiskHaveBounds(t *testing.T) {
	var failed, batch noteBatch
	line := append(endedCall(1).AppendJSON(nil), '\n')
	for range 2 * maxNotes {
		batch.notes = append(batch.notes, callNote{row: rowOf(endedCall(1), ""), from: len(batch.text)})
		batch.text = append(batch.text, line...)
	}
	failed.keepRecords(&batch)
	equal(t, "kept", len(failed.notes), min(maxNotes, 1+(maxNoteBytes-timeSize)/len(line)))
	equal(t, "the last one", string(failed.line(len(failed.notes)-1)), string(line))
}
