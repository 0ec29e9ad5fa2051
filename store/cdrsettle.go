package store

import (
	"context"
	"strings"
	"time"
)

const (
	settleEvery = time.Second // how long records stay in the log alone, at most
	settleFrom  = 4000        // records that are brought to their table at once, or as many as there are by then
)

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

// settleInTime settles when there is enough, and every now and then, until the
// ledger ends.
func (l *ledger) settleInTime() {
	defer close(l.settled)
	tick := time.NewTicker(settleEvery)
	defer tick.Stop()
	var unsettled fault
	for {
		select {
		case <-l.enough:
		case <-tick.C:
		case <-l.stop:
			return
		}
		if err := l.settle(context.Background()); unsettled.isNew(err) {
			l.s.Log.Error("call records could not be brought to their table, will try again", "error", err)
		}
	}
}

// settle brings the records of all calls that have ended to their table.
func (l *ledger) settle(ctx context.Context) error {
	if l.log.unsettled.Load() == 0 {
		return nil
	}
	return l.log.settle(ctx)
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
