package store

import (
	"context"
	"errors"
	"fmt"

	"ringfence/phone"
)

// Collection keeps all objects of one sort. What it returns is shared with the
// Book and must not be changed.
type Collection[T any] struct {
	s    *Store
	kind *kind[T]
}

func collect[T any](s *Store, k kind[T]) *Collection[T] {
	return &Collection[T]{s: s, kind: k.withDefaults()}
}

// Create adds the object that make returns, with an id when it has none. make
// runs inside the transaction, where the references that it is given hold; its
// error undoes everything. What collides with another object is a phone.Error of
// kind Conflict.
//
// With an idempotency key in the context's phone.Origin that has been used for
// the same request, make is not called: the object that the first one made is
// returned as it is now.
func (c *Collection[T]) Create(ctx context.Context, make func(phone.References) (*T, error)) (*T, error) {
	var made *T
	err := c.s.write(ctx, "create "+c.kind.name, func(ctx context.Context, t *tx) (err error) {
		used, err := t.keyUsed(ctx)
		if err != nil {
			return err
		}
		if used != "" {
			made, err = c.kind.byID(ctx, t, used)
			return err
		}
		if made, err = withReferences(ctx, t, make); err != nil {
			return err
		}
		if made == nil {
			return errors.New("nothing was made")
		}
		return c.insert(ctx, t, made)
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}

func (c *Collection[T]) insert(ctx context.Context, t *tx, made *T) error {
	id := c.kind.id(made)
	if err := errors.Join(c.s.giveID(id), c.kind.prepare(made)); err != nil {
		return err
	}
	if _, err := t.exec(ctx, inserting(c.kind.table, c.kind.columns), c.kind.fields(made)...); err != nil {
		if missing(err) {
			return phone.Fault(phone.NoCustomer)
		}
		return err
	}
	if err := t.useKey(ctx, *id); err != nil {
		return err
	}
	return c.saved(ctx, t, nil, made)
}

// Update changes an object. edit gets a copy of it inside the transaction; its
// error undoes everything. NotFound when there is none, a phone.Error of kind
// Conflict when it then collides with another one. Its id and its customer stay.
// Where edit changes nothing, nothing is written and nobody is told.
func (c *Collection[T]) Update(ctx context.Context, id phone.ID, edit func(*T, phone.References) error) (*T, error) {
	var after *T
	err := c.s.write(ctx, "update "+c.kind.name, func(ctx context.Context, t *tx) error {
		before, err := c.kind.byID(ctx, t, id)
		if err != nil {
			return err
		}
		if after, err = c.copyOf(ctx, t, before); err != nil {
			return err
		}
		_, err = withReferences(ctx, t, func(refs phone.References) (*T, error) { return after, edit(after, refs) })
		if err != nil {
			return err
		}
		*c.kind.id(after), *c.kind.customer(after) = id, *c.kind.customer(before)
		if same, err := c.kind.same(before, after); err != nil || same {
			return err
		}
		return c.replace(ctx, t, before, after)
	})
	if err != nil {
		return nil, err
	}
	return after, nil
}

// replace writes an object that has changed.
func (c *Collection[T]) replace(ctx context.Context, t *tx, before, after *T) error {
	values := append(c.kind.fields(after), *c.kind.id(after))
	if _, err := t.exec(ctx, updating(c.kind.table, c.kind.columns), values...); err != nil {
		return err
	}
	return c.saved(ctx, t, before, after)
}

// copyOf is the object once more: read again, unless its kind knows how to make
// a copy that shares nothing which is changed in place.
func (c *Collection[T]) copyOf(ctx context.Context, t *tx, object *T) (*T, error) {
	if c.kind.clone != nil {
		return c.kind.clone(object), nil
	}
	return c.kind.byID(ctx, t, *c.kind.id(object))
}

// Delete deletes an object that nothing refers to; else it is a phone.Error of
// kind Conflict. check sees it inside the transaction; its error undoes
// everything. NotFound when there is none.
func (c *Collection[T]) Delete(ctx context.Context, id phone.ID, check func(*T) error) error {
	return c.s.write(ctx, "delete "+c.kind.name, func(ctx context.Context, t *tx) error {
		before, err := c.kind.byID(ctx, t, id)
		if err != nil {
			return err
		}
		if err := check(before); err != nil {
			return err
		}
		if used, err := t.used(ctx, c.kind.usedAs(id)); err != nil || used {
			return errors.Join(err, inUse(c.kind.name))
		}
		if _, err := t.exec(ctx, "DELETE FROM "+c.kind.table+" WHERE id = ?", id); err != nil {
			if missing(err) {
				return inUse(c.kind.name)
			}
			return err
		}
		return c.saved(ctx, t, before, nil)
	})
}

// saved does what belongs to every change: what the object refers to, its
// number, the configuration of phones that use it, the audit log, the Book.
func (c *Collection[T]) saved(ctx context.Context, t *tx, before, after *T) error {
	k := c.kind
	object, whose, was, is := c.identity(before, after)
	if err := t.refer(ctx, object, was, is); err != nil {
		return err
	}
	if err := c.renumber(ctx, t, object, whose, before, after); err != nil {
		return err
	}
	if before != nil && after != nil && k.configures(before, after) {
		if err := c.s.configuresOthers(ctx, t, object); err != nil {
			return err
		}
	}
	if err := k.saving(ctx, t, before, after); err != nil {
		return err
	}
	if err := t.audit(ctx, k.entity, object, whose, k.toAudit(before), k.toAudit(after)); err != nil {
		return err
	}
	k.publish(t, before, after)
	return nil
}

// identity says which object changes, whose it is, and what it referred to and
// now refers to.
func (c *Collection[T]) identity(before, after *T) (id, customer phone.ID, was, is []phone.ID) {
	newer := before
	if before != nil {
		was = c.kind.refers(before)
	}
	if after != nil {
		newer, is = after, c.kind.refers(after)
	}
	return *c.kind.id(newer), *c.kind.customer(newer), was, is
}

func (c *Collection[T]) renumber(ctx context.Context, t *tx, id, customer phone.ID, before, after *T) error {
	var was, is string
	if before != nil {
		was = c.kind.number(before)
	}
	if after != nil {
		is = c.kind.number(after)
	}
	return t.renumber(ctx, id, customer, was, is)
}

// toAudit is the object as the audit log sees it, nil for none.
func (k *kind[T]) toAudit(object *T) any {
	if object == nil {
		return nil
	}
	return k.audited(object)
}

// Get reads one object, NotFound when there is none.
func (c *Collection[T]) Get(ctx context.Context, id phone.ID) (*T, error) {
	object, err := c.kind.byID(ctx, c.s.reading, id)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", c.kind.name, err)
	}
	return object, nil
}

// List returns a page of the objects, and how many there are in all. A sort that
// the list does not have is Invalid.
func (c *Collection[T]) List(ctx context.Context, q phone.Query) ([]*T, int, error) {
	l, err := c.kind.listing(q)
	if err != nil {
		return nil, 0, err
	}
	list, total, err := page(ctx, c.s.reading, l, q, c.kind.scan)
	if err != nil {
		return nil, 0, fmt.Errorf("list %s: %w", c.kind.name, err)
	}
	return list, total, nil
}

// every is the statement that reads all of them.
func (c *Collection[T]) every() string { return "SELECT " + c.kind.columns + " FROM " + c.kind.table }
