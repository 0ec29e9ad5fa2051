package store

import (
	"context"
	"errors"
	"fmt"

	"ringfence/phone"
)

const extensionColumns = "id, customer, number, name, notes"

func extensionFields(e *phone.Extension) []any {
	return []any{&e.ID, &e.Customer, &e.Number, &e.Name, &e.Notes}
}

func scanExtension(row scanner) (*phone.Extension, error) {
	e := &phone.Extension{Type: "EXTENSION"} // there is no other type
	return e, row.Scan(extensionFields(e)...)
}

func extensionByID(ctx context.Context, q querier, id phone.ID) (*phone.Extension, error) {
	return one(ctx, q, scanExtension, notFound("Extension"),
		"SELECT "+extensionColumns+" FROM extensions WHERE id = ?", id)
}

// CreateExtension adds the extension that make returns, with an id when it has
// none. make runs inside the transaction; its error undoes everything. A number
// that its customer already has is a phone.Error of kind Conflict. What is
// returned here and by UpdateExtension is shared with the Book and must not be
// changed.
func (s *Store) CreateExtension(
	ctx context.Context, make func(phone.References) (*phone.Extension, error),
) (*phone.Extension, error) {
	var made phone.Extension
	err := s.write(ctx, "create an extension", func(ctx context.Context, t *tx) error {
		e, err := withReferences(ctx, t, make)
		if err != nil {
			return err
		}
		if e == nil {
			return errors.New("no extension was made")
		}
		made = *e
		made.Type = "EXTENSION"
		if err := s.giveID(&made.ID); err != nil {
			return err
		}
		return s.insertExtension(ctx, t, &made)
	})
	if err != nil {
		return nil, err
	}
	return &made, nil
}

func (s *Store) insertExtension(ctx context.Context, t *tx, e *phone.Extension) error {
	_, err := t.exec(ctx, inserting("extensions", extensionColumns), extensionFields(e)...)
	if missing(err) {
		return phone.Fault(phone.NoCustomer)
	}
	t.publish(func() { s.Book.PutExtension(e) })
	return err
}

// UpdateExtension changes an extension. edit gets a copy of it inside the
// transaction; its error undoes everything. NotFound when there is none, a
// phone.Error of kind Conflict when the number is taken. Its id and its
// customer stay: its phones are that customer's.
func (s *Store) UpdateExtension(
	ctx context.Context, id phone.ID, edit func(*phone.Extension, phone.References) error,
) (*phone.Extension, error) {
	var e *phone.Extension
	err := s.write(ctx, "update an extension", func(ctx context.Context, t *tx) (err error) {
		if e, err = extensionByID(ctx, t, id); err != nil {
			return err
		}
		before := *e
		_, err = withReferences(ctx, t, func(refs phone.References) (*phone.Extension, error) {
			return e, edit(e, refs)
		})
		if err != nil {
			return err
		}
		e.ID, e.Type, e.Customer = before.ID, before.Type, before.Customer
		_, err = t.exec(ctx, updating("extensions", extensionColumns), append(extensionFields(e), id)...)
		t.publish(func() { s.Book.PutExtension(e) })
		return err
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// DeleteExtension deletes an extension that no phone is linked to; else it is a
// phone.Error of kind Conflict. check sees it inside the transaction; its error
// undoes everything. NotFound when there is none.
func (s *Store) DeleteExtension(ctx context.Context, id phone.ID, check func(*phone.Extension) error) error {
	return s.write(ctx, "delete an extension", func(ctx context.Context, t *tx) error {
		e, err := extensionByID(ctx, t, id)
		if err != nil {
			return err
		}
		if err := check(e); err != nil {
			return err
		}
		_, err = t.exec(ctx, "DELETE FROM extensions WHERE id = ?", id)
		if missing(err) {
			return &phone.Error{Kind: phone.Conflict, Key: "id", Text: "Extension is in use"}
		}
		t.publish(func() { s.Book.DropExtension(id) })
		return err
	})
}

// Extension reads one extension, NotFound when there is none.
func (s *Store) Extension(ctx context.Context, id phone.ID) (*phone.Extension, error) {
	e, err := extensionByID(ctx, s.reading, id)
	if err != nil {
		return nil, fmt.Errorf("read an extension: %w", err)
	}
	return e, nil
}

// ListExtensions returns a page of the extensions in the order of their names,
// and how many there are in all. The filter is looked for in number and name.
func (s *Store) ListExtensions(ctx context.Context, q phone.Query) ([]*phone.Extension, int, error) {
	l := listing{columns: extensionColumns, table: "extensions", order: "name COLLATE NOCASE, id"}
	l.owned("customer", q)
	if err := l.matching(q.Filter, "number", "name"); err != nil {
		return nil, 0, err
	}
	list, total, err := page(ctx, s.reading, l, q, scanExtension)
	if err != nil {
		return nil, 0, fmt.Errorf("list extensions: %w", err)
	}
	return list, total, nil
}
