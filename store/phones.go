package store

import (
	"context"
	"fmt"

	"ringfence/phone"
)

// phones is the kind of the phones: they get credentials where they have none;
// a change of what the configuration
// holds sets ConfigSaved; and whoever follows changes is told.
func (s *Store) phones() kind[phone.Phone] {
	return kind[phone.Phone]{
		name: "SIP phone", entity: "sipphone", table: "phones", owner: "customer",
		columns: phoneColumns, fields: phoneFields, clone: (*phone.Phone).Clone,
		id:       func(p *phone.Phone) *phone.ID { return &p.ID },
		customer: func(p *phone.Phone) *phone.ID { return &p.Customer },
		refers:   phoneRefers,
		prepare:  s.giveCredentials,
		saving: func(ctx context.Context, t *tx, before, after *phone.Phone) error {
			return s.phoneSaved(ctx, t, phone.Change{Before: before, After: after})
		},
		publish: func(t *tx, before, after *phone.Phone) {
			s.publish(t, phone.Change{Before: before, After: after})
		},
	}
}

// phoneRefers are what a phone uses, products as such.
func phoneRefers(p *phone.Phone) []phone.ID {
	needs := p.Uses()
	for _, id := range p.Products() {
		if id != "" {
			needs = append(needs, usedProduct(id))
		}
	}
	return needs
}

func (s *Store) giveCredentials(p *phone.Phone) (err error) {
	if p.Username == "" {
		if p.Username, err = phone.NewCredential(s.Random); err != nil {
			return err
		}
	}
	if p.Password == "" {
		p.Password, err = phone.NewCredential(s.Random)
	}
	return err
}

// phoneSaved writes what follows from a change of a phone.
func (s *Store) phoneSaved(ctx context.Context, t *tx, c phone.Change) error {
	if c.Before != nil && c.Before.MAC != "" && (c.After == nil || c.After.MAC != c.Before.MAC) {
		// The handsets that stay behind on the device share its configuration.
		if err := s.savedAt(ctx, t, "mac = ?1", c.Before.MAC); err != nil {
			return err
		}
	}
	if err := s.keepFormer(ctx, t, c); err != nil {
		return err
	}
	if c.After != nil && (c.Before == nil || c.Before.MAC != c.After.MAC) {
		if err := t.welcome(ctx, c.After); err != nil {
			return err
		}
	}
	if err := s.redirectSaved(ctx, t, c); err != nil { // with the tokens as they are now
		return err
	}
	if c.After == nil {
		return nil // its rows elsewhere go with it
	}
	if err := t.sidePanels(ctx, c.Before, c.After); err != nil {
		return err
	}
	switch {
	case c.ConfigChanged():
		return s.configSaved(ctx, t, c.After.ID)
	case c.Before.Serial != c.After.Serial:
		return s.savedAt(ctx, t, "("+sameDevice+") AND "+asking("Serial"), c.After.ID)
	}
	return nil
}

// sameDevice is the condition for a phone and all handsets on its device.
const sameDevice = "id = ?1 OR mac = (SELECT mac FROM phones WHERE id = ?1)"

// asking is the condition for phones whose model has a template that asks for a
// keyword.
func asking(keyword string) string {
	return `model IN (SELECT id FROM models WHERE document ->> '$.configurationTemplate' LIKE '%\%` + keyword + `\%%' ESCAPE '\')`
}

// configSaved notes that the configuration of a phone is another one from now,
// and with it that of all handsets on the same device.
func (s *Store) configSaved(ctx context.Context, t *tx, id phone.ID) error {
	return s.savedAt(ctx, t, sameDevice, id)
}

// savedAt notes that the configuration of the phones that fulfil the condition
// is another one from now.
func (s *Store) savedAt(ctx context.Context, t *tx, condition string, arg any) error {
	ids, err := all(ctx, t, scanID, "UPDATE phones SET config_saved = ?2 WHERE "+condition+" RETURNING id", arg, milliseconds{&t.now})
	if err != nil {
		return fmt.Errorf("mark configurations saved: %w", err)
	}
	t.publishLast(func() { // see phone.Book.Fetching
		for _, id := range ids {
			s.Book.ConfigSaved(id, t.now)
		}
		if len(ids) > 0 {
			s.ConfigSaved(ids)
		}
	})
	return nil
}

// keysElsewhere is the condition for phones whose keys are their employee's.
const keysElsewhere = "document ->> '$.softkeyConfigurationOnDevice' = 0"

// sidePanels writes down which panels a phone has: their serials are unique.
func (t *tx) sidePanels(ctx context.Context, before, after *phone.Phone) error {
	if before != nil {
		for _, panel := range before.Purchase.SidePanels {
			if _, err := t.exec(ctx, "DELETE FROM side_panels WHERE serial = ?", panel.Serial); err != nil {
				return fmt.Errorf("free a side panel: %w", err)
			}
		}
	}
	for _, panel := range after.Purchase.SidePanels {
		if panel.Serial == "" {
			continue
		}
		if _, err := t.exec(ctx, "INSERT INTO side_panels (serial, phone) VALUES (?, ?)", panel.Serial, after.ID); err != nil {
			return err
		}
	}
	return nil
}

// publish brings a committed change to the Book, the refusals and the hook.
func (s *Store) publish(t *tx, c phone.Change) {
	t.publish(func() {
		id := c.Phone().ID
		if c.After == nil {
			s.Book.DropPhone(id)
			s.refusals.drop(id)
		} else {
			s.Book.PutPhone(c.After)
		}
		s.Changed(c)
		if devices, _ := c.Redirects(); len(devices) > 0 {
			s.RedirectsChanged()
		}
	})
}
