package journal

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

func open(t testing.TB, dir string) *Journal {
	t.Helper()
	j, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j
}

func add(t testing.TB, j *Journal, entries ...string) (last int64) {
	t.Helper()
	for _, e := range entries {
		n, err := j.Append([]byte(e))
		if err != nil {
			t.Fatal(err)
		}
		if last > 0 && n != last+1 {
			t.Errorf("entry %d after %d", n, last)
		}
		last = n
	}
	return last
}

func read(t testing.TB, j *Journal) (entries []string) {
	t.Helper()
	err := j.Replay(func(entry []byte) error {
		entries = append(entries, string(entry))
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return entries
}

func expect(t testing.TB, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %d entries %.80q, want %d %.80q", what, len(got), got, len(want), want)
	}
}

// large is an entry of which a segment holds three.
func large(c string) string { return strings.Repeat(c, segmentSize/3-headSize) }

func files(t testing.TB, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		names = append(names, f.Name())
	}
	return names
}

func TestWhatWasAppendedIsReadAgainInOrder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	j := open(t, dir)
	expect(t, "an empty journal", read(t, j), nil)
	last := add(t, j, "first", "", "third")
	expect(t, "at once", read(t, j), []string{"first", "", "third"})
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	again := open(t, dir)
	expect(t, "after a restart", read(t, again), []string{"first", "", "third"})
	if n := add(t, again, "fourth"); n != last+1 {
		t.Errorf("number %d after %d", n, last)
	}
	expect(t, "and on", read(t, again), []string{"first", "", "third", "fourth"})
}

func TestAClosedJournalTakesNothing(t *testing.T) {
	j := open(t, t.TempDir())
	add(t, j, "entry")
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	if _, err := j.Append([]byte("late")); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}

// The machine may die at any byte of a write: what was whole before is there, and
// the journal goes on.
func TestATornEntryIsNone(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir)
	add(t, j, "first", "second")
	kept := j.at
	add(t, j, "the third one")
	name := j.path(segmentName(1))
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for cut := kept; cut < j.at; cut++ {
		torn := slices.Clone(whole)
		clear(torn[cut:])
		if err := os.WriteFile(name, torn, 0o600); err != nil {
			t.Fatal(err)
		}
		again := open(t, dir)
		expect(t, fmt.Sprintf("cut at %d", cut), read(t, again), []string{"first", "second"})
		if n := add(t, again, "another"); n != 3 {
			t.Errorf("number %d", n)
		}
		expect(t, "and on", read(t, again), []string{"first", "second", "another"})
	}
}

func TestSegmentsTurnAndAreTrimmed(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir)
	last := add(t, j, large("a"), large("b"), large("c"), large("d"), large("e"), large("f"), "small")
	if got := files(t, dir); len(got) != 3 {
		t.Fatal(got)
	}
	if err := j.Trim(4); err != nil { // a, b, c, d: the second segment is still needed
		t.Error(err)
	}
	expect(t, "trimmed", read(t, j), []string{large("d"), large("e"), large("f"), "small"})
	if err := j.Trim(last); err != nil { // the last segment stays
		t.Error(err)
	}
	expect(t, "all trimmed", read(t, j), []string{"small"})
	if got := files(t, dir); len(got) != 3 {
		t.Error("spares are kept:", got)
	}
	again := open(t, dir)
	expect(t, "after a restart", read(t, again), []string{"small"})
	if n := add(t, again, "next"); n != last+1 {
		t.Errorf("number %d after %d", n, last)
	}
}

// A spare is full of records that were good: none of them is one now.
func TestASpareIsWrittenOver(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir)
	for range 100 {
		last := add(t, j, large("a"), large("b"), large("c"))
		if err := j.Trim(last - 1); err != nil {
			t.Fatal(err)
		}
	}
	if got := files(t, dir); len(got) > maxSpares+2 {
		t.Error(got)
	}
	if len(j.spares) == 0 {
		t.Fatal("no spares")
	}
	add(t, j, "only")
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	again := open(t, dir)
	got := read(t, again)
	if len(got) == 0 || got[len(got)-1] != "only" {
		t.Errorf("%d entries", len(got))
	}
	add(t, again, "and", "more")
	got = read(t, open(t, dir))
	expect(t, "the end", got[len(got)-3:], []string{"only", "and", "more"})
}

