package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"ringfence/phone"
)

// querier is what can be asked: the reading pool, a snapshot of it, or the
// transaction of a job.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// scanner is the current row.
type scanner interface {
	Scan(to ...any) error
}

// all reads every row.
func all[T any](
	ctx context.Context, q querier, scan func(scanner) (T, error), query string, args ...any,
) ([]T, error) {
	var list []T
	err := each(ctx, q, func(row scanner) error {
		item, err := scan(row)
		list = append(list, item)
		return err
	}, query, args...)
	return list, err
}

// each calls f with every row. The first error ends it.
func each(ctx context.Context, q querier, f func(scanner) error, query string, args ...any) (err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func scanID(row scanner) (id phone.ID, err error) {
	err = row.Scan(&id)
	return id, err
}

// one reads the only row; absent is the error when there is none.
func one[T any](
	ctx context.Context, q querier, scan func(scanner) (*T, error), absent error, query string, args ...any,
) (*T, error) {
	item, err := scan(q.QueryRowContext(ctx, query, args...))
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, absent
	case err != nil:
		return nil, err
	}
	return item, nil
}

// listing is what one list shows, before a page is cut out of it.
type listing struct {
	columns, table, order string
	selection
}

// query is the statement that reads the list. Its last argument is the limit.
func (l listing) query() string {
	return "SELECT " + l.columns + " FROM " + l.table + l.clause() + " ORDER BY " + l.order + " LIMIT ?"
}

// page reads a page of a list and how many items the whole list has, both from
// one snapshot. A limit below 1 is none.
func page[T any](
	ctx context.Context, db *sql.DB, l listing, q phone.Query, scan func(scanner) (T, error),
) (list []T, total int, err error) {
	t, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, t.Rollback()) }() // nothing was written

	limit := q.Limit
	if limit < 1 {
		limit = -1 // SQLite: no limit
	}
	list, err = all(ctx, t, scan, l.query()+" OFFSET ?", append(slices.Clone(l.args), limit, q.Offset)...)
	if err != nil {
		return nil, 0, err
	}
	// A page that is not full is the last one, and has told how many there are.
	if n := len(list); (limit < 0 || n < limit) && (n > 0 || q.Offset == 0) {
		return list, q.Offset + n, nil
	}
	if err := t.QueryRowContext(ctx, "SELECT count(*) FROM "+l.table+l.clause(), l.args...).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("count: %w", err)
	}
	return list, total, nil
}
