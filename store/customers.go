package store

import (
	"context"
	"fmt"

	"ringfence/phone"
)

const customerColumns = "id, name, state, parent_reseller, email_address, phone_number, notes"

func customerFields(c *phone.Customer) []any {
	return []any{&c.ID, &c.Name, &c.State, orNull(&c.ParentReseller), &c.EmailAddress, &c.PhoneNumber, &c.Notes}
}

func scanCustomer(row scanner) (*phone.Customer, error) {
	c := &phone.Customer{}
	return c, row.Scan(customerFields(c)...)
}

func customerByID(ctx context.Context, q querier, id phone.ID) (*phone.Customer, error) {
	return one(ctx, q, scanCustomer, notFound("Customer"),
		"SELECT "+customerColumns+" FROM customers WHERE id = ?", id)
}

// CreateCustomer adds a copy of the customer, with an id when it has none, and
// returns it. What is returned is shared with the Book and must not be changed.
func (s *Store) CreateCustomer(ctx context.Context, c *phone.Customer) (*phone.Customer, error) {
	made := *c
	err := s.write(ctx, "create a customer", func(ctx context.Context, t *tx) (err error) {
		if err := s.giveID(&made.ID); err != nil {
			return err
		}
		_, err = t.exec(ctx, inserting("customers", customerColumns), customerFields(&made)...)
		t.publish(func() { s.Book.PutCustomer(&made) })
		return err
	})
	if err != nil {
		return nil, err
	}
	return &made, nil
}

// UpdateCustomer changes a customer. edit gets a copy of it inside the
// transaction; its error undoes everything. NotFound when there is none. Its id
// stays. What is returned is shared with the Book and must not be changed.
func (s *Store) UpdateCustomer(
	ctx context.Context, id phone.ID, edit func(*phone.Customer) error,
) (*phone.Customer, error) {
	var c *phone.Customer
	err := s.write(ctx, "update a customer", func(ctx context.Context, t *tx) (err error) {
		if c, err = customerByID(ctx, t, id); err != nil {
			return err
		}
		if err := edit(c); err != nil {
			return err
		}
		c.ID = id
		_, err = t.exec(ctx, updating("customers", customerColumns), append(customerFields(c), id)...)
		t.publish(func() { s.Book.PutCustomer(c) })
		return err
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Customer reads one customer, NotFound when there is none.
func (s *Store) Customer(ctx context.Context, id phone.ID) (*phone.Customer, error) {
	c, err := customerByID(ctx, s.reading, id)
	if err != nil {
		return nil, fmt.Errorf("read a customer: %w", err)
	}
	return c, nil
}

// ListCustomers returns a page of the customers in the order of their ids, and
// how many there are in all. The filter is looked for in their names.
func (s *Store) ListCustomers(ctx context.Context, q phone.Query) ([]*phone.Customer, int, error) {
	l := listing{columns: customerColumns, table: "customers", order: "id"}
	l.owned("id", q)
	if err := l.matching(q.Filter, "name"); err != nil {
		return nil, 0, err
	}
	list, total, err := page(ctx, s.reading, l, q, scanCustomer)
	if err != nil {
		return nil, 0, fmt.Errorf("list customers: %w", err)
	}
	return list, total, nil
}
