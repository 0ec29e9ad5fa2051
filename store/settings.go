package store

import "ringfence/phone"

func (s *Store) settings() kind[phone.Settings] {
	return kind[phone.Settings]{
		name: "Settings", entity: "settings", table: "settings", owner: "id",
		id:       func(x *phone.Settings) *phone.ID { return &x.ID },
		customer: func(x *phone.Settings) *phone.ID { return &x.ID },
		search:   "id",
		publish:  func(t *tx, _, after *phone.Settings) { t.publish(func() { s.Book.PutSettings(after) }) },
	}
}
