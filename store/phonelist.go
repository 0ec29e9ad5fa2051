package store

import (
	"context"
	"fmt"

	"ringfence/phone"
)

// ListPhones returns a page of the phones in the order of their ids, which is
// that of their creation, and how many there are in all. The filter is looked
// for in the MAC address, the fence's address, the handset address, the number
// of the extension and the notes.
func (s *Store) ListPhones(ctx context.Context, q phone.Query) ([]*phone.Phone, int, error) {
	l, err := phoneListing(q)
	if err != nil {
		return nil, 0, err
	}
	list, total, err := page(ctx, s.reading, l, q, scanPhone)
	if err != nil {
		return nil, 0, fmt.Errorf("list phones: %w", err)
	}
	return list, total, nil
}

// phoneListing chooses the rows. One customer's phones come from the index
// phones_by_customer, those without an extension from phones_available: both
// are in the order of the list, so that a page reads no more rows than it skips
// and shows, and the total is counted in the index alone. A filter reads the
// columns of the customer's rows, not their documents; the extensions whose
// number it matches are looked up once, not for each phone.
func phoneListing(q phone.Query) (listing, error) {
	l := listing{columns: phoneColumns, table: "phones", order: "id"}
	l.owned("customer", q)
	if q.Available {
		l.where("extension IS NULL")
	}
	if q.Filter == "" {
		return l, nil
	}
	var numbers selection
	numbers.owned("customer", q)
	if err := numbers.matching(q.Filter, "number"); err != nil {
		return l, err
	}
	var columns selection
	if err := columns.matching(q.Filter, "mac", "ip_address", "handset_address", "notes"); err != nil {
		return l, err
	}
	l.where("("+columns.conditions[0]+" OR extension IN (SELECT id FROM extensions"+numbers.clause()+"))",
		append(columns.args, numbers.args...)...)
	return l, nil
}