func TestAnEntryLargerThanASegment(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir)
	huge := strings.Repeat("x", 3*segmentSize)
	last := add(t, j, "before", huge, "after")
	expect(t, "read", read(t, j), []string{"before", huge, "after"})
	if err := j.Trim(last - 1); err != nil {
		t.Error(err)
	}
	expect(t, "trimmed", read(t, open(t, dir)), []string{"after"})
	if slices.ContainsFunc(files(t, dir), func(name string) bool {
		info, err := os.Stat(filepath.Join(dir, name))
		return err != nil || info.Size() > segmentSize
	}) {
		t.Error("a huge segment is kept as a spare")
	}
}

func TestDamageInTheMiddleIsTold(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir)
	add(t, j, "first", large("a"), large("b"), large("c"), "last")
	f, err := os.OpenFile(j.path(segmentName(1)), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte{'X'}, headSize+5+headSize+100); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	var got []string
	err = open(t, dir).Replay(func(entry []byte) error {
		got = append(got, string(entry[:1]))
		return nil
	})
	if !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
	expect(t, "what is left", got, []string{"f", "c", "l"})
}

func TestAStrangeFileIsNoSegment(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "letter.log"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err == nil {
		t.Error("opened")
	}
}

func TestAnErrorOfWhoReadsEndsIt(t *testing.T) {
	j, no := open(t, t.TempDir()), errors.New("no")
	add(t, j, "first", "second")
	calls := 0
	if err := j.Replay(func([]byte) error { calls++; return no }); !errors.Is(err, no) || calls != 1 {
		t.Error(err, calls)
	}
}

func TestADiskThatFails(t *testing.T) {
	j := open(t, t.TempDir())
	add(t, j, "first")
	if err := j.file.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Append([]byte("second")); err == nil {
		t.Error("no error")
	}
	expect(t, "what is there", read(t, j), []string{"first"})
}

func TestManyAppendAtOnce(t *testing.T) {
	j := open(t, t.TempDir())
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				if _, err := j.Append([]byte("entry")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if got := read(t, j); len(got) != 160 {
		t.Errorf("%d entries", len(got))
	}
}

// What stands behind a damaged entry is lost, and does not come back behind the next
// entry that has the same length.
func TestWhatIsBehindDamageStaysLost(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir)
	add(t, j, "first", "second", "third")
	j.Close()
	path := filepath.Join(dir, segmentName(1))
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[headSize] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	j = open(t, dir)
	add(t, j, "after")
	j.Close()
	expect(t, "then", read(t, open(t, dir)), []string{"after"})
}

// Whatever is in a segment, opening it does no harm, and the journal goes on.
func FuzzOpen(f *testing.F) {
	f.Add(appendRecord(appendRecord(nil, 1, []byte("first")), 2, []byte("second")))
	f.Add(append(appendRecord(nil, 7, []byte("lost")), appendRecord(nil, 2, []byte("second"))...))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, segment []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, segmentName(1)), segment, 0o600); err != nil {
			t.Fatal(err)
		}
		j := open(t, dir)
		before := read(t, j)
		if n := add(t, j, "next"); n != int64(len(before)+1) {
			t.Errorf("number %d after %d entries", n, len(before))
		}
		expect(t, "after it", read(t, open(t, dir)), append(before, "next"))
	})
}

func BenchmarkAppend(b *testing.B) {
	j, entry := open(b, b.TempDir()), bytes.Repeat([]byte("x"), 6000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := j.Append(entry); err != nil {
			b.Fatal(err)
		}
	}
}

// Clear leaves nothing to read, and what is written over is no entry.
func TestClear(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir)
	clear := func() {
		t.Helper()
		if err := j.Clear(); err != nil {
			t.Error(err)
		}
	}
	clear()
	add(t, j, "one", "two", large("a"), large("b"), large("c"), "three")
	clear()
	expect(t, "cleared", read(t, j), nil)
	clear()
	if last := add(t, j, "four"); last != 7 {
		t.Errorf("the next entry has the number %d", last)
	}
	j.Close()
	j = open(t, dir)
	expect(t, "after a start", read(t, j), []string{"four"})
	clear()
	j.Close()
	j = open(t, dir)
	expect(t, "cleared before a start", read(t, j), nil)
	if last := add(t, j, "five"); last != 8 {
		t.Errorf("the next entry has the number %d", last)
	}
	expect(t, "after another", read(t, j), []string{"five"})
	j.Close()
	if err := j.Clear(); !errors.Is(err, ErrClosed) {
		t.Errorf("when closed: %v", err)
	}
}
