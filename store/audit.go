package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ringfence/phone"
)

// audit writes down a change with who made it, which ctx tells. One that changes
// nothing is not one.
func (t *tx) audit(ctx context.Context, entity string, object, customer phone.ID, before, after any) error {
	changes, err := phone.Differences(before, after)
	if err != nil || len(changes) == 0 {
		return err
	}
	action := "updated"
	switch {
	case before == nil:
		action = "created"
	case after == nil:
		action = "deleted"
	}
	return t.entry(ctx, action, entity, object, customer, changes)
}

// entry writes a line of the audit log.
func (t *tx) entry(ctx context.Context, action, entity string, object, customer phone.ID, changes map[string]phone.Values) error {
	o := phone.OriginOf(ctx)
	e := &phone.AuditEntry{
		Time: phone.Moment(t.now), Customer: customer, Entity: entity, Object: object, Action: action,
		Employee: o.Employee, Level: o.Level, Address: o.Address, Call: o.Call, Changes: changes,
	}
	if err := t.s.giveID(&e.ID); err != nil {
		return err
	}
	if _, err := t.exec(ctx, "INSERT INTO audit (id, document) VALUES (?, ?)", e.ID, document{e}); err != nil {
		return fmt.Errorf("write the audit log: %w", err)
	}
	return t.s.purgeAudit(ctx, t.Tx, t.now)
}

// Viewed writes down, durably when it returns, that somebody has seen an object's
// secrets.
func (s *Store) Viewed(ctx context.Context, entity string, object, customer phone.ID) error {
	return s.write(ctx, "note a view", func(ctx context.Context, t *tx) error {
		return t.entry(ctx, "viewed", entity, object, customer, map[string]phone.Values{})
	})
}

// maxAuditPurged is how many old entries one change deletes, so that none waits
// for a heap of them: more than it adds, so that they become fewer.
const maxAuditPurged = 100

// executor is the writing connection, or a transaction on it.
type executor interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// purgeAudit deletes some of the entries that have been kept long enough. Their
// ids begin with their time.
func (s *Store) purgeAudit(ctx context.Context, db executor, now time.Time) error {
	if s.KeepAudit <= 0 {
		return nil
	}
	first, err := phone.NewID(now.Add(-s.KeepAudit), zeros{})
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE id < ? ORDER BY id LIMIT ?)", first, maxAuditPurged)
	if err != nil {
		return fmt.Errorf("delete old entries of the audit log: %w", err)
	}
	return nil
}

// zeros is randomness that is none: with it an id is the first of its time.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

var auditKind = kind[phone.AuditEntry]{
	name: "Audit entry", table: "audit", owner: "customer", order: "number DESC",
	id:     func(e *phone.AuditEntry) *phone.ID { return &e.ID },
	search: "object || ' ' || entity || ' ' || coalesce(employee, '')",
}

// ListAudit returns a page of the audit log, newest first, and how many entries
// there are in all.
func (s *Store) ListAudit(ctx context.Context, q phone.Query) ([]*phone.AuditEntry, int, error) {
	return collect(s, auditKind).List(ctx, q)
}
