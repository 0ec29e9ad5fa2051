package store

import (
	"context"

	"ringfence/phone"
)

func (s *Store) customers() kind[phone.Customer] {
	return kind[phone.Customer]{
		name: "Customer", entity: "customer", table: "customers", owner: "id",
		kept:     "document ->> '$.state' IS NOT 'DELETED'",
		id:       func(c *phone.Customer) *phone.ID { return &c.ID },
		search:   "name",
		sorts:    map[string][]string{"_id": {"id"}, "name": {"name COLLATE NOCASE"}},
		customer: func(c *phone.Customer) *phone.ID { return &c.ID },
		saving: func(ctx context.Context, t *tx, before, after *phone.Customer) error {
			if before == nil || before.Country == after.Country { // its time zone is part of the configurations
				return nil
			}
			return s.savedAt(ctx, t, "customer = ?1", after.ID)
		},
		publish: func(t *tx, _, after *phone.Customer) { t.publish(func() { s.Book.PutCustomer(after) }) },
	}
}
