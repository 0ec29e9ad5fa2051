package store

import (
	"context"

	"ringfence/phone"
)

func (s *Store) extensions() kind[phone.Extension] {
	return kind[phone.Extension]{
		name: "Extension", entity: "extension", table: "extensions", owner: "customer", employee: "employee", order: "name COLLATE NOCASE, id",
		id:       func(e *phone.Extension) *phone.ID { return &e.ID },
		customer: func(e *phone.Extension) *phone.ID { return &e.Customer },
		refers:   func(e *phone.Extension) []phone.ID { return []phone.ID{e.Employee} },
		number:   func(e *phone.Extension) string { return e.Number },
		search:   "number || ' ' || name || ' ' || coalesce(direct, '')",
		sorts: map[string][]string{"_id": {"id"}, "number": {"length(number)", "number"}, "name": {"name COLLATE NOCASE"},
			"direct": {"direct"}, "employee": {"employee"}},
		configures: func(before, after *phone.Extension) bool {
			return before.Number != after.Number || before.Name != after.Name
		},
		saving: func(ctx context.Context, t *tx, before, after *phone.Extension) error {
			if before == nil || after == nil || before.Employee == after.Employee {
				return nil
			}
			return s.savedAt(ctx, t, "extension = ?1 AND "+keysElsewhere, after.ID)
		},
		publish: func(t *tx, before, after *phone.Extension) {
			t.publish(func() {
				if after == nil {
					s.Book.DropExtension(before.ID)
					return
				}
				s.Book.PutExtension(after)
			})
		},
	}
}
