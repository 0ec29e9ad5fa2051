package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ringfence/phone"
)

// ListCDRs returns a page of the call records, newest first, and how many there
// are in all. The filter is looked for in the numbers and names of both parties.
func (s *Store) ListCDRs(ctx context.Context, q phone.CDRQuery) ([]*phone.CDR, int, error) {
	l, err := cdrListing(q)
	if err == nil {
		err = s.ledger.settle(ctx)
	}
	if err != nil {
		return nil, 0, err
	}
	list, total, err := page(ctx, s.reading, l, q.Query, scanCDR)
	if err != nil {
		return nil, 0, fmt.Errorf("list call records: %w", err)
	}
	return list, total, nil
}

// LatestCDRs returns the newest call records, as many as the query's limit. It
// does not count, so what is long ago costs nothing.
func (s *Store) LatestCDRs(ctx context.Context, q phone.CDRQuery) ([]*phone.CDR, error) {
	l, err := cdrListing(q)
	if err == nil {
		err = s.ledger.settle(ctx)
	}
	if err != nil {
		return nil, err
	}
	list, err := all(ctx, s.reading, scanCDR, l.query(), append(l.args, q.Limit)...)
	if err != nil {
		return nil, fmt.Errorf("list the latest call records: %w", err)
	}
	return list, nil
}

// cdrListing chooses the records. The planner knows no numbers of rows: where an
// index of the extension is the best one, the plus keeps it from the customer's.
func cdrListing(q phone.CDRQuery) (listing, error) {
	l := listing{columns: cdrColumns, table: "cdrs", order: "started DESC, id DESC"}
	if q.Extension == "" {
		l.owned("customer", q.Query)
	} else {
		l.owned("+customer", q.Query)
		l.party(q.Extension, q.Direction)
	}
	if !q.From.IsZero() {
		l.where("started >= ?", q.From.UnixMilli())
	}
	if !q.To.IsZero() {
		l.where("started < ?", q.To.UnixMilli())
	}
	l.ending(q)
	number, name := "document ->> '$.caller.number'", "document ->> '$.caller.name'"
	if q.Shy {
		const shown = "iif(document ->> '$.caller.privacy' IS NULL, %s, NULL)"
		number, name = fmt.Sprintf(shown, number), fmt.Sprintf(shown, name)
	}
	err := l.matching(q.Filter, number, name, "document ->> '$.callee.number'", "document ->> '$.callee.name'")
	return l, err
}

// party limits the list to the calls of an extension.
func (l *listing) party(extension phone.ID, as phone.Direction) {
	switch as {
	case phone.Outbound:
		l.where("caller = ?", extension)
	case phone.Inbound:
		l.where("callee = ?", extension)
	default:
		l.where("(caller = ? OR callee = ?)", extension, extension)
	}
}

// ending limits the list by how the calls went and ended.
func (l *listing) ending(q phone.CDRQuery) {
	if q.TerminatedBy != "" {
		l.where("document ->> '$.terminatedBy' = ?", q.TerminatedBy)
	}
	if len(q.Reasons) > 0 {
		args := make([]any, len(q.Reasons))
		for i, reason := range q.Reasons {
			args[i] = reason
		}
		l.where("document ->> '$.terminatedReason' IN (?"+strings.Repeat(", ?", len(args)-1)+")", args...)
	}
	if q.Answered != nil {
		l.where("(answered IS NOT NULL) = ?", *q.Answered)
	}
	if q.ByCallee != nil {
		l.where("(document ->> '$.answeredByCallee' IS NOT NULL) = ?", *q.ByCallee)
	}
	if q.Trunk != "" {
		l.where("document ->> '$.trunk' = ?", q.Trunk)
	}
}

const forgetCDRs = `DELETE FROM cdrs WHERE id IN (SELECT id FROM cdrs WHERE started < ? ORDER BY started LIMIT ?)`

// ForgetCDRs deletes the records of calls that began before a time and says how
// many. It deletes some at a time, so that no change waits long; when ctx ends
// it stops in between.
func (s *Store) ForgetCDRs(ctx context.Context, before time.Time) (int, error) {
	return s.forget(ctx, "forget call records", forgetCDRs, before.UnixMilli(), maxForgotten)
}
