package store

import (
	"context"
	"database/sql"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ringfence/phone"
)

const appendCalls = "INSERT INTO call_log (at, entry) VALUES (?, ?)"

// rowsAtOnce is how many records one statement brings to their table: much of
// what a statement costs is not SQLite's.
const rowsAtOnce = 32

// settling is the statement that adds so many records, and leaves alone what is
// there already.
func settling(n int) string {
	row := ", (" + placeholders(cdrsWritten) + ")"
	return inserting("cdrs", cdrsWritten) + strings.Repeat(row, n-1) + " ON CONFLICT DO NOTHING"
}

var settleOne, settleMany = settling(1), settling(rowsAtOnce)

// callLog is what the ledger knows of the log on disk. The log is written and
// tended by one goroutine; any may settle it.
type callLog struct {
	s *Store

	settling  sync.Mutex   // held while records are brought to their table
	unsettled atomic.Int64 // records that are not there yet

	mu      sync.Mutex           // guards all below
	rows    []*logRow            // in the order of their numbers
	open    map[phone.ID]*logRow // where the last note of an open call is
	pending []cdrRow             // what is to be brought to the table
	lines   int                  // in all rows
	last    time.Time            // when the log said that the server lives
}

// logRow is a row of the log.
type logRow struct {
	number int64
	lines  int
	live   int // those of open calls, and of records that are not in their table
}

// append writes a batch, durably when it returns.
func (l *callLog) append(b *noteBatch) error {
	number, err := l.write(b.text)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	row := l.added(number, len(b.notes))
	for i := range b.notes {
		n := &b.notes[i]
		if was := l.open[n.row.id]; was != nil {
			was.live--
		}
		if n.row.ended.IsZero() {
			l.open[n.row.id] = row
			continue
		}
		delete(l.open, n.row.id)
		end := len(b.text)
		if i+1 < len(b.notes) {
			end = b.notes[i+1].from
		}
		n.row.document, n.row.log = string(b.text[n.from:end-1]), row
		l.pending = append(l.pending, n.row)
		l.unsettled.Add(1)
	}
	return nil
}

// added enters a row all of whose lines are live.
func (l *callLog) added(number int64, lines int) *logRow {
	row := &logRow{number, lines, lines}
	l.rows = append(l.rows, row)
	l.lines += lines
	l.last = l.s.Now()
	return row
}

// write adds an entry, alone in its transaction when nothing else waits.
func (l *callLog) write(entry []byte) (number int64, err error) {
	add := func(ctx context.Context, db executor) error {
		res, err := db.ExecContext(ctx, appendCalls, l.s.Now().UnixMilli(), entry)
		if err != nil {
			return err
		}
		number, err = res.LastInsertId()
		return err
	}
	err = l.s.writer.doJob(&job{
		ctx: context.Background(), done: make(chan struct{}),
		run:   func(ctx context.Context, t *tx) error { return add(ctx, t) },
		alone: func(ctx context.Context, db *sql.DB) error { return add(ctx, db) },
	})
	return number, err
}

// settle brings the records of calls that have ended to their table.
func (l *callLog) settle(ctx context.Context) error {
	l.settling.Lock()
	defer l.settling.Unlock()
	rows := l.take()
	if len(rows) == 0 {
		return nil
	}
	err := l.s.write(ctx, "save call records", func(ctx context.Context, t *tx) error {
		return settleRows(ctx, t, rows)
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.pending = append(rows, l.pending...)
		return err
	}
	for i := range rows {
		rows[i].log.live--
	}
	l.unsettled.Add(-int64(len(rows)))
	return nil
}

func settleRows(ctx context.Context, db executor, rows []cdrRow) error {
	var args []any
	for len(rows) > 0 {
		statement, n := settleMany, rowsAtOnce
		if len(rows) < n {
			statement, n = settleOne, 1
		}
		args = args[:0]
		for i := range rows[:n] {
			args = rows[i].append(args)
		}
		if _, err := db.ExecContext(ctx, statement, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

func (l *callLog) take() []cdrRow {
	l.mu.Lock()
	defer l.mu.Unlock()
	rows := l.pending
	l.pending = nil
	return rows
}
