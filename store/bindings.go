package store

import (
	"context"
	"database/sql"
	"fmt"
)

// The log of bindings. What an entry says is the registrar's affair: a
// registration costs a part of a row, and no more than that.

// AppendBindings adds an entry to the log, durably when it returns, and gives its
// number; numbers rise as long as the last entry is not trimmed.
func (s *Store) AppendBindings(ctx context.Context, entry []byte) (number int64, err error) {
	add := func(ctx context.Context, db executor) error {
		res, err := db.ExecContext(ctx, "INSERT INTO binding_log (entry) VALUES (?)", entry)
		if err != nil {
			return err
		}
		number, err = res.LastInsertId()
		return err
	}
	err = s.writer.doJob(&job{
		ctx: ctx, done: make(chan struct{}),
		run:   func(ctx context.Context, t *tx) error { return add(ctx, t) },
		alone: func(ctx context.Context, db *sql.DB) error { return add(ctx, db) },
	})
	if err != nil {
		return 0, fmt.Errorf("save bindings: %w", err)
	}
	return number, nil
}

// TrimBindings deletes the entries up to and with a number.
func (s *Store) TrimBindings(ctx context.Context, upTo int64) error {
	return s.write(ctx, "trim bindings", func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, "DELETE FROM binding_log WHERE number <= ?", upTo)
		return err
	})
}

// ReplayBindings hands every entry of the log to take, in the order of their
// numbers; an error of take ends it. The entry is good until take returns.
func (s *Store) ReplayBindings(ctx context.Context, take func(entry []byte) error) error {
	err := each(ctx, s.reading, func(row scanner) error {
		var entry []byte
		if err := row.Scan(&entry); err != nil {
			return err
		}
		return take(entry)
	}, "SELECT entry FROM binding_log ORDER BY number")
	if err != nil {
		return fmt.Errorf("read bindings: %w", err)
	}
	return nil
}
