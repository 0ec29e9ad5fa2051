package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"ringfence/phone"
)

const (
	keyLife       = 24 * time.Hour // how long an idempotency key is remembered
	maxKeysPurged = 100            // deleted by one change, so that none waits for a heap of them
)

// keyUsed returns the object that was made by an earlier request with the key
// in ctx, "" when there is no key or it is new. A key that came with another
// request is Invalid.
func (t *tx) keyUsed(ctx context.Context) (phone.ID, error) {
	o := phone.OriginOf(ctx)
	if o.Key == "" {
		return "", nil
	}
	var digest string
	var made phone.ID
	err := t.QueryRowContext(ctx, "SELECT digest, object FROM idempotency_keys WHERE employee = ? AND key = ? AND used > ?",
		o.Employee, o.Key, t.now.Add(-keyLife).UnixMilli()).Scan(&digest, &made)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("look up the idempotency key: %w", err)
	case digest != o.Digest:
		return "", &phone.Error{Kind: phone.Invalid, Key: "Idempotency-Key", Text: "Idempotency key was used for another request"}
	}
	o.Replayed = true
	return made, nil
}

// useKey writes down what the request with the key in ctx has made, and deletes
// some keys that have been forgotten.
func (t *tx) useKey(ctx context.Context, made phone.ID) error {
	o := phone.OriginOf(ctx)
	if o.Key == "" {
		return nil
	}
	_, err := t.exec(ctx, `DELETE FROM idempotency_keys WHERE (employee, key) IN
		(SELECT employee, key FROM idempotency_keys WHERE used <= ? ORDER BY used LIMIT ?)`,
		t.now.Add(-keyLife).UnixMilli(), maxKeysPurged)
	if err != nil {
		return fmt.Errorf("forget old idempotency keys: %w", err)
	}
	_, err = t.exec(ctx, "INSERT OR REPLACE INTO idempotency_keys (employee, key, digest, object, used) VALUES (?, ?, ?, ?, ?)",
		o.Employee, o.Key, o.Digest, made, t.now.UnixMilli())
	if err != nil {
		return fmt.Errorf("remember the idempotency key: %w", err)
	}
	return nil
}
