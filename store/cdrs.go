package store

import (
	"context"
	"fmt"
	"time"

	"ringfence/phone"
)

const (
	cdrColumns  = "id, customer, started, answered, ended, document"
	cdrsWritten = cdrColumns + ", caller, callee" // which are indexes of what the document says
)

// cdrFields are where each of cdrColumns is read from. The document may say the
// same once more.
func cdrFields(c *phone.CDR) []any {
	return []any{&c.ID, orNull(&c.Customer),
		milliseconds{&c.Started}, milliseconds{&c.Answered}, milliseconds{&c.Ended}, document{c}}
}

// cdrRow is a record on its way to its table. Its document is the whole record,
// which is written once for the log and the table.
type cdrRow struct {
	id, customer             phone.ID
	caller, callee           phone.ID // extensions
	started, answered, ended time.Time
	document                 string
	log                      *logEntry // where it is until then
}

func rowOf(c *phone.CDR, document string) cdrRow {
	return cdrRow{c.ID, c.Customer, c.Caller.Extension, c.Callee.Extension, c.Started, c.Answered, c.Ended, document, nil}
}

// append appends what is written to each of cdrsWritten.
func (r *cdrRow) append(to []any) []any {
	var answered any
	if !r.answered.IsZero() {
		answered = r.answered.UnixMilli()
	}
	return append(to, string(r.id), unlessEmpty(r.customer), r.started.UnixMilli(), answered, r.ended.UnixMilli(), r.document,
		unlessEmpty(r.caller), unlessEmpty(r.callee))
}

// unlessEmpty is the id, or NULL.
func unlessEmpty(id phone.ID) any {
	if id == "" {
		return nil
	}
	return string(id)
}

// SaveCDR adds the record of a call that nothing was noted of. One without an id
// gets one. An id that is there already is a phone.Error of kind Conflict.
func (s *Store) SaveCDR(ctx context.Context, c *phone.CDR) error {
	saved := *c
	return s.write(ctx, "save a call record", func(ctx context.Context, t *tx) error { return t.insertCDR(ctx, &saved) })
}

func (t *tx) insertCDR(ctx context.Context, c *phone.CDR) error {
	if err := t.s.giveID(&c.ID); err != nil {
		return err
	}
	row := rowOf(c, string(c.AppendJSON(nil)))
	_, err := t.exec(ctx, inserting("cdrs", cdrsWritten), row.append(nil)...)
	return err
}

// CDR reads one call record, NotFound when there is none.
func (s *Store) CDR(ctx context.Context, id phone.ID) (*phone.CDR, error) {
	if err := s.ledger.settle(ctx); err != nil {
		return nil, err
	}
	c, err := one(ctx, s.reading, scanCDR, notFound("Call record"), "SELECT "+cdrColumns+" FROM cdrs WHERE id = ?", id)
	if err != nil {
		return nil, fmt.Errorf("read a call record: %w", err)
	}
	return c, nil
}

func scanCDR(row scanner) (*phone.CDR, error) {
	var c phone.CDR
	return &c, row.Scan(cdrFields(&c)...)
}
