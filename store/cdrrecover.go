package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ringfence/phone"
	"ringfence/store/journal"
)

// recoverCalls makes records of all that the log of calls knows, and empties it.
// Calls that had not ended are INTERRUPTED, at the time when the server was alive
// last. The records come in one transaction, and one that is there stays: a start
// that dies may be repeated.
func (s *Store) recoverCalls(ctx context.Context) error {
	calls, alive, err := s.readCalls()
	if err == nil && len(calls) > 0 {
		err = s.recoverInto(ctx, calls, alive)
	}
	if err == nil {
		err = s.calls.Clear()
	}
	if err != nil {
		return fmt.Errorf("recover calls: %w", err)
	}
	return nil
}

// readCalls reads what is known of each call, the first record or else the last
// note, and when the server was alive last. What cannot be read is not worth a
// server that does not start.
func (s *Store) readCalls() (calls map[phone.ID]*phone.CDR, alive time.Time, err error) {
	calls = map[phone.ID]*phone.CDR{}
	err = s.calls.Replay(func(entry []byte) error {
		if len(entry) < timeSize {
			s.Log.Error("entry in the log of calls cannot be read")
			return nil
		}
		alive = time.UnixMilli(int64(binary.BigEndian.Uint64(entry))).UTC()
		for line := range bytes.Lines(entry[timeSize:]) {
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
	})
	if errors.Is(err, journal.ErrDamaged) {
		s.Log.Error("call records may be lost", "error", err)
		err = nil
	}
	return calls, alive, err
}

// recoverInto adds the records that are not in the table yet: of a call that has
// its record the log may still have an older note.
func (s *Store) recoverInto(ctx context.Context, calls map[phone.ID]*phone.CDR, alive time.Time) (err error) {
	t, err := s.writing.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if undone := t.Rollback(); !errors.Is(undone, sql.ErrTxDone) {
			err = errors.Join(err, undone)
		}
	}()
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
	if err := t.Commit(); err != nil {
		return err
	}
	if interrupted > 0 {
		s.Log.Warn("calls were interrupted when the server died", "calls", interrupted, "alive", alive)
	}
	return nil
}
