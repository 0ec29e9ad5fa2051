package family

import (
	"fmt"

	"ringfence/provision/timezone"
)

// grandstreamLanguages are the codes of the languages that phones have, where they
// are not those of ISO 639-1.
var grandstreamLanguages = map[string]string{
	"ar": "ar", "cs": "cz", "de": "de", "en": "en", "es": "es", "fr": "fr", "he": "he", "hr": "hr", "hu": "hu", "it": "it",
	"ja": "ja", "ko": "ko", "lv": "lv", "nl": "nl", "pl": "pl", "pt": "pt", "ru": "ru", "sl": "sl", "sv": "se", "tr": "tr", "zh": "zh",
}

// Speaks is the language of the screen.
func (v *grandstreamView) Speaks() string { return grandstreamLanguages[v.Language] }

// Clock is the time zone in the phones' form of a rule for TZ, whose names are of
// no account.
func (v *grandstreamView) Clock() string {
	z := v.Zone
	if z == nil {
		return ""
	}
	rule := "STD" + westward(z.Standard)
	if begin, end, ok := z.Summer(); ok {
		rule += "DST" + westward(z.Standard+z.Saving) + grandstreamChange(begin) + grandstreamChange(end)
	}
	return rule
}

// westward is an offset in hours to the west.
func westward(minutes int) string {
	if minutes > 0 {
		return "-" + hours(minutes)
	}
	return "+" + hours(-minutes)
}

func grandstreamChange(c timezone.Change) string {
	return fmt.Sprintf(",M%d.%d.%d/%d", c.Month, c.Week, c.Weekday, min(max(c.Minute/60, 0), 24))
}
