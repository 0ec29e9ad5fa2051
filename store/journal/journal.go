package journal

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sync"
)

// Journal is an open log. Its methods may be called from many goroutines.
type Journal struct {
	dir string

	mu     sync.Mutex // guards all below
	firsts []int64    // the first entries of the segments; the last one is being written
	spares []string
	file   *os.File // the last segment; nil before the first entry and after Close
	size   int64    // of the file
	at     int64    // where the next record goes
	next   int64    // its number
	record []byte   // used again and again
	closed bool
}

// ErrClosed is what a closed journal answers.
var ErrClosed = errors.New("the journal is closed")

// Open opens the journal of a folder, which is created when it is missing. Who
// opens it must be the only one.
func Open(dir string) (*Journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	j := &Journal{dir: dir, next: 1}
	var err error
	if j.firsts, j.spares, err = segments(dir); err != nil {
		return nil, err
	}
	if len(j.firsts) > 0 {
		err = j.resume()
	}
	if err != nil {
		return nil, fmt.Errorf("open the journal %s: %w", dir, err)
	}
	return j, nil
}

// resume finds the end of the last segment, and wipes what is behind it: entries
// behind a damaged one would be taken for new ones again, once that is written over
// by one of its length.
func (j *Journal) resume() error {
	first := j.firsts[len(j.firsts)-1]
	b, err := os.ReadFile(j.path(segmentName(first)))
	if err != nil {
		return err
	}
	number, rest := first, b
	for ok := true; ok; {
		if _, rest, ok = cutRecord(rest, number); ok {
			number++
		}
	}
	f, err := os.OpenFile(j.path(segmentName(first)), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	j.file, j.size, j.at, j.next = f, int64(len(b)), int64(len(b)-len(rest)), number
	if len(bytes.Trim(rest, "\x00")) == 0 {
		return nil
	}
	if err := wipe(f, j.at, j.size); err != nil {
		return errors.Join(err, f.Close())
	}
	return nil
}

func (j *Journal) path(name string) string { return filepath.Join(j.dir, name) }

// Append adds an entry, durably when it returns, and gives its number, by one
// higher than the last. With an error nothing was added, and the next entry may
// be.
func (j *Journal) Append(entry []byte) (number int64, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return 0, ErrClosed
	}
	if int64(len(entry)) > math.MaxUint32 {
		return 0, errors.New("an entry of 4 GiB or more")
	}
	if need := int64(headSize + len(entry)); j.file == nil || j.at+need > j.size {
		if err := j.turn(need); err != nil {
			return 0, err
		}
	}
	j.record = appendRecord(j.record[:0], j.next, entry)
	n := len(j.record)
	if _, err := j.file.WriteAt(j.record, j.at); err != nil {
		return 0, err
	}
	if err := syncData(j.file); err != nil {
		return 0, err
	}
	if cap(j.record) > segmentSize {
		j.record = nil
	}
	j.at += int64(n)
	j.next++
	return j.next - 1, nil
}

// turn begins a segment that has room for so many bytes.
func (j *Journal) turn(need int64) error {
	f, size, err := j.fresh(need)
	if err != nil {
		return err
	}
	if j.file != nil {
		_ = j.file.Close() // all in it is on disk
	}
	j.file, j.size, j.at = f, size, 0
	j.firsts = append(j.firsts, j.next)
	return nil
}

// fresh makes the file of a segment, of a spare if there is one that is large
// enough.
func (j *Journal) fresh(need int64) (f *os.File, size int64, err error) {
	name := j.path(segmentName(j.next))
	if len(j.spares) > 0 && need <= segmentSize {
		last := len(j.spares) - 1
		if err = os.Rename(j.path(j.spares[last]), name); err != nil {
			return nil, 0, err
		}
		j.spares = j.spares[:last]
		if f, err = os.OpenFile(name, os.O_RDWR, 0); err == nil {
			size, err = fileSize(f)
		}
	} else {
		size = max(need, segmentSize)
		f, err = create(name, int(size))
	}
	if err == nil {
		err = syncFolder(j.dir)
	}
	if err != nil && f != nil {
		_ = f.Close()
	}
	return f, size, err
}

func fileSize(f *os.File) (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// Trim lets go of the entries up to and with a number. A segment goes when all
// of its entries may: some that were let go may be read again.
func (j *Journal) Trim(upTo int64) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for len(j.firsts) > 1 && j.firsts[1] <= upTo+1 {
		if err := j.retire(segmentName(j.firsts[0])); err != nil {
			return err
		}
		j.firsts = j.firsts[1:]
	}
	return nil
}

// Clear lets go of all entries: Replay finds none of them.
func (j *Journal) Clear() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case j.closed:
		return ErrClosed
	case j.at > 0:
		if err := j.turn(0); err != nil {
			return err
		}
	}
	for len(j.firsts) > 1 {
		if err := j.retire(segmentName(j.firsts[0])); err != nil {
			return err
		}
		j.firsts = j.firsts[1:]
	}
	return nil
}

// retire makes a spare of a segment, or deletes it.
func (j *Journal) retire(name string) error {
	info, err := os.Stat(j.path(name))
	if err != nil {
		return err
	}
	if len(j.spares) >= maxSpares || info.Size() != segmentSize {
		return os.Remove(j.path(name))
	}
	spare := name + spareSuffix
	if err := os.Rename(j.path(name), j.path(spare)); err != nil {
		return err
	}
	j.spares = append(j.spares, spare)
	return nil
}

// ErrDamaged is wrapped by what Replay returns of a journal with a hole in it.
var ErrDamaged = errors.New("the journal is damaged")

// Replay hands every entry to take, in order; an error of take ends it. An entry
// is good until take returns. It is for the time before the first Append. Where a
// segment that others follow is damaged, the rest of it is passed over, and when
// all has been read the error is an ErrDamaged.
func (j *Journal) Replay(take func(entry []byte) error) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	var damage error
	for i, first := range j.firsts {
		b, err := os.ReadFile(j.path(segmentName(first)))
		if err != nil {
			return err
		}
		number := first
		for {
			entry, rest, ok := cutRecord(b, number)
			if !ok {
				break
			}
			if err := take(entry); err != nil {
				return err
			}
			number, b = number+1, rest
		}
		if i+1 < len(j.firsts) && number != j.firsts[i+1] {
			damage = errors.Join(damage, fmt.Errorf("%w: %s ends with entry %d", ErrDamaged, segmentName(first), number-1))
		}
	}
	return damage
}

// Close closes the file. What was appended is on disk already.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.closed = true
	if j.file == nil {
		return nil
	}
	err := j.file.Close()
	j.file = nil
	return err
}
