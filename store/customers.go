package store

import "ringfence/phone"

func (s *Store) customers() kind[phone.Customer] {
	return kind[phone.Customer]{
		name: "Customer", entity: "customer", table: "customers", owner: "id",
		kept:     "document ->> '$.state' IS NOT 'DELETED'",
		id:       func(c *phone.Customer) *phone.ID { return &c.ID },
		search:   "name",
		sorts:    map[string]string{"_id": "id", "name": "name COLLATE NOCASE"},
		customer: func(c *phone.Customer) *phone.ID { return &c.ID },
		publish:  func(t *tx, _, after *phone.Customer) { t.publish(func() { s.Book.PutCustomer(after) }) },
	}
}
