package timezone

import (
	"testing"
	"time"
	_ "time/tzdata" // where the machine has none

	"ringfence/phone"
)

// zoneYear is a year that the table was made for.
const zoneYear = 2026

func TestOf(t *testing.T) {
	for name, c := range map[string]struct{ country, zone, want string }{
		"a country with one":                  {"DK", "", "Europe/Copenhagen"},
		"the main one of several":             {"US", "", "America/New_York"},
		"the name goes before the country":    {"US", "America/Denver", "America/Denver"},
		"also when it is of another":          {"DK", "Asia/Tokyo", "Asia/Tokyo"},
		"a name alone":                        {"", "Europe/London", "Europe/London"},
		"an unknown name leaves the country":  {"DK", "Europe/Legoland", "Europe/Copenhagen"},
		"nothing known":                       {"", "", ""},
		"a country that does not exist":       {"ZZ", "", ""},
		"a zone of two countries, by country": {"XK", "Europe/Belgrade", "Europe/Belgrade"},
	} {
		got := ""
		if z := Of(c.country, c.zone); z != nil {
			got = z.Name
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if z := Of("XK", "Europe/Belgrade"); z.Country != "XK" {
		t.Error("the zone is of", z.Country)
	}
	want := Zone{Name: "America/St_Johns", Country: "CA", Standard: -210, Saving: 60, POSIX: "NST3:30NDT,M3.2.0,M11.1.0"}
	if got := Of("CA", "America/St_Johns"); *got != want {
		t.Errorf("%+v", got)
	}
}

// The table says the same as Go's time package does.
func TestZonesAgainstTheTimePackage(t *testing.T) {
	for _, z := range zones() {
		if !phone.KnownCountry(z.Country) {
			t.Errorf("%s: no country %s", z.Name, z.Country)
		}
		place, err := time.LoadLocation(z.Name)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, month := range []time.Month{time.January, time.July} {
			at := time.Date(zoneYear, month, 15, 12, 0, 0, 0, place)
			_, offset := at.Zone()
			want := z.Standard
			if z.Saving > 0 && summerOf(z, at) {
				want += z.Saving
			}
			if offset != want*60 {
				t.Errorf("%s in %s: %d minutes, want %d", z.Name, month, offset/60, want)
			}
		}
		changesMatch(t, z, place)
	}
}

// summerOf says whether the rule has summer at a time that is far from both of
// its changes.
func summerOf(z *Zone, at time.Time) bool {
	begin, end, _ := z.Summer()
	b, e := changeIn(begin, at.Year()), changeIn(end, at.Year())
	noon := time.Date(at.Year(), at.Month(), at.Day(), 12, 0, 0, 0, time.UTC)
	if b.Before(e) {
		return noon.After(b) && noon.Before(e)
	}
	return noon.After(b) || noon.Before(e)
}

// changeIn is a change of a year, by the clock as it was.
func changeIn(c Change, year int) time.Time {
	first := time.Date(year, time.Month(c.Month), 1, 0, 0, 0, 0, time.UTC)
	day := 1 + (c.Weekday-int(first.Weekday())+7)%7 + 7*(c.Week-1)
	for day > first.AddDate(0, 1, -1).Day() {
		day -= 7
	}
	return time.Date(year, time.Month(c.Month), day, 0, c.Minute, 0, 0, time.UTC)
}

// changesMatch compares when the clocks are changed. Morocco's are put back for
// Ramadan, which no rule can say.
func changesMatch(t *testing.T, z *Zone, place *time.Location) {
	t.Helper()
	if z.Country == "MA" || z.Country == "EH" {
		return
	}
	var want []time.Time
	if begin, end, ok := z.Summer(); ok {
		b := changeIn(begin, zoneYear).Add(-time.Duration(z.Standard) * time.Minute)
		e := changeIn(end, zoneYear).Add(-time.Duration(z.Standard+z.Saving) * time.Minute)
		if e.Before(b) {
			b, e = e, b
		}
		want = append(want, b, e)
	}
	var got []time.Time
	for at := time.Date(zoneYear, 1, 1, 12, 0, 0, 0, time.UTC); ; {
		_, end := at.In(place).ZoneBounds()
		if end.IsZero() || end.Year() > zoneYear {
			break
		}
		got, at = append(got, end), end
	}
	if len(got) != len(want) {
		t.Errorf("%s: changes %v, want %v", z.Name, got, want)
		return
	}
	for i := range got {
		if !got[i].Equal(want[i]) {
			t.Errorf("%s: changes at %v, want %v", z.Name, got[i].UTC(), want[i])
		}
	}
}
