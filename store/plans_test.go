package store

import (
	"strings"
	"testing"

	"ringfence/phone"
)

// plan is how SQLite reads a page of a list.
func plan(t *testing.T, s *Store, l listing) string {
	t.Helper()
	return steps(t, s, l.query(), append(l.args, 50)...)
}

// steps are how SQLite answers a query, a line for each.
func steps(t *testing.T, s *Store, query string, args ...any) string {
	t.Helper()
	list, err := all(t.Context(), s.reading, func(row scanner) (step string, err error) {
		var id, parent, unused int
		err = row.Scan(&id, &parent, &unused, &step)
		return step, err
	}, "EXPLAIN QUERY PLAN "+query, args...)
	must(t)(list, err)
	return strings.Join(list, "\n")
}

func TestACustomersExtensionsComeFromAnIndexInTheirOrder(t *testing.T) {
	s := world(t)
	for query, want := range map[phone.Query]string{
		{Customer: acme}:                  "SEARCH extensions USING INDEX extensions_by_name (customer=?)",
		{Customer: acme, Filter: "anna"}:  "SEARCH extensions USING INDEX extensions_by_name (customer=?)",
		{Customer: acme, Sort: "number"}:  "SEARCH extensions USING INDEX extensions_by_number (customer=?)",
		{Customer: acme, Sort: "-number"}: "SEARCH extensions USING INDEX extensions_by_number (customer=?)",
	} {
		l, err := s.Extensions.kind.listing(query)
		must(t)(l, err)
		got, _, _ := strings.Cut(plan(t, s, l), "\n")
		equal(t, "plan", got, want)
	}
}

// Anybody can try to log in.
func TestALoginDoesNotReadEveryEmployee(t *testing.T) {
	s := world(t)
	got := steps(t, s, s.Employees.byLogin(), "anna@example.net")
	equal(t, "plan", got, "SEARCH employees USING INDEX employees_by_email (email_address=?)")
}

func TestAFilterHasALimit(t *testing.T) {
	s := world(t)
	_, _, err := s.Extensions.List(t.Context(), phone.Query{Filter: strings.Repeat("x", phone.MaxFilter+1)})
	refused(t, err, phone.Invalid, "filter")
	_, total, err := s.Extensions.List(t.Context(), phone.Query{Filter: strings.Repeat("%", phone.MaxFilter)})
	must(t)(nil, err)
	equal(t, "total", total, 0)
}

// orders asks for a list in all its orders, both ways.
func orders[T any](t *testing.T, c *Collection[T]) {
	t.Helper()
	for name := range c.kind.sorts {
		for _, sort := range []string{name, "-" + name} {
			if _, _, err := c.List(t.Context(), phone.Query{Sort: sort}); err != nil {
				t.Errorf("%s by %s: %v", c.kind.table, sort, err)
			}
		}
	}
}

func TestEachOrderGoesBothWays(t *testing.T) {
	s := world(t)
	orders(t, s.Extensions)
	orders(t, s.Groups)
	orders(t, s.Queues)
	orders(t, s.Switches.Collection)
	orders(t, s.Trunks)
	orders(t, s.Models)
	orders(t, s.Products)
	orders(t, s.Customers)
	orders(t, s.Employees.Collection)
	orders(t, s.Webhooks)
	orders(t, s.Bans.Collection)
}
