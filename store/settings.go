package store

import (
	"context"

	"ringfence/phone"
)

func (s *Store) settings() kind[phone.Settings] {
	return kind[phone.Settings]{
		name: "Settings", entity: "settings", table: "settings", owner: "id",
		id:       func(x *phone.Settings) *phone.ID { return &x.ID },
		customer: func(x *phone.Settings) *phone.ID { return &x.ID },
		search:   "id",
		saving:   s.settingsSaved,
		publish:  func(t *tx, _, after *phone.Settings) { t.publish(func() { s.Book.PutSettings(after) }) },
	}
}

// settingsSaved marks the configuration of the customer's phones as saved now,
// where the settings are part of it; the PIN is one of those alone whose model has
// a template that asks for it.
func (s *Store) settingsSaved(ctx context.Context, t *tx, before, after *phone.Settings) error {
	if before == nil {
		before = phone.NewSettings(after.ID)
	}
	switch {
	case before.Configures(after):
		return s.savedAt(ctx, t, "customer = ?1", after.ID)
	case before.MasterPinCode != after.MasterPinCode:
		return s.savedAt(ctx, t, "customer = ?1 AND "+asking("MasterPin"), after.ID)
	}
	return nil
}
