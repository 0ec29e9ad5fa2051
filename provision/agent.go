package provision

import (
	"regexp"

	"ringfence/phone"
)

// agent is what a User-Agent says of who asks. Anybody can write one, so it is
// never a reason to let somebody in.
type agent struct {
	text  string
	mac   phone.MAC
	brand string // "" when it is none that we know
}

// makers are how each brand's phones begin, or mark, their User-Agents.
var makers = []struct {
	brand string
	form  *regexp.Regexp
}{
	{phone.BrandSnom, regexp.MustCompile(`(?i)\bsnom`)},
	{phone.BrandMitel, regexp.MustCompile(`(?i)^(?:aastra|mitel)`)},
	{phone.BrandCisco, regexp.MustCompile(`(?i)^(?:cisco|linksys|sipura)[/-]`)},
	{phone.BrandYealink, regexp.MustCompile(`(?i)\byealink\b`)},
	{phone.BrandGrandstream, regexp.MustCompile(`(?i)^grandstream\b`)},
	{phone.BrandGigaset, regexp.MustCompile(`(?i)\bgigaset\b`)},
}

func agentOf(userAgent string) agent {
	a := agent{text: userAgent[:min(len(userAgent), maxAsked)]}
	a.mac, _ = macIn(a.text)
	for _, m := range makers {
		if m.form.MatchString(a.text) {
			a.brand = m.brand
			break
		}
	}
	return a
}

// denies says whether who asks calls itself somebody else than the device: with
// another MAC address, or as a phone of another maker. A model of a brand that
// is no maker's can be any phone.
func (a agent) denies(mac phone.MAC, brand string) bool {
	if a.mac != "" && a.mac != mac {
		return true
	}
	for _, m := range makers {
		if m.brand == brand {
			return a.brand != "" && a.brand != brand
		}
	}
	return false
}
