package store

import (
	"strings"
	"testing"

	"ringfence/phone"
)

func TestCustomers(t *testing.T) {
	s := world(t)
	given := phone.Customer{
		Name: "Zenith", State: phone.CustomerActive, ParentReseller: reseller,
		EmailAddress: "a@example.com", PhoneNumber: "+4570101010", Notes: "n",
	}
	made, err := s.CreateCustomer(t.Context(), &given)
	must(t)(made, err)
	given.ID = made.ID
	read, err := s.Customer(t.Context(), made.ID)
	must(t)(read, err)
	equal(t, "read", *read, given)
	equal(t, "in the Book", s.Book.Customer(made.ID), made)

	updated, err := s.UpdateCustomer(t.Context(), made.ID, func(c *phone.Customer) error {
		c.ID, c.State = absent, phone.CustomerBlocked
		return nil
	})
	must(t)(updated, err)
	given.State = phone.CustomerBlocked
	equal(t, "updated", *updated, given)
	equal(t, "served", s.Book.Active(made.ID), false)
	for query, want := range map[phone.Query]int{
		{}: 2, {Filter: "ZEN"}: 1, {Customer: acme}: 1, {Reseller: reseller}: 1, {Customer: acme, Reseller: reseller}: 0,
	} {
		_, total, err := s.ListCustomers(t.Context(), query)
		must(t)(nil, err)
		equal(t, "customers", total, want)
	}
}

func TestExtensions(t *testing.T) {
	s := world(t)
	bob, alice := addExtension(t, s, "102", "bob"), addExtension(t, s, "101", "Alice")
	zoe := addExtension(t, s, "1030", "Zoe")
	list, total, err := s.ListExtensions(t.Context(), phone.Query{Customer: acme})
	must(t)(list, err)
	equal(t, "by name, in either case", list, []*phone.Extension{alice, bob, zoe})
	equal(t, "total", total, 3)
	list, _, err = s.ListExtensions(t.Context(), phone.Query{Filter: "103"})
	must(t)(list, err)
	equal(t, "filtered", list, []*phone.Extension{zoe})

	_, err = s.UpdateExtension(t.Context(), bob.ID, func(e *phone.Extension, _ phone.References) error {
		e.Number = "101"
		return nil
	})
	refused(t, err, phone.Conflict, "number")
	updated, err := s.UpdateExtension(t.Context(), bob.ID, func(e *phone.Extension, _ phone.References) error {
		e.ID, e.Customer, e.Number, e.Notes = absent, other, "202", "moved"
		return nil
	})
	must(t)(updated, err)
	want := phone.Extension{ID: bob.ID, Type: "EXTENSION", Customer: acme, Number: "202", Name: "bob", Notes: "moved"}
	equal(t, "updated", *updated, want)
	equal(t, "under its number", s.Book.ByNumber(acme, "202"), updated)
	equal(t, "under its old number", s.Book.ByNumber(acme, "102"), (*phone.Extension)(nil))
}

func TestAnExtensionInUseStays(t *testing.T) {
	s := world(t)
	e := addExtension(t, s, "101", "Alice")
	p := add(t, s, func(p *phone.Phone) { p.Extension = e.ID })
	allow := func(*phone.Extension) error { return nil }
	refused(t, s.DeleteExtension(t.Context(), e.ID, allow), phone.Conflict, "id")
	equal(t, "in the Book", s.Book.Extension(e.ID), e)

	_, err := s.UpdatePhone(t.Context(), p.ID, func(p *phone.Phone, _ phone.References) error {
		p.Extension = ""
		return nil
	})
	must(t)(nil, err)
	deny := func(*phone.Extension) error { return phone.Fault(phone.AccessDenied) }
	refused(t, s.DeleteExtension(t.Context(), e.ID, deny), phone.Denied, "access_denied")
	must(t)(nil, s.DeleteExtension(t.Context(), e.ID, allow))
	equal(t, "in the Book", s.Book.Extension(e.ID), (*phone.Extension)(nil))
}

func TestAnExtensionNeedsItsCustomer(t *testing.T) {
	s := world(t)
	_, err := s.CreateExtension(t.Context(), func(refs phone.References) (*phone.Extension, error) {
		return &phone.Extension{Customer: absent, Number: "1", Name: "n"}, nil
	})
	refused(t, err, phone.NotFound, "customer")
}

func TestModelsAreThoseOfTheBinary(t *testing.T) {
	dir := t.TempDir()
	builtIn, err := phone.BuiltInModels()
	must(t)(builtIn, err)
	closed(t, dir, "UPDATE models SET document = '{}'", "DELETE FROM models WHERE id = '"+string(builtIn[0].ID)+"'")
	s := open(t, dir)
	for _, m := range builtIn {
		read, err := s.Model(t.Context(), m.ID)
		must(t)(read, err)
		equal(t, "model", read, m)
		equal(t, "in the Book", s.Book.Model(m.ID), m)
	}
	all, total, err := s.ListModels(t.Context(), phone.Query{Customer: acme})
	must(t)(all, err)
	equal(t, "total", total, len(builtIn))
	_, snom, err := s.ListModels(t.Context(), phone.Query{Filter: "sNoM"})
	must(t)(nil, err)
	want := 0
	for _, m := range all {
		if strings.Contains(strings.ToLower(m.Brand+m.BrandName+m.Model+m.Description), "snom") {
			want++
		}
	}
	equal(t, "models of Snom", snom, want)
}
