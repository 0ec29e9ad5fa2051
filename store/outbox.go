package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ringfence/phone"
)

const (
	keptDeliveries = 1000               // of a webhook; older ones go, whatever has become of them
	keptFor        = 7 * 24 * time.Hour // since the event
	maxForgotten   = 500                // rows that one job deletes
)

const deliveryColumns = `id, webhook, event, type, time,
	state, attempts, last_attempt, next_attempt, last_status, last_error, body`

// deliveryFields are where each of deliveryColumns is read from and written to.
func deliveryFields(d *phone.Delivery) []any {
	return []any{&d.ID, &d.Webhook, &d.Event, &d.Type, milliseconds{&d.Time},
		&d.State, &d.Attempts, milliseconds{&d.LastAttempt}, milliseconds{&d.NextAttempt}, &d.LastStatus, &d.LastError, &d.Body}
}

// enqueue adds a delivery unless its webhook was deleted meanwhile: its
// neighbours must not fail with it.
var enqueue = "INSERT INTO deliveries (" + deliveryColumns + ") SELECT " + placeholders(deliveryColumns) +
	" WHERE EXISTS (SELECT 1 FROM webhooks WHERE id = ?)"

// EnqueueDeliveries adds deliveries, all of them durably when it returns, in
// their order. Those to a webhook that does not exist (any more) are left out.
func (s *Store) EnqueueDeliveries(ctx context.Context, list []*phone.Delivery) error {
	return s.write(ctx, "enqueue deliveries", func(ctx context.Context, t *tx) error {
		for _, d := range list {
			if _, err := t.exec(ctx, enqueue, append(deliveryFields(d), d.Webhook)...); err != nil {
				return err
			}
		}
		return nil
	})
}

// PendingDeliveries are the webhooks that something waits for.
func (s *Store) PendingDeliveries(ctx context.Context) ([]phone.ID, error) {
	list, err := all(ctx, s.reading, scanID, "SELECT DISTINCT webhook FROM deliveries WHERE next_attempt IS NOT NULL")
	if err != nil {
		return nil, fmt.Errorf("read pending deliveries: %w", err)
	}
	return list, nil
}

// NextDelivery is the delivery of a webhook that is to be tried next, whether
// its time has come or not; nil when nothing waits.
func (s *Store) NextDelivery(ctx context.Context, webhook phone.ID) (*phone.Delivery, error) {
	d, err := one(ctx, s.reading, scanDelivery, nil, "SELECT "+deliveryColumns+` FROM deliveries
		WHERE webhook = ? AND next_attempt IS NOT NULL ORDER BY next_attempt, number LIMIT 1`, webhook)
	if err != nil {
		return nil, fmt.Errorf("read the next delivery: %w", err)
	}
	return d, nil
}

// UpdateDelivery saves what an attempt has led to. A delivery that was forgotten
// meanwhile stays so; that is no error.
func (s *Store) UpdateDelivery(ctx context.Context, d *phone.Delivery) error {
	saved := *d
	return s.write(ctx, "save a delivery", func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `UPDATE deliveries
			SET (state, attempts, last_attempt, next_attempt, last_status, last_error) = (?, ?, ?, ?, ?, ?) WHERE id = ?`,
			saved.State, saved.Attempts, milliseconds{&saved.LastAttempt}, milliseconds{&saved.NextAttempt},
			saved.LastStatus, saved.LastError, saved.ID)
		return err
	})
}

// ListDeliveries returns a page of a webhook's deliveries, newest first, and how
// many there are in all.
func (s *Store) ListDeliveries(ctx context.Context, webhook phone.ID, q phone.Query) ([]*phone.Delivery, int, error) {
	l := listing{columns: deliveryColumns, table: "deliveries", order: "number DESC"}
	l.where("webhook = ?", webhook)
	list, total, err := page(ctx, s.reading, l, q, scanDelivery)
	if err != nil {
		return nil, 0, fmt.Errorf("list deliveries: %w", err)
	}
	return list, total, nil
}

func scanDelivery(row scanner) (*phone.Delivery, error) {
	var d phone.Delivery
	if err := row.Scan(deliveryFields(&d)...); err != nil {
		return nil, err
	}
	return &d, nil
}

// forgetOld deletes what is too old, forgetMany what a webhook has too many of.
const (
	forgetOld  = `DELETE FROM deliveries WHERE number IN (SELECT number FROM deliveries WHERE time < ? ORDER BY time LIMIT ?)`
	tooMany    = `SELECT webhook FROM deliveries GROUP BY webhook HAVING count(*) > ?`
	forgetMany = `DELETE FROM deliveries WHERE number IN
		(SELECT number FROM deliveries WHERE webhook = ? ORDER BY number DESC LIMIT ? OFFSET ?)`
)

// ForgetDeliveries keeps the log within its bounds and says how many deliveries
// it has deleted. It deletes some at a time, so that no change waits long.
func (s *Store) ForgetDeliveries(ctx context.Context) (int, error) {
	before := s.Now().Add(-keptFor)
	total, err := s.forget(ctx, "forget deliveries", forgetOld, milliseconds{&before}, maxForgotten)
	if err != nil {
		return total, err
	}
	full, err := all(ctx, s.reading, scanID, tooMany, keptDeliveries)
	if err != nil {
		return total, fmt.Errorf("look for long logs of deliveries: %w", err)
	}
	for _, webhook := range full {
		n, err := s.forget(ctx, "forget deliveries", forgetMany, webhook, maxForgotten, keptDeliveries)
		total += n
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// forget repeats a deletion, of maxForgotten rows at a time, until it finds no
// more.
func (s *Store) forget(ctx context.Context, doing, statement string, args ...any) (total int, err error) {
	for {
		var n int64
		err := s.write(ctx, doing, func(ctx context.Context, t *tx) (err error) {
			n, err = t.exec(ctx, statement, args...)
			return err
		})
		total += int(n)
		if err = errors.Join(err, ctx.Err()); err != nil || n < maxForgotten {
			return total, err
		}
	}
}
