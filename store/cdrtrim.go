package store

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"

	"ringfence/phone"
)

const (
	trimCalls = "DELETE FROM call_log WHERE number <= ?"

	maxDead    = 4096 // lines in the log that tell of nothing any more, for each call that is open one more
	maxCarried = 256  // open calls that are written anew at once
)

// tend settles, forgets what tells of nothing any more, and says that the server
// lives.
func (l *callLog) tend() {
	err := l.settle(context.Background())
	if err == nil {
		err = l.trim()
	}
	if err == nil {
		err = l.beat()
	}
	if err != nil {
		l.s.Log.Error("the log of calls could not be tended, will try again", "error", err)
	}
}

// beat says that the server lives, while there are calls that need it: in a row
// that tells of nothing else.
func (l *callLog) beat() error {
	l.mu.Lock()
	now := l.s.Now()
	due := len(l.open) > 0 && now.Sub(l.last) >= aliveEvery
	var last *logRow
	if due {
		last = l.rows[len(l.rows)-1] // there is one that tells of the call
	}
	l.mu.Unlock()
	switch {
	case !due:
		return nil
	case last.lines > 0:
		return l.append(&noteBatch{text: []byte{}})
	}
	err := l.s.write(context.Background(), "note that the server lives", func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, "UPDATE call_log SET at = ? WHERE number = ?", now.UnixMilli(), last.number)
		return err
	})
	if err == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.last = now
	}
	return err
}

// trim deletes the first rows, as far as they tell of nothing, and where much of
// the log does, also those that tell of few calls: what they know goes into a
// row of its own.
func (l *callLog) trim() error {
	dead, few, keep := l.worn()
	if len(dead) == 0 && len(few) == 0 {
		return nil
	}
	gone := slices.Concat(dead, few)
	upTo := gone[len(gone)-1].number
	var carried int64
	err := l.s.write(context.Background(), "trim the log of calls", func(ctx context.Context, t *tx) (err error) {
		if len(few) > 0 {
			carried, err = t.carry(ctx, few[0].number, upTo, keep)
		}
		if err == nil {
			_, err = t.exec(ctx, trimCalls, upTo)
		}
		return err
	})
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rows = slices.Delete(l.rows, 0, len(gone))
	for _, row := range gone {
		l.lines -= row.lines
	}
	if len(few) > 0 {
		row := l.added(carried, len(keep))
		for id := range keep {
			l.open[id] = row
		}
	}
	return nil
}

// worn are the first rows that tell of nothing, those after them that are worth
// being written anew, and the open calls that these tell of.
func (l *callLog) worn() (dead, few []*logRow, keep map[phone.ID]bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, lines := 0, l.lines
	for n < len(l.rows) && l.rows[n].live == 0 {
		lines -= l.rows[n].lines
		n++
	}
	dead = slices.Clone(l.rows[:n])
	if lines <= 2*len(l.open)+maxDead || n == len(l.rows) {
		return dead, nil, nil
	}
	live := 0
	for _, row := range l.rows[n:] {
		if live += row.live; live > maxCarried && len(few) > 0 {
			break
		}
		few = append(few, row)
	}
	keep = map[phone.ID]bool{}
	for id, row := range l.open {
		if row.number <= few[len(few)-1].number {
			keep[id] = true
		}
	}
	return dead, few, keep
}

// carry writes the last that some rows say of the open calls as a row of its own.
func (t *tx) carry(ctx context.Context, from, to int64, keep map[phone.ID]bool) (number int64, err error) {
	lines := map[phone.ID][]byte{}
	err = each(ctx, t, func(row scanner) error {
		var entry []byte
		if err := row.Scan(&entry); err != nil {
			return err
		}
		for line := range bytes.Lines(entry) {
			var of struct {
				ID phone.ID `json:"_id"`
			}
			if json.Unmarshal(line, &of) == nil && keep[of.ID] {
				lines[of.ID] = line
			}
		}
		return nil
	}, "SELECT entry FROM call_log WHERE number BETWEEN ? AND ? ORDER BY number", from, to)
	if err != nil {
		return 0, err
	}
	var entry []byte
	for _, line := range lines {
		entry = append(entry, line...)
	}
	res, err := t.ExecContext(ctx, appendCalls, t.now.UnixMilli(), entry)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}
