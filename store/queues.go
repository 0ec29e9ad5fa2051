package store

import "ringfence/phone"

func (s *Store) queues() kind[phone.Queue] {
	return kind[phone.Queue]{
		name: "Queue", entity: "queue", table: "queues", owner: "customer", order: "name COLLATE NOCASE, id",
		id:       func(q *phone.Queue) *phone.ID { return &q.ID },
		customer: func(q *phone.Queue) *phone.ID { return &q.Customer },
		refers: func(q *phone.Queue) (needs []phone.ID) {
			for _, m := range q.Members {
				needs = append(needs, m.Extension)
			}
			return needs
		},
		number:     func(q *phone.Queue) string { return q.Number },
		search:     "coalesce(number, '') || ' ' || name",
		sorts:      map[string][]string{"_id": {"id"}, "number": {"number"}, "name": {"name COLLATE NOCASE"}},
		configures: func(before, after *phone.Queue) bool { return before.Number != after.Number },
		publish: func(t *tx, before, after *phone.Queue) {
			t.publish(func() {
				if after == nil {
					s.Book.DropQueue(before.ID)
					s.QueueChanged(before, nil, t.by)
					return
				}
				s.Book.PutQueue(after)
				s.QueueChanged(before, after, t.by)
			})
		},
	}
}
