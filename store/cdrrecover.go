package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ringfence/phone"
)

// recoverCalls makes records of all that the log of calls knows, and empties it.
// Calls that had not ended are INTERRUPTED, at the time when the server was alive
// last. It is one transaction, so a start that dies in it has changed nothing.
func (s *Store) recoverCalls(ctx context.Context) (err error) {
	t, err := s.writing.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("recover calls: %w", err)
	}
	defer func() {
		if undone := t.Rollback(); !errors.Is(undone, sql.ErrTxDone) {
			err = errors.Join(err, undone)
		}
	}()
	calls, alive, err := s.readCalls(ctx, t)
	if err == nil && len(calls) > 0 {
		err = s.recoverInto(ctx, t, calls, alive)
	}
	if err == nil {
		_, err = t.ExecContext(ctx, "DELETE FROM call_log")
	}
	if err == nil {
		err = t.Commit()
	}
	if err != nil {
		return fmt.Errorf("recover calls: %w", err)
	}
	return nil
}

// readCalls reads what is known of each call, the first record or else the last
// note, and when the server was alive last. What cannot be read is not worth a
// server that does not start.
func (s *Store) readCalls(ctx context.Context, q querier) (calls map[phone.ID]*phone.CDR, alive time.Time, err error) {
	calls = map[phone.ID]*phone.CDR{}
	err = each(ctx, q, func(row scanner) error {
		var entry []byte
		if err := row.Scan(milliseconds{&alive}, &entry); err != nil {
			return err
		}
		for line := range bytes.Lines(entry) {
			var r phone.CDR
			if err := json.Unmarshal(line, &r); err != nil {
				s.Log.Error("call in the log cannot be read", "error", err, "line", string(line))
				continue
			}
			if known := calls[r.ID]; known == nil || known.Ended.IsZero() {
				calls[r.ID] = &r
			}
		}
		return nil
	}, "SELECT at, entry FROM call_log ORDER BY number")
	return calls, alive, err
}

// recoverInto adds the records that are not in the table yet: of a call that has
// its record the log may still have an older note.
func (s *Store) recoverInto(ctx context.Context, t *sql.Tx, calls map[phone.ID]*phone.CDR, alive time.Time) error {
	interrupted := 0
	for _, r := range calls {
		cut := r.Ended.IsZero()
		if cut {
			r.Interrupt(alive)
		}
		row := rowOf(r, string(r.AppendJSON(nil)))
		res, err := t.ExecContext(ctx, settleOne, row.append(nil)...)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil {
			return err
		} else if cut && n > 0 {
			interrupted++
		}
	}
	if interrupted > 0 {
		s.Log.Warn("calls were interrupted when the server died", "calls", interrupted, "alive", alive)
	}
	return nil
}
