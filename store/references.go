package store

import (
	"context"
	"errors"
	"fmt"

	"ringfence/phone"
)

// references is phone.References over the transaction of a job. The interface
// has no room for an error: the first one is kept, and fails the job.
type references struct {
	ctx context.Context
	t   *tx
	err error
}

// withReferences calls f with references and adds the error that they met.
func withReferences[T any](ctx context.Context, t *tx, f func(phone.References) (T, error)) (T, error) {
	refs := &references{ctx: ctx, t: t}
	got, err := f(refs)
	// Its own error first: an answer of f that rests on a failed look-up is wrong.
	if refs.err != nil {
		return got, refs.err
	}
	return got, err
}

// Model returns a model, nil when there is none.
func (r *references) Model(id phone.ID) *phone.Model {
	m, err := modelByID(r.ctx, r.t, id)
	return found(r, m, err)
}

// Extension returns an extension, nil when there is none.
func (r *references) Extension(id phone.ID) *phone.Extension {
	e, err := extensionByID(r.ctx, r.t, id)
	return found(r, e, err)
}

// Customer returns a customer, nil when there is none.
func (r *references) Customer(id phone.ID) *phone.Customer {
	c, err := customerByID(r.ctx, r.t, id)
	return found(r, c, err)
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

func found[T any](r *references, item *T, err error) *T {
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
