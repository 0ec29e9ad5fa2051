package phone

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// separators may stand between the digits of a number that a person wrote.
const separators = " -./()"

// maxLocal is how many digits a number may have that no numbering plan is asked
// about: extensions, short and emergency numbers, feature codes such as *8.
const maxLocal = 7

// dialled is a number as a phone dials it, without separators, and whether it is
// one. country, ISO 3166-1 alpha-2 or "", is where national numbers belong.
func dialled(number, country string) (string, bool) {
	number = strings.Map(func(r rune) rune {
		if strings.ContainsRune(separators, r) {
			return -1
		}
		return r
	}, number)
	plain := strings.TrimPrefix(number, "+")
	if strings.Trim(plain, "0123456789") != "" {
		return number, plain == number && isLocal(number)
	}
	return number, plain == number && isLocal(number) || inNumberingPlan(number, country)
}

// isLocal says whether it is 1 to 7 digits, with or without stars and hashes.
func isLocal(number string) bool {
	n := len(strings.Map(func(r rune) rune {
		if r == '*' || r == '#' {
			return -1
		}
		return r
	}, number))
	return isNumber(number) && n >= 1 && n <= maxLocal
}

// inNumberingPlan judges digits with or without a + before them, by their number
// alone: numbering plans open new ranges sooner than a release of ours knows
// them, and a wrong number harms only who wrote it. Both + and 00 begin an
// international number, in every country. Where no country tells how long
// a national number is, it is as long as ITU-T E.164 lets it be.
func inNumberingPlan(number, country string) bool {
	if abroad, ok := strings.CutPrefix(number, "00"); ok && isPossible("+"+abroad, "") {
		return true
	}
	if strings.HasPrefix(number, "+") || phonenumbers.GetSupportedRegions()[country] {
		return isPossible(number, country)
	}
	return isNumber(number)
}

func isPossible(number, country string) bool {
	n, err := phonenumbers.Parse(number, country)
	return err == nil && phonenumbers.IsPossibleNumber(n)
}
