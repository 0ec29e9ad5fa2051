package store

import (
	"context"
	"fmt"

	"ringfence/phone"
)

const cdrColumns = "id, customer, started, answered, ended, document"

// cdrDocument is a call record less the properties that have a column.
type cdrDocument struct {
	*phone.CDR
	ID       *column `json:"_id,omitempty"`
	Customer *column `json:"customer,omitempty"`
	Started  *column `json:"started,omitempty"`
	Answered *column `json:"answered,omitempty"`
	Ended    *column `json:"ended,omitempty"`
}

// cdrFields are where each of cdrColumns is read from and written to.
func cdrFields(c *phone.CDR) []any {
	return []any{&c.ID, orNull(&c.Customer),
		milliseconds{&c.Started}, milliseconds{&c.Answered}, milliseconds{&c.Ended}, document{&cdrDocument{CDR: c}}}
}

// SaveCDR adds the record of a call. One without an id gets one. An id that is
// there already is a phone.Error of kind Conflict.
func (s *Store) SaveCDR(ctx context.Context, c *phone.CDR) error {
	saved := *c
	return s.write(ctx, "save a call record", func(ctx context.Context, t *tx) error { return t.insertCDR(ctx, &saved) })
}

func (t *tx) insertCDR(ctx context.Context, c *phone.CDR) error {
	if err := t.s.giveID(&c.ID); err != nil {
		return err
	}
	_, err := t.exec(ctx, inserting("cdrs", cdrColumns), cdrFields(c)...)
	return err
}

// CDR reads one call record, NotFound when there is none.
func (s *Store) CDR(ctx context.Context, id phone.ID) (*phone.CDR, error) {
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
