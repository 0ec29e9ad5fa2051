package store

import (
	"context"
	"fmt"
	"slices"

	"ringfence/phone"
)

// refer writes down that an object no longer needs what it referred to, and
// needs what it refers to now.
func (t *tx) refer(ctx context.Context, user phone.ID, was, is []phone.ID) error {
	for _, target := range was {
		if !slices.Contains(is, target) {
			if _, err := t.exec(ctx, "DELETE FROM uses WHERE target = ? AND user = ?", target, user); err != nil {
				return fmt.Errorf("forget a reference: %w", err)
			}
		}
	}
	for _, target := range is {
		if target == "" || slices.Contains(was, target) {
			continue
		}
		if _, err := t.exec(ctx, "INSERT OR IGNORE INTO uses (target, user) VALUES (?, ?)", target, user); err != nil {
			return fmt.Errorf("remember a reference: %w", err)
		}
	}
	return nil
}

// used says whether anything needs the object.
func (t *tx) used(ctx context.Context, target phone.ID) (used bool, err error) {
	err = t.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM uses WHERE target = ?)", target).Scan(&used)
	if err != nil {
		return false, fmt.Errorf("look for who uses it: %w", err)
	}
	return used, nil
}

const usingPhones = `SELECT phones.id FROM uses JOIN phones ON phones.id = uses.user WHERE uses.target = ?1
	UNION SELECT phones.id FROM uses JOIN extensions ON extensions.employee = uses.user
		JOIN phones ON phones.extension = extensions.id WHERE uses.target = ?1 AND phones.` + keysElsewhere

// usingPhones are the phones that need the object, or have a key of their
// employee's that does.
func (t *tx) usingPhones(ctx context.Context, target phone.ID) ([]phone.ID, error) {
	ids, err := all(ctx, t, scanID, usingPhones, target)
	if err != nil {
		return nil, fmt.Errorf("look for the phones that use it: %w", err)
	}
	return ids, nil
}

// configuresOthers marks the configuration of every phone that uses the object
// as saved now: what the object is called, or how it is dialled, is part of it.
func (s *Store) configuresOthers(ctx context.Context, t *tx, target phone.ID) error {
	ids, err := t.usingPhones(ctx, target)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.configSaved(ctx, t, id); err != nil {
			return err
		}
	}
	return nil
}

// renumber gives an object the number by which it is dialled, which no other
// object of the customer may have, and which does not stand before an emergency
// number: whoever dials that in need would reach a desk.
func (t *tx) renumber(ctx context.Context, item, customer phone.ID, was, is string) error {
	if was == is {
		return nil
	}
	if was != "" {
		if _, err := t.exec(ctx, "DELETE FROM numbers WHERE customer = ? AND number = ?", customer, was); err != nil {
			return fmt.Errorf("free its number: %w", err)
		}
	}
	if is == "" {
		return nil
	}
	if t.s.Book.DialPlan(customer).IsEmergency(is) {
		return taken("number", "Number is an emergency number")()
	}
	_, err := t.exec(ctx, "INSERT INTO numbers (customer, number, item) VALUES (?, ?, ?)", customer, is, item)
	return err
}
