package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"ringfence/phone"
)

// tx is the transaction of a batch as one of its jobs sees it: with all that
// the jobs before it have done.
type tx struct {
	*sql.Tx
	s     *Store
	now   time.Time
	by    *phone.Origin
	after []func()
	last  []func()
}

// publish adds a step that is taken once the change is committed.
func (t *tx) publish(step func()) { t.after = append(t.after, step) }

// publishLast adds one that is taken when all that has changed is in the Book.
func (t *tx) publishLast(step func()) { t.last = append(t.last, step) }

// exec runs a statement and returns how many rows it changed.
func (t *tx) exec(ctx context.Context, statement string, args ...any) (int64, error) {
	res, err := t.ExecContext(ctx, statement, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// commit runs the jobs in one transaction, each in a savepoint. A job that
// fails is undone alone and keeps its error. An error of commit itself means
// that nothing of the batch is in the database.
func (w *writer) commit(jobs []*job) error {
	if len(jobs) == 0 {
		return nil
	}
	t, err := w.db.BeginTx(context.Background(), nil)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		if err := w.attempt(t, j); err != nil {
			return errors.Join(err, t.Rollback())
		}
	}
	if err := t.Commit(); err != nil {
		return err
	}
	w.commits.Add(1)
	return nil
}

// attempt runs one job. It fails when the savepoint is no longer there: on some
// errors (a full disk, say) SQLite undoes the whole transaction by itself, and
// what would follow were outside of any.
func (w *writer) attempt(t *sql.Tx, j *job) error {
	// The job's statements do not see the caller's context: to interrupt one
	// could undo its neighbours too.
	ctx := context.WithoutCancel(j.ctx)
	if _, err := t.ExecContext(ctx, "SAVEPOINT job"); err != nil {
		return err
	}
	mine := &tx{Tx: t, s: w.s, now: w.s.Now(), by: phone.OriginOf(ctx)}
	if j.err = guarded(ctx, mine, j.run); j.err == nil {
		j.after = append(mine.after, mine.last...)
	} else if _, err := t.ExecContext(ctx, "ROLLBACK TO job"); err != nil {
		return err
	}
	_, err := t.ExecContext(ctx, "RELEASE job")
	return err
}

// guarded turns a panic into an error: what runs here is also code of the
// caller, and the writer serves everybody.
func guarded(ctx context.Context, t *tx, run func(context.Context, *tx) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return run(ctx, t)
}

// write is how every change reaches the writer. What collides with something
// else becomes a phone.Error of kind Conflict; doing names the attempt in the
// error.
func (s *Store) write(ctx context.Context, doing string, run func(context.Context, *tx) error) error {
	if err := s.writer.do(ctx, run); err != nil {
		return fmt.Errorf("%s: %w", doing, conflict(err))
	}
	return nil
}
