package store

import (
	"strings"
	"testing"

	"ringfence/phone"
)

const (
	reseller = phone.ID("eeeeeeeeeeeeeeeeeeeeeeee")
	other    = phone.ID("bbbbbbbbbbbbbbbbbbbbbbbb")
)

func TestCustomers(t *testing.T) {
	s := world(t)
	given := phone.Customer{
		Name: "Zenith", State: phone.CustomerActive, ParentReseller: reseller,
		EmailAddress: "a@example.com", PhoneNumber: "+4570101010", Notes: "n",
	}
	made, err := s.Customers.Create(t.Context(), giving(&given))
	must(t)(made, err)
	given.ID = made.ID
	read, err := s.Customers.Get(t.Context(), made.ID)
	must(t)(read, err)
	equal(t, "read", *read, given)
	equal(t, "in the Book", s.Book.Customer(made.ID), made)

	updated, err := s.Customers.Update(t.Context(), made.ID, func(c *phone.Customer, _ phone.References) error {
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
		_, total, err := s.Customers.List(t.Context(), query)
		must(t)(nil, err)
		equal(t, "customers", total, want)
	}
}

func TestExtensions(t *testing.T) {
	s := world(t)
	bob, alice := addExtension(t, s, "102", "bob"), addExtension(t, s, "101", "Alice")
	zoe := addExtension(t, s, "1030", "Zoe")
	list, total, err := s.Extensions.List(t.Context(), phone.Query{Customer: acme})
	must(t)(list, err)
	equal(t, "by name, in either case", list, []*phone.Extension{alice, bob, zoe})
	equal(t, "total", total, 3)
	list, _, err = s.Extensions.List(t.Context(), phone.Query{Filter: "103"})
	must(t)(list, err)
	equal(t, "filtered", list, []*phone.Extension{zoe})

	_, err = s.Extensions.Update(t.Context(), bob.ID, func(e *phone.Extension, _ phone.References) error {
		e.Number = "101"
		return nil
	})
	refused(t, err, phone.Conflict, "number")
	updated, err := s.Extensions.Update(t.Context(), bob.ID, func(e *phone.Extension, _ phone.References) error {
		e.ID, e.Customer, e.Number, e.Notes = absent, other, "202", "moved"
		return nil
	})
	must(t)(updated, err)
	want := *phone.NewExtension(acme)
	want.ID, want.Number, want.Name, want.Notes = bob.ID, "202", "bob", "moved"
	equal(t, "updated", *updated, want)
	equal(t, "under its number", s.Book.ByNumber(acme, "202"), updated)
	equal(t, "under its old number", s.Book.ByNumber(acme, "102"), (*phone.Extension)(nil))
}

func TestAnExtensionInUseStays(t *testing.T) {
	s := world(t)
	e := addExtension(t, s, "101", "Alice")
	p := add(t, s, func(p *phone.Phone) { p.Extension = e.ID })
	allow := func(*phone.Extension) error { return nil }
	refused(t, s.Extensions.Delete(t.Context(), e.ID, allow), phone.Conflict, "id")
	equal(t, "in the Book", s.Book.Extension(e.ID), e)

	_, err := s.Phones.Update(t.Context(), p.ID, func(p *phone.Phone, _ phone.References) error {
		p.Extension = ""
		return nil
	})
	must(t)(nil, err)
	deny := func(*phone.Extension) error { return phone.Fault(phone.AccessDenied) }
	refused(t, s.Extensions.Delete(t.Context(), e.ID, deny), phone.Denied, "access_denied")
	must(t)(nil, s.Extensions.Delete(t.Context(), e.ID, allow))
	equal(t, "in the Book", s.Book.Extension(e.ID), (*phone.Extension)(nil))
}

func TestAnExtensionNeedsItsCustomer(t *testing.T) {
	s := world(t)
	_, err := s.Extensions.Create(t.Context(), func(refs phone.References) (*phone.Extension, error) {
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
		read, err := s.Models.Get(t.Context(), m.ID)
		must(t)(read, err)
		equal(t, "model", read, m)
		equal(t, "in the Book", s.Book.Model(m.ID), m)
	}
	all, total, err := s.Models.List(t.Context(), phone.Query{Customer: acme})
	must(t)(all, err)
	equal(t, "total", total, len(builtIn))
	_, snom, err := s.Models.List(t.Context(), phone.Query{Filter: "sNoM"})
	must(t)(nil, err)
	want := 0
	for _, m := range all {
		if strings.Contains(strings.ToLower(m.Brand+m.BrandName+m.Model+m.Description), "snom") {
			want++
		}
	}
	equal(t, "models of Snom", snom, want)
}
