package store

import (
	"fmt"
	"testing"
	"time"

	"ringfence/phone"
)

// BenchmarkCDRs reads a page out of many records: of 1000 customers with 20
// extensions each, in the last 100 days.
func BenchmarkCDRs(b *testing.B) {
	const records, customers, extensions, days = 200_000, 1000, 20, 20
	s := world(b)
	of := func(kind string, i int) phone.ID { return phone.ID(fmt.Sprintf("%s%022d", kind, i)) }
	every := days * 24 * time.Hour / records
	fillCDRs(b, s, records, func(i int) *phone.CDR {
		c := callAt(noon.Add(time.Duration(i) * every))
		c.Customer = of("c0", i%customers)
		first := i % (customers * extensions)
		c.Caller = phone.Party{Number: "+4512345678", Name: "Alice", Type: "SIPPHONE", Extension: of("5e", first), SIPPhone: of("50", first)}
		c.Callee = phone.Party{Number: "102", Name: "Bob", Extension: of("5e", (first+customers)%(customers*extensions))}
		c.TerminatedBy, c.TerminatedReason, c.SIPCode = phone.EndedByCallee, phone.EndHangup, 200
		return c
	})
	last := noon.AddDate(0, 0, days-1)
	day := phone.CDRQuery{From: last, To: last.AddDate(0, 0, 1)}
	day.Limit = 100
	one := day
	one.Customer = of("c0", 7)
	filtered := one
	filtered.Filter = "bob"
	extension := one
	extension.Extension = of("5e", 7)
	history := extension
	history.From = noon
	for _, c := range []struct {
		name  string
		query phone.CDRQuery
	}{
		{"a day of everybody", day},
		{"a day of a customer", one},
		{"a day of a customer, filtered", filtered},
		{"a day of an extension", extension},
		{"all days of an extension", history},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, _, err := s.ListCDRs(b.Context(), c.query); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
