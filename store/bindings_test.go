package store

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestTheLogOfBindingsIsReplayedInOrder(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	var numbers []int64
	for _, entry := range []string{"first", "second", "third"} {
		n, err := s.AppendBindings(t.Context(), []byte(entry))
		must(t)(n, err)
		numbers = append(numbers, n)
	}
	if numbers[0] >= numbers[1] || numbers[1] >= numbers[2] {
		t.Errorf("numbers do not rise: %v", numbers)
	}
	replayed := func(s *Store) (list []string) {
		must(t)(nil, s.ReplayBindings(t.Context(), func(entry []byte) error {
			list = append(list, string(entry))
			return nil
		}))
		return list
	}
	equal(t, "the log", replayed(s), []string{"first", "second", "third"})
	must(t)(nil, s.TrimBindings(t.Context(), numbers[1])) // it goes with its segment
	must(t)(nil, s.Close())

	again := open(t, dir)
	equal(t, "the log after a restart", replayed(again), []string{"first", "second", "third"})
	no := errors.New("no")
	if err := again.ReplayBindings(t.Context(), func([]byte) error { return no }); !errors.Is(err, no) {
		t.Errorf("%v", err)
	}
}

// The registrations of a phone that is on a disk that fails are not answered for.
func TestAnEntryThatIsNotWrittenIsAFailure(t *testing.T) {
	s := open(t, t.TempDir())
	must(t)(s.AppendBindings(t.Context(), []byte("entry")))
	must(t)(nil, s.bindings.Close())
	if _, err := s.AppendBindings(t.Context(), []byte("entry")); err == nil {
		t.Error("no error")
	}
	if now := s.Stats(); now.Entries != 1 || now.EntriesRefused != 1 {
		t.Errorf("%+v", now)
	}
}

// A server that does not start serves nobody: damage is logged.
func TestADamagedJournalOfBindingsIsReadAsFarAsItGoes(t *testing.T) {
	dir := t.TempDir()
	must(t)(nil, os.Mkdir(filepath.Join(dir, bindingsName), 0o700))
	for _, name := range []string{"0000000000000001.log", "0000000000000009.log"} {
		must(t)(nil, os.WriteFile(filepath.Join(dir, bindingsName, name), []byte("damage"), 0o600))
	}
	s := open(t, dir)
	must(t)(nil, s.ReplayBindings(t.Context(), func([]byte) error { return errors.New("an entry") }))
}
