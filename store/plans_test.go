package store

import (
	"strings"
	"testing"

	"ringfence/phone"
)

// plan is how SQLite reads a page of a list, a line for each step.
func plan(t *testing.T, s *Store, l listing) string {
	t.Helper()
	query := "EXPLAIN QUERY PLAN SELECT " + l.columns + " FROM " + l.table + l.clause() + " ORDER BY " + l.order + " LIMIT 50"
	steps, err := all(t.Context(), s.reading, func(row scanner) (string, error) {
		var id, parent, unused int
		var step string
		return step, row.Scan(&id, &parent, &unused, &step)
	}, query, l.args...)
	must(t)(steps, err)
	return strings.Join(steps, "\n")
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

func TestAFilterHasALimit(t *testing.T) {
	s := world(t)
	_, _, err := s.Extensions.List(t.Context(), phone.Query{Filter: strings.Repeat("x", phone.MaxFilter+1)})
	refused(t, err, phone.Invalid, "filter")
	_, total, err := s.Extensions.List(t.Context(), phone.Query{Filter: strings.Repeat("%", phone.MaxFilter)})
	must(t)(nil, err)
	equal(t, "total", total, 0)
}
