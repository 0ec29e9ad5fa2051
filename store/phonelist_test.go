package store

import (
	"fmt"
	"strings"
	"testing"

	"ringfence/phone"
)

const (
	reseller = phone.ID("eeeeeeeeeeeeeeeeeeeeeeee")
	other    = phone.ID("bbbbbbbbbbbbbbbbbbbbbbbb")
)

// office has phones 1 to 6 of two customers, the second one a reseller's.
func office(t *testing.T) *Store {
	s := world(t)
	must(t)(s.CreateCustomer(t.Context(), &phone.Customer{
		ID: other, Name: "Other", State: phone.CustomerActive, ParentReseller: reseller,
	}))
	extension := addExtension(t, s, "4711", "Alice")
	for i, change := range []func(*phone.Phone){
		func(p *phone.Phone) { p.MAC, p.Extension = "0004131A2B3C", extension.ID },
		func(p *phone.Phone) { p.Notes = "100% in the Lobby" },
		func(p *phone.Phone) { p.Notes = "1000 in the cellar" },
		func(p *phone.Phone) { p.HandsetAddress = `A_1\B` },
		func(p *phone.Phone) { p.IP.Address = "192.0.2.77" },
		func(p *phone.Phone) { p.Customer, p.Notes = other, "lobby" },
	} {
		add(t, s, func(p *phone.Phone) { p.ID = phone.ID(fmt.Sprintf("%024d", i+1)); change(p) })
	}
	return s
}

func TestListPhones(t *testing.T) {
	s := office(t)
	for _, c := range []struct {
		name  string
		query phone.Query
		want  string // the phones of the page, and the total
	}{
		{"all", phone.Query{}, "123456 of 6"},
		{"a page", phone.Query{Offset: 2, Limit: 2}, "34 of 6"},
		{"a page behind the end", phone.Query{Offset: 9, Limit: 2}, " of 6"},
		{"of a customer", phone.Query{Customer: other}, "6 of 1"},
		{"of a reseller's customers", phone.Query{Reseller: reseller}, "6 of 1"},
		{"of a customer that is not the reseller's", phone.Query{Customer: acme, Reseller: reseller}, " of 0"},
		{"not linked", phone.Query{Customer: acme, Available: true, Limit: 1}, "2 of 4"},
		{"part of a MAC address in lower case", phone.Query{Filter: "31a2b"}, "1 of 1"},
		{"the extension's number", phone.Query{Filter: "4711"}, "1 of 1"},
		{"the extension's number of another customer", phone.Query{Filter: "4711", Customer: other}, " of 0"},
		{"notes in either case", phone.Query{Filter: "LOBBY"}, "26 of 2"},
		{"notes of a customer", phone.Query{Filter: "lobby", Customer: acme}, "2 of 1"},
		{"a percent sign is itself", phone.Query{Filter: "100%"}, "2 of 1"},
		{"an underscore is itself", phone.Query{Filter: "a_1"}, "4 of 1"},
		{"a backslash is itself", phone.Query{Filter: `1\b`}, "4 of 1"},
		{"a quote is itself", phone.Query{Filter: "' OR 1=1 --"}, " of 0"},
		{"the fence's address", phone.Query{Filter: "2.77"}, "5 of 1"},
		{"filter, not linked and paged", phone.Query{Filter: "10", Available: true, Offset: 1, Limit: 5}, "3 of 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, total, err := s.ListPhones(t.Context(), c.query)
			must(t)(list, err)
			var ids strings.Builder
			for _, p := range list {
				ids.WriteString(strings.TrimLeft(string(p.ID), "0"))
			}
			equal(t, "phones", fmt.Sprintf("%s of %d", ids.String(), total), c.want)
		})
	}
}

func TestAFilterHasALimit(t *testing.T) {
	s := office(t)
	_, _, err := s.ListPhones(t.Context(), phone.Query{Filter: strings.Repeat("x", maxFilter+1)})
	refused(t, err, phone.Invalid, "filter")
	_, total, err := s.ListPhones(t.Context(), phone.Query{Filter: strings.Repeat("%", maxFilter)})
	must(t)(nil, err)
	equal(t, "total", total, 0)
}

func TestACustomersListComesFromAnIndex(t *testing.T) {
	s := office(t)
	for _, c := range []struct {
		query phone.Query
		want  string
	}{
		{phone.Query{Customer: acme}, "SEARCH phones USING INDEX phones_by_customer (customer=?)"},
		{phone.Query{Customer: acme, Available: true}, "SEARCH phones USING INDEX phones_available (customer=?)"},
	} {
		l, err := phoneListing(c.query)
		must(t)(l, err)
		var id, parent, unused int
		var plan string
		query := "SELECT " + l.columns + " FROM phones" + l.clause() + " ORDER BY " + l.order
		row := s.reading.QueryRow("EXPLAIN QUERY PLAN "+query, l.args...)
		must(t)(nil, row.Scan(&id, &parent, &unused, &plan))
		equal(t, "plan", plan, c.want)
	}
}
