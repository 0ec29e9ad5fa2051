package phone

import (
	"fmt"
	"slices"
	"strings"
)

// TrunkOut is which calls leave by a trunk.
type TrunkOut struct {
	Enabled  bool           `json:"enabled"`
	Patterns []TrunkPattern `json:"patterns,omitempty"` // the longest prefix counts; none: everything
}

// TrunkPattern is for the numbers that begin with a prefix. Strip and Prepend
// change the digits behind the plus; without them the number keeps its plus.
type TrunkPattern struct {
	Prefix   string `json:"prefix"` // digits; with a plus not of short numbers; "" is every number
	Strip    int    `json:"strip,omitempty"`
	Prepend  string `json:"prepend,omitempty"`
	Priority int    `json:"priority,omitempty"` // among the trunks with the same prefix, lowest first
}

// TrunkRate is what a call to the numbers that begin with a prefix costs.
type TrunkRate struct {
	Prefix         string `json:"prefix"`
	CentsPerMinute int    `json:"centsPerMinute"`
}

// CallLimits bound the calls with the world, in and out; 0 is no limit.
type CallLimits struct {
	Calls          int `json:"calls,omitempty"`          // at a time
	CallsPerSecond int `json:"callsPerSecond,omitempty"` // that begin
}

// CustomerLimits bound what a customer's calls may cost, whoever makes them.
type CustomerLimits struct {
	CallLimits
	SpendPerDay      int      `json:"spendPerDay,omitempty"`      // cents; 0 is no limit
	NightSpendPerDay int      `json:"nightSpendPerDay,omitempty"` // cents, from 20 o'clock to 7
	BlockedPrefixes  []string `json:"blockedPrefixes,omitempty"`  // numbers that nobody may call
}

// Spent is what a customer's calls have cost in a day or a night.
type Spent struct {
	Customer ID
	Period   string // 2026-03-04, or 2026-03-04N for the night that began then
	Amount   int64  // sixtieths of a cent: a second at one cent a minute
}

const (
	maxPatterns = 1000
	maxRates    = 20_000
	maxLimit    = 1_000_000
	maxCents    = 1_000_000_000
)

// Apply is how the trunk wants the number.
func (p TrunkPattern) Apply(number string) string {
	if p.Strip == 0 && p.Prepend == "" {
		return number
	}
	digits := digitsOf(number)
	return p.Prepend + digits[min(p.Strip, len(digits)):]
}

// Serves says whether the calls of a customer may leave by the trunk, and those
// for the customer come in on it.
func (t *Trunk) Serves(c *Customer) bool {
	return t.Customer == c.ID || t.Shared && c.ParentReseller == t.Customer || slices.Contains(t.Customers, c.ID)
}

// Blocks says whether nobody of the customer may call the number.
func (l *CustomerLimits) Blocks(number string) bool {
	return slices.ContainsFunc(l.BlockedPrefixes, func(p string) bool { return HasPrefix(number, p) })
}

// HasPrefix says whether a number begins with a prefix. One with a plus is of
// numbers in E.164 alone: 112 does not begin with +1. One without is of short
// numbers, too.
func HasPrefix(number, prefix string) bool {
	if strings.HasPrefix(prefix, "+") {
		return strings.HasPrefix(number, prefix)
	}
	return strings.HasPrefix(digitsOf(number), prefix)
}

func digitsOf(number string) string { return strings.TrimPrefix(number, "+") }

// isPrefix takes digits, with or without a plus; none of them is every number.
func isPrefix(s string) bool { return len(s) <= 16 && strings.Trim(digitsOf(s), "0123456789") == "" }

func (o *TrunkOut) faults() (fs Faults) {
	if len(o.Patterns) > maxPatterns {
		return Faults{unlisted("outbound.patterns", mustBe(fmt.Sprintf("an array of at most %d", maxPatterns)))}
	}
	seen := map[string]bool{}
	for i, p := range o.Patterns {
		key := func(name string) string { return at("outbound.patterns", i, "."+name) }
		fs = append(fs, prefixFaults(key("prefix"), p.Prefix, seen)...)
		if p.Strip < 0 || p.Strip > 15 {
			fs = append(fs, unlisted(key("strip"), mustBe("a Number from 0 to 15")))
		}
		if len(p.Prepend) > 16 || strings.Trim(digitsOf(p.Prepend), "0123456789*#") != "" {
			fs = append(fs, unlisted(key("prepend"), "Prefix is invalid"))
		}
		if p.Priority < 0 || p.Priority > 1000 {
			fs = append(fs, unlisted(key("priority"), mustBe("a Number from 0 to 1000")))
		}
	}
	return fs
}

func rateFaults(rates []TrunkRate) (fs Faults) {
	if len(rates) > maxRates {
		return Faults{unlisted("rates", mustBe(fmt.Sprintf("an array of at most %d", maxRates)))}
	}
	seen := map[string]bool{}
	for i, r := range rates {
		fs = append(fs, prefixFaults(at("rates", i, ".prefix"), r.Prefix, seen)...)
		if r.CentsPerMinute < 0 || r.CentsPerMinute > maxLimit {
			fs = append(fs, unlisted(at("rates", i, ".centsPerMinute"), mustBe(fmt.Sprintf("a Number from 0 to %d", maxLimit))))
		}
	}
	return fs
}

// prefixFaults judges one of several prefixes, of which seen are the others.
func prefixFaults(key, prefix string, seen map[string]bool) Faults {
	if !isPrefix(prefix) {
		return Faults{unlisted(key, "Prefix is invalid")}
	}
	if seen[digitsOf(prefix)] {
		return Faults{unlisted(key, "Prefix is there twice")}
	}
	seen[digitsOf(prefix)] = true
	return nil
}

func (l *CallLimits) faults(of string) (fs Faults) {
	for _, n := range []struct {
		key   string
		value int
	}{{"calls", l.Calls}, {"callsPerSecond", l.CallsPerSecond}} {
		if n.value < 0 || n.value > maxLimit {
			fs = append(fs, unlisted(of+n.key, mustBe(fmt.Sprintf("a Number from 0 to %d", maxLimit))))
		}
	}
	return fs
}

func (l *CustomerLimits) faults() (fs Faults) {
	fs = append(fs, l.CallLimits.faults("limits.")...)
	for _, n := range []struct {
		key   string
		value int
	}{{"spendPerDay", l.SpendPerDay}, {"nightSpendPerDay", l.NightSpendPerDay}} {
		if n.value < 0 || n.value > maxCents {
			fs = append(fs, unlisted("limits."+n.key, mustBe(fmt.Sprintf("a Number from 0 to %d", maxCents))))
		}
	}
	if len(l.BlockedPrefixes) > maxElements {
		return append(fs, unlisted("limits.blockedPrefixes", mustBe(fmt.Sprintf("an array of at most %d", maxElements))))
	}
	seen := map[string]bool{}
	for i, p := range l.BlockedPrefixes {
		fs = append(fs, prefixFaults(at("limits.blockedPrefixes", i, ""), p, seen)...)
	}
	return fs
}

func (t *Trunk) sharingFaults(refs References) (fs Faults) {
	if len(t.Customers) > maxElements {
		return Faults{unlisted("customers", mustBe(fmt.Sprintf("an array of at most %d", maxElements)))}
	}
	for i, id := range t.Customers {
		switch {
		case refs.Customer(id) == nil:
			fs = append(fs, absent(at("customers", i, ""), "Customer not found"))
		case slices.Contains(t.Customers[:i], id):
			fs = append(fs, unlisted(at("customers", i, ""), "Customer is there twice"))
		}
	}
	return fs
}
