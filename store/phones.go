package store

import (
	"context"
	"errors"
	"fmt"

	"ringfence/phone"
)

// CreatePhone adds the phone that make returns, with an id, a username and a
// password where it has none. make runs inside the transaction, where the
// references that it is given hold; its error undoes everything. A phone that
// collides with another one is a phone.Error of kind Conflict.
//
// What is returned here and by UpdatePhone is shared with the Book and must not
// be changed.
func (s *Store) CreatePhone(
	ctx context.Context, make func(phone.References) (*phone.Phone, error),
) (*phone.Phone, error) {
	var made *phone.Phone
	err := s.write(ctx, "create a phone", func(ctx context.Context, t *tx) error {
		p, err := withReferences(ctx, t, make)
		if err != nil {
			return err
		}
		if p == nil {
			return errors.New("no phone was made")
		}
		made = p.Clone()
		if err := s.identify(made); err != nil {
			return err
		}
		if err := insertPhone(ctx, t, made); err != nil {
			return err
		}
		s.publish(t, phone.Change{After: made}, true)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}

// identify gives a phone what it has not been given.
func (s *Store) identify(p *phone.Phone) (err error) {
	if err := s.giveID(&p.ID); err != nil {
		return err
	}
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

// UpdatePhone changes a phone. edit gets a copy of it inside the transaction;
// its error undoes everything. phone.NoPhone when there is none, a phone.Error
// of kind Conflict when it then collides with another one. New credentials take
// its bindings away; a change of what its configuration holds sets ConfigSaved.
// Its id stays.
func (s *Store) UpdatePhone(
	ctx context.Context, id phone.ID, edit func(*phone.Phone, phone.References) error,
) (*phone.Phone, error) {
	var after *phone.Phone
	err := s.write(ctx, "update a phone", func(ctx context.Context, t *tx) error {
		before, err := phoneByID(ctx, t, id)
		if err != nil {
			return err
		}
		after = before.Clone()
		_, err = withReferences(ctx, t, func(refs phone.References) (*phone.Phone, error) {
			return after, edit(after, refs)
		})
		if err != nil {
			return err
		}
		after.ID = id
		return s.replace(ctx, t, phone.Change{Before: before, After: after})
	})
	if err != nil {
		return nil, err
	}
	return after, nil
}

// replace writes a changed phone and what follows from the change.
func (s *Store) replace(ctx context.Context, t *tx, c phone.Change) error {
	if err := updatePhone(ctx, t, c.After); err != nil {
		return err
	}
	if c.Revoked() {
		if _, err := t.exec(ctx, "DELETE FROM bindings WHERE phone = ?", c.After.ID); err != nil {
			return fmt.Errorf("delete its bindings: %w", err)
		}
	}
	saved := c.ConfigChanged()
	if saved {
		_, err := t.exec(ctx, "UPDATE phones SET config_saved = ? WHERE id = ?", milliseconds{&t.now}, c.After.ID)
		if err != nil {
			return fmt.Errorf("mark its configuration saved: %w", err)
		}
	}
	s.publish(t, c, saved)
	return nil
}

// DeletePhone deletes a phone with its bindings. check sees it inside the
// transaction; its error undoes everything. phone.NoPhone when there is none.
func (s *Store) DeletePhone(ctx context.Context, id phone.ID, check func(*phone.Phone) error) error {
	return s.write(ctx, "delete a phone", func(ctx context.Context, t *tx) error {
		before, err := phoneByID(ctx, t, id)
		if err != nil {
			return err
		}
		if err := check(before); err != nil {
			return err
		}
		if _, err := t.exec(ctx, "DELETE FROM phones WHERE id = ?", id); err != nil {
			return err
		}
		s.publish(t, phone.Change{Before: before}, false)
		return nil
	})
}

// publish brings a committed change to the Book, the records and the hook.
func (s *Store) publish(t *tx, c phone.Change, configSaved bool) {
	t.publish(func() {
		id := c.Phone().ID
		switch {
		case c.After == nil:
			s.Book.DropPhone(id)
			s.records.drop(id)
		default:
			s.Book.PutPhone(c.After)
			s.records.keep(id)
		}
		if configSaved {
			s.records.edit(id, func(r *phone.Record) { r.ConfigSaved = phone.Moment(t.now) })
		}
		s.Changed(c)
	})
}

// Phone reads one phone, phone.NoPhone when there is none.
func (s *Store) Phone(ctx context.Context, id phone.ID) (*phone.Phone, error) {
	p, err := phoneByID(ctx, s.reading, id)
	if err != nil {
		return nil, fmt.Errorf("read a phone: %w", err)
	}
	return p, nil
}
