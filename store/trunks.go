package store

import (
	"context"
	"fmt"

	"ringfence/phone"
)

func (s *Store) trunks() kind[phone.Trunk] {
	return kind[phone.Trunk]{
		name: "Trunk", entity: "trunk", table: "trunks", owner: "customer", order: "name COLLATE NOCASE, id",
		columns:  "id, document, password", // the password is never shown, so the document lacks it
		fields:   func(t *phone.Trunk) []any { return []any{&t.ID, document{t}, &t.SIP.Password} },
		id:       func(t *phone.Trunk) *phone.ID { return &t.ID },
		customer: func(t *phone.Trunk) *phone.ID { return &t.Customer },
		refers:   func(t *phone.Trunk) []phone.ID { return []phone.ID{t.Goto} },
		number:   func(t *phone.Trunk) string { return t.Number },
		search:   "name || ' ' || coalesce(number, '') || ' ' || coalesce(document ->> '$.numbers', '')",
		sorts:    map[string][]string{"_id": {"id"}, "name": {"name COLLATE NOCASE"}, "number": {"number"}},
		audited:  func(t *phone.Trunk) any { return trunkWithPassword{t, t.SIP.Password} },
		saving:   claimNumbers,
		publish:  publishTrunk,
	}
}

// trunkWithPassword shows that a password has changed; the audit log masks it.
type trunkWithPassword struct {
	*phone.Trunk
	Password string `json:"password,omitempty"`
}

// claimNumbers notes whose the numbers of the world are: one that another trunk
// has is a conflict.
func claimNumbers(ctx context.Context, t *tx, _, after *phone.Trunk) error {
	if after == nil {
		return nil // they went with the trunk
	}
	if _, err := t.exec(ctx, "DELETE FROM trunk_numbers WHERE trunk = ?", after.ID); err != nil {
		return fmt.Errorf("free the numbers: %w", err)
	}
	seen := map[string]bool{}
	for _, n := range after.Numbers {
		if seen[n] {
			continue
		}
		seen[n] = true
		if _, err := t.exec(ctx, "INSERT INTO trunk_numbers (number, trunk) VALUES (?, ?)", n, after.ID); err != nil {
			return err
		}
	}
	return nil
}

func publishTrunk(t *tx, before, after *phone.Trunk) {
	t.publish(func() {
		if after == nil {
			t.s.Book.DropTrunk(before.ID)
		} else {
			t.s.Book.PutTrunk(after)
		}
		t.s.TrunkChanged(before, after)
	})
}
