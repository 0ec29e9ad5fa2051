package store

import (
	"context"
	"encoding/json"
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

// cdrFields are where each of cdrColumns is read from and written to, but for the
// document, which is the last.
func cdrFields(c *phone.CDR) []any {
	return []any{&c.ID, orNull(&c.Customer),
		milliseconds{&c.Started}, milliseconds{&c.Answered}, milliseconds{&c.Ended}}
}

// SaveCDR adds the record of a call. One without an id gets one. An id that is
// there already is a phone.Error of kind Conflict.
func (s *Store) SaveCDR(ctx context.Context, c *phone.CDR) error {
	saved := *c
	return s.write(ctx, "save a call record", func(ctx context.Context, t *tx) (err error) {
		if err := s.giveID(&saved.ID); err != nil {
			return err
		}
		document, err := json.Marshal(cdrDocument{CDR: &saved})
		if err != nil {
			return err
		}
		_, err = t.exec(ctx, inserting("cdrs", cdrColumns), append(cdrFields(&saved), string(document))...)
		return err
	})
}

// ListCDRs returns a page of the call records, newest first, and how many there
// are in all. The filter is looked for in the numbers and names of both parties.
func (s *Store) ListCDRs(ctx context.Context, q phone.Query) ([]*phone.CDR, int, error) {
	l := listing{columns: cdrColumns, table: "cdrs", order: "started DESC, id DESC"}
	l.owned("customer", q)
	err := l.matching(q.Filter, "document ->> '$.caller.number'", "document ->> '$.caller.name'",
		"document ->> '$.callee.number'", "document ->> '$.callee.name'")
	if err != nil {
		return nil, 0, err
	}
	list, total, err := page(ctx, s.reading, l, q, scanCDR)
	if err != nil {
		return nil, 0, fmt.Errorf("list call records: %w", err)
	}
	return list, total, nil
}

func scanCDR(row scanner) (*phone.CDR, error) {
	var c phone.CDR
	var document []byte
	if err := row.Scan(append(cdrFields(&c), &document)...); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(document, &cdrDocument{CDR: &c}); err != nil {
		return nil, fmt.Errorf("document of call record %s: %w", c.ID, err)
	}
	return &c, nil
}
