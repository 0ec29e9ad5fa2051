package store

import (
	"encoding/binary"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"ringfence/phone"
)

// callsName is the folder of the log in the data folder.
const callsName = "calls"

// timeSize is how many bytes an entry of the log begins with: the time when it was
// written, in milliseconds since 1970. The rest is a JSON document a line.
const timeSize = 8

// callLog is what the ledger knows of the log on disk. The log is written and
// tended by one goroutine; any may settle it.
type callLog struct {
	s *Store

	untended fault

	settling  sync.Mutex   // held while records are brought to their table
	unsettled atomic.Int64 // records that are not there yet

	mu      sync.Mutex           // guards all below
	entries []*logEntry          // in the order of their numbers
	open    map[phone.ID]ongoing // what was noted last of those that have not ended
	pending []cdrRow             // what is to be brought to the table
	lines   int                  // in all entries
	last    time.Time            // when the log said that the server lives
}

// logEntry is an entry of the log, with those after it that have no line.
type logEntry struct {
	number int64 // of the last of them
	lines  int
	live   int // those of open calls, and of records that are not in their table
}

// ongoing is the last note of a call. The line is kept to be written anew when
// the call holds up the log.
type ongoing struct {
	in   *logEntry
	line []byte
}

// append writes a batch, durably when it returns.
func (l *callLog) append(b *noteBatch) error {
	number, err := l.write(b.text)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.added(number, len(b.notes))
	for i := range b.notes {
		n := &b.notes[i]
		if was, ok := l.open[n.row.id]; ok {
			was.in.live--
		}
		line := b.line(i)
		if n.row.ended.IsZero() {
			l.open[n.row.id] = ongoing{e, slices.Clone(line)}
			continue
		}
		delete(l.open, n.row.id)
		n.row.document, n.row.log = string(line[:len(line)-1]), e
		l.pending = append(l.pending, n.row)
		l.unsettled.Add(1)
	}
	return nil
}

// added enters an entry all of whose lines are live.
func (l *callLog) added(number int64, lines int) *logEntry {
	e := &logEntry{number, lines, lines}
	l.entries = append(l.entries, e)
	l.lines += lines
	l.last = l.s.Now()
	return e
}

// write adds an entry, durably when it returns. Its first bytes are for the time.
func (l *callLog) write(entry []byte) (number int64, err error) {
	binary.BigEndian.PutUint64(entry, uint64(l.s.Now().UnixMilli()))
	return l.s.calls.Append(entry)
}
