package store

import "ringfence/phone"

func (s *Store) trunks() kind[phone.Trunk] {
	return kind[phone.Trunk]{
		name: "Trunk", entity: "trunk", table: "trunks", owner: "customer", order: "name COLLATE NOCASE, id",
		id:       func(t *phone.Trunk) *phone.ID { return &t.ID },
		customer: func(t *phone.Trunk) *phone.ID { return &t.Customer },
		refers:   func(t *phone.Trunk) []phone.ID { return []phone.ID{t.Goto} },
		number:   func(t *phone.Trunk) string { return t.Number },
		search:   "name || ' ' || coalesce(number, '') || ' ' || coalesce(document ->> '$.numbers', '')",
		sorts:    map[string]string{"_id": "id", "name": "name COLLATE NOCASE", "number": "number"},
	}
}
