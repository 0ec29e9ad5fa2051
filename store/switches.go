package store

import (
	"context"
	"fmt"

	"ringfence/phone"
)

// Switches are the named on/off switches of the customers.
type Switches struct{ *Collection[phone.Switch] }

func (s *Store) switches() kind[phone.Switch] {
	return kind[phone.Switch]{
		name: "Switch", entity: "switch", table: "switches", owner: "customer", order: "name, id",
		id:       func(sw *phone.Switch) *phone.ID { return &sw.ID },
		customer: func(sw *phone.Switch) *phone.ID { return &sw.Customer },
		search:   "name",
		sorts:    map[string][]string{"_id": {"id"}, "name": {"name"}},
		saving: func(ctx context.Context, t *tx, before, after *phone.Switch) error {
			if before != nil {
				return nil
			}
			return t.atMost(ctx, mostSwitches, "switches", after.Customer)
		},
		publish: func(t *tx, before, after *phone.Switch) {
			t.publish(func() {
				if after == nil {
					s.Book.DropSwitch(before.ID)
					s.SwitchChanged(before, nil, t.by)
					return
				}
				s.Book.PutSwitch(after)
				s.SwitchChanged(before, after, t.by)
			})
		},
	}
}

// ByName finds a switch of a customer. NotFound when there is none.
func (s Switches) ByName(ctx context.Context, customer phone.ID, name string) (*phone.Switch, error) {
	found, err := one(ctx, s.s.reading, s.kind.scan, notFound(s.kind.name),
		"SELECT "+s.kind.columns+" FROM switches WHERE customer = ? AND name = ?", customer, name)
	if err != nil {
		return nil, fmt.Errorf("read a switch: %w", err)
	}
	return found, nil
}
