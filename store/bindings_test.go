package store

import (
	"errors"
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
	must(t)(nil, s.TrimBindings(t.Context(), numbers[1]))
	must(t)(nil, s.Close())

	again := open(t, dir)
	equal(t, "the log after a restart", replayed(again), []string{"third"})
	no := errors.New("no")
	if err := again.ReplayBindings(t.Context(), func([]byte) error { return no }); !errors.Is(err, no) {
		t.Errorf("%v", err)
	}
}

// An entry is mostly committed alone. When that fails, it is the disk that has.
func TestAnEntryThatIsNotWrittenIsAFailure(t *testing.T) {
	s := open(t, t.TempDir())
	_, err := s.writing.ExecContext(t.Context(), "DROP TABLE binding_log")
	must(t)(nil, err)
	before := s.Stats()
	if _, err := s.AppendBindings(t.Context(), []byte("entry")); err == nil {
		t.Error("no error")
	}
	if now := s.Stats(); now.Failures != before.Failures+1 || now.Commits != before.Commits {
		t.Errorf("%+v", now)
	}
}
