package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"ringfence/phone"
)

// references is phone.References over the transaction of a job. The interface
// has no room for an error: the first one is kept, and fails the job.
type references struct {
	ctx context.Context
	t   *tx
	s   *Store
	err error
}

// withReferences calls f with references and adds the error that they met.
func withReferences[T any](ctx context.Context, t *tx, f func(phone.References) (T, error)) (T, error) {
	refs := &references{ctx: ctx, t: t, s: t.s}
	got, err := f(refs)
	// Its own error first: an answer of f that rests on a failed look-up is wrong.
	if refs.err != nil {
		return got, refs.err
	}
	return got, err
}

// Model returns a model, nil when there is none.
func (r *references) Model(id phone.ID) *phone.Model { return lookUp(r, r.s.Models, id) }

// Extension returns an extension, nil when there is none.
func (r *references) Extension(id phone.ID) *phone.Extension { return lookUp(r, r.s.Extensions, id) }

// Customer returns a customer, nil when there is none.
func (r *references) Customer(id phone.ID) *phone.Customer { return lookUp(r, r.s.Customers, id) }

// Employee returns an employee, nil when there is none.
func (r *references) Employee(id phone.ID) *phone.Employee {
	return lookUp(r, r.s.Employees.Collection, id)
}

// Group returns a group, nil when there is none.
func (r *references) Group(id phone.ID) *phone.Group { return lookUp(r, r.s.Groups, id) }

// Queue returns a queue, nil when there is none.
func (r *references) Queue(id phone.ID) *phone.Queue { return lookUp(r, r.s.Queues, id) }

// Phone returns a phone, nil when there is none.
func (r *references) Phone(id phone.ID) *phone.Phone { return lookUp(r, r.s.Phones, id) }

// SidePanel returns the phone that has the side panel, "" for none.
func (r *references) SidePanel(serial string) (id phone.ID) {
	err := r.t.QueryRowContext(r.ctx, "SELECT phone FROM side_panels WHERE serial = ?", serial).Scan(&id)
	if !errors.Is(err, sql.ErrNoRows) {
		r.keep(err)
	}
	return id
}

// TrunkNumber says whether one of the customer's trunks has the number.
func (r *references) TrunkNumber(customer phone.ID, number string) (has bool) {
	r.keep(r.t.QueryRowContext(r.ctx, `SELECT EXISTS (SELECT 1 FROM trunks, json_each(document, '$.numbers') AS n
		WHERE customer = ? AND n.value = ?)`, customer, number).Scan(&has))
	return has
}

// SharingMAC returns the phones with the address, none for no address.
func (r *references) SharingMAC(m phone.MAC) []*phone.Phone {
	if m == "" {
		return nil
	}
	list, err := all(r.ctx, r.t, scanPhone,
		"SELECT "+phoneColumns+" FROM phones WHERE mac = ? ORDER BY handset_index", m)
	r.keep(err)
	return list
}

// lookUp finds an object as the transaction sees it. No id names nothing.
func lookUp[T any](r *references, c *Collection[T], id phone.ID) *T {
	if id == "" {
		return nil
	}
	item, err := c.kind.byID(r.ctx, r.t, id)
	if phone.KindOf(err) == phone.NotFound {
		return nil
	}
	r.keep(err)
	return item
}

func (r *references) keep(err error) {
	if err != nil {
		r.err = errors.Join(r.err, fmt.Errorf("look up a reference: %w", err))
	}
}
