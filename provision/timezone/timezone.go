// Package timezone knows when clocks are changed, and by how much: a table of the
// world's time zones, each with its country and the rule that holds from now on.
// Phones have no such table, or one of their own, and are told what it says. It
// keeps no history: Go's time package does, for times gone by.
package timezone

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed zones.txt
var zoneTable string

// Zone is a time zone.
type Zone struct {
	Name     string // of the IANA database, such as Europe/Copenhagen
	Country  string // ISO 3166-1 alpha-2
	Standard int    // minutes east of Greenwich without daylight saving
	Saving   int    // minutes that summer adds; 0 is none
	POSIX    string // for TZ, such as CET-1CEST,M3.5.0,M10.5.0/3
}

// zones are those of the table, in its order.
var zones = sync.OnceValue(func() (all []*Zone) {
	for line := range strings.Lines(zoneTable) {
		if f := strings.Fields(line); len(f) == 3 && f[0] != "#" {
			all = append(all, New(f[0], f[1], f[2]))
		}
	}
	return all
})

// Of is the time zone with a name of the IANA database, or else the main one
// of a country (ISO 3166-1 alpha-2); nil when neither is known. It is shared, and
// nobody changes it.
func Of(country, name string) *Zone {
	var main, named *Zone
	for _, z := range zones() {
		switch {
		case z.Country == country && z.Name == name:
			return z
		case z.Country == country && main == nil:
			main = z
		case z.Name == name && named == nil:
			named = z
		}
	}
	if named != nil {
		return named
	}
	return main
}

// New makes a zone of its country, its name and its rule, which is as POSIX has it
// for TZ.
func New(country, name, rule string) *Zone {
	z := &Zone{Name: name, Country: country, POSIX: rule}
	names, _, _ := strings.Cut(rule, ",")
	standard, rest := posixOffset(names)
	z.Standard = -standard // POSIX counts westwards
	if rest == "" {
		return z
	}
	z.Saving = 60
	if summer, _ := posixOffset(rest); strings.ContainsAny(afterName(rest), "0123456789") {
		z.Saving = standard - summer
	}
	return z
}

// Change is when a clock is put forward or back.
type Change struct {
	Month   int // from 1
	Week    int // which of the month's days of that name, from 1; 5 is the last
	Weekday int // 0 is Sunday
	Minute  int // of that day, by the clock as it was; also below 0, or beyond the day
}

// Hour is the full hour of that day at which it is, as near as the day allows.
func (c Change) Hour() int { return min(max(c.Minute/60, 0), 23) }

// ISOWeekday is the day of the week with Monday as 1 and Sunday as 7 (ISO 8601).
func (c Change) ISOWeekday() int {
	if c.Weekday == 0 {
		return 7
	}
	return c.Weekday
}

// Summer is when daylight saving begins and ends each year; false where there is
// none.
func (z *Zone) Summer() (begin, end Change, ok bool) {
	parts := strings.Split(z.POSIX, ",")
	if z.Saving == 0 || len(parts) != 3 {
		return begin, end, false
	}
	return posixChange(parts[1]), posixChange(parts[2]), true
}
