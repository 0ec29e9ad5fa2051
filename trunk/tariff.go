package trunk

import (
	"strings"

	"ringfence/phone"
)

// tariff is a trunk with its tables of prefixes ready to be searched.
type tariff struct {
	*phone.Trunk
	patterns prefixes[phone.TrunkPattern]
	rates    prefixes[int]
}

func newTariff(t *phone.Trunk) *tariff {
	f := &tariff{Trunk: t, patterns: prefixes[phone.TrunkPattern]{}, rates: prefixes[int]{}}
	for _, p := range t.Outbound.Patterns {
		f.patterns.put(p.Prefix, p)
	}
	if len(t.Outbound.Patterns) == 0 {
		f.patterns.put("", phone.TrunkPattern{}) // everything
	}
	for _, r := range t.Rates {
		f.rates.put(r.Prefix, r.CentsPerMinute)
	}
	return f
}

// prefixes finds the longest prefix of a number, as phone.HasPrefix sees it.
// Those of short numbers are there as they are, all with a plus.
type prefixes[T any] map[string]T

func (p prefixes[T]) put(prefix string, v T) {
	if !strings.HasPrefix(prefix, "+") {
		p[prefix] = v
		prefix = "+" + prefix
	}
	p[prefix] = v
}

// longest also tells how many digits it has; -1 when there is none.
func (p prefixes[T]) longest(number string) (v T, digits int) {
	least := 0
	if strings.HasPrefix(number, "+") {
		least = 1
	}
	for n := len(number); n >= least; n-- {
		if v, ok := p[number[:n]]; ok {
			return v, n - least
		}
	}
	return v, -1
}
