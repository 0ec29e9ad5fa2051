package family

import (
	"sync"

	"ringfence/provision/timezone"
)

// zoneCode is a maker's word for a time zone, and the zone that it was made for.
type zoneCode struct{ code, zone string }

// clock is what time a zone has all year.
type clock struct {
	standard, saving int
	begin, end       timezone.Change
}

func clockOf(z *timezone.Zone) clock {
	begin, end, _ := z.Summer()
	return clock{z.Standard, z.Saving, begin, end}
}

// coder finds the maker's word for a zone: its own, or else the first one for a
// zone that keeps the same time; "" for none.
func coder(table []zoneCode) func(*timezone.Zone) string {
	type codes struct {
		byName  map[string]string
		byClock map[clock]string
	}
	read := sync.OnceValue(func() codes {
		c := codes{map[string]string{}, map[clock]string{}}
		for _, one := range table {
			c.byName[one.zone] = one.code
			z := timezone.Of("", one.zone)
			if z == nil {
				continue
			}
			if _, found := c.byClock[clockOf(z)]; !found {
				c.byClock[clockOf(z)] = one.code
			}
		}
		return c
	})
	return func(z *timezone.Zone) string {
		if z == nil {
			return ""
		}
		if code, found := read().byName[z.Name]; found {
			return code
		}
		return read().byClock[clockOf(z)]
	}
}
