package phone

import (
	"iter"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Dialled is a number of the world outside, as it was dialled.
type Dialled struct {
	Number    string // E.164 with its plus; a short or emergency number as it is
	Emergency bool
}

// DialPlan is how a customer's numbers are read.
type DialPlan struct {
	Country string // ISO 3166-1 alpha-2, or "": then only numbers with + or 00 are read
	Prefix  string // that may be dialled before a national number
}

// DialPlanOf is that of a customer with its settings; either may be nil.
func DialPlanOf(c *Customer, s *Settings) (d DialPlan) {
	if c != nil {
		d.Country = c.Country
	}
	if s != nil {
		d.Prefix = s.NationalPrefix
	}
	return d
}

// Read finds out which number of the world was dialled; false when it is none.
func (d DialPlan) Read(dialled string) (Dialled, bool) {
	number := plainNumber(dialled)
	stripped, prefixed := number, false
	if d.Prefix != "" {
		stripped, prefixed = strings.CutPrefix(number, d.Prefix)
	}
	switch {
	case number == "" || strings.Trim(digitsOf(number), "0123456789") != "":
		return Dialled{}, false
	case d.IsEmergency(number):
		return Dialled{number, true}, true
	case prefixed && d.IsEmergency(stripped):
		return Dialled{stripped, true}, true
	}
	// As it is, if that is a number in use; then without the prefix. Plans have
	// ranges that our tables do not know yet, so the mere form counts last.
	for _, known := range []bool{true, false} {
		for _, n := range [...]string{number, stripped} {
			if world, ok := d.world(n, known); ok {
				return Dialled{Number: world}, true
			}
		}
	}
	if d.isShort(number) {
		return Dialled{Number: number}, true
	}
	return Dialled{stripped, false}, prefixed && d.isShort(stripped)
}

// everywhere are emergency numbers wherever one is (3GPP TS 22.101 section 10.1).
const everywhere = " 112 911 "

// IsEmergency says whether that is what the number is, as it stands.
func (d DialPlan) IsEmergency(number string) bool {
	if d.Country != "" && phonenumbers.IsEmergencyNumber(number, d.Country) {
		return true
	}
	return d.Country == "" && number != "" && strings.Contains(everywhere, " "+number+" ")
}

// world gives the number in E.164. A known one is in use as far as the tables
// tell; others are only as long as one can be.
func (d DialPlan) world(number string, known bool) (string, bool) {
	if abroad, ok := strings.CutPrefix(number, "00"); ok {
		number = "+" + abroad
	}
	if d.Country == "" && !strings.HasPrefix(number, "+") {
		return "", false
	}
	n, err := phonenumbers.Parse(number, d.Country)
	if err != nil || known && !phonenumbers.IsValidNumber(n) ||
		phonenumbers.IsPossibleNumberWithReason(n) != phonenumbers.IS_POSSIBLE {
		return "", false
	}
	world := phonenumbers.Format(n, phonenumbers.E164)
	return world, isE164(world)
}

// isShort says whether the country has it as a short number, such as that of a
// directory.
func (d DialPlan) isShort(number string) bool {
	if d.Country == "" || len(number) > maxLocal {
		return false
	}
	n, err := phonenumbers.Parse(number, d.Country)
	return err == nil && phonenumbers.IsValidShortNumberForRegion(n, d.Country) && !strings.HasPrefix(number, "+")
}

// World reads a number that a line has sent, which may be written in several
// ways: 4570305052 may lack its plus. It tells the readings, the likeliest first;
// most numbers come with a plus, and need no tables.
func (d DialPlan) World(number string) iter.Seq[string] {
	return func(yield func(string) bool) {
		number := plainNumber(number)
		digits, plus := strings.CutPrefix(number, "+")
		if digits == "" || strings.Trim(digits, "0123456789") != "" || plus && isE164(number) && !yield(number) {
			return
		}
		for _, n := range [...]string{number, "+" + digits} {
			if world, ok := d.world(n, true); ok && !yield(world) {
				return
			}
		}
		if !plus && isE164("+"+digits) {
			yield("+" + digits)
		}
	}
}

// Written is a number of the world in the form that a line wants; the country is
// that whose national numbers it knows.
func (s *TrunkSIP) Written(number, country string) string {
	if !strings.HasPrefix(number, "+") {
		return number
	}
	switch s.CallerID {
	case CallerIDE164:
		return digitsOf(number)
	case CallerIDNational:
		n, err := phonenumbers.Parse(number, "")
		if err == nil && country != "" && int(n.GetCountryCode()) == phonenumbers.GetCountryCodeForRegion(country) {
			return plainNumber(phonenumbers.Format(n, phonenumbers.NATIONAL))
		}
	}
	return number
}

// plainNumber is a number without what people write between its digits.
func plainNumber(number string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(separators, r) {
			return -1
		}
		return r
	}, number)
}
