package store

import (
	"slices"

	"ringfence/phone"
)

func (s *Store) groups() kind[phone.Group] {
	return kind[phone.Group]{
		name: "Group", entity: "group", table: "groups", owner: "customer", order: "number, name COLLATE NOCASE, id",
		id:         func(g *phone.Group) *phone.ID { return &g.ID },
		customer:   func(g *phone.Group) *phone.ID { return &g.Customer },
		refers:     func(g *phone.Group) []phone.ID { return slices.Concat(g.Members, g.Controllers) },
		number:     func(g *phone.Group) string { return g.Number },
		search:     "coalesce(number, '') || ' ' || name",
		sorts:      map[string][]string{"_id": {"id"}, "number": {"number"}, "name": {"name COLLATE NOCASE"}},
		configures: func(before, after *phone.Group) bool { return before.Number != after.Number },
		publish: func(t *tx, before, after *phone.Group) {
			t.publish(func() {
				if after == nil {
					s.Book.DropGroup(before.ID)
					return
				}
				s.Book.PutGroup(after)
			})
		},
	}
}
