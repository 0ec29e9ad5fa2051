package family

import (
	"strconv"
	"strings"

	"ringfence/provision/timezone"
)

// mitelInput is the language of the letters on the dialling keys, where one is
// known for the phone's language.
var mitelInput = map[string]string{"de": "German", "en": "English", "es": "Spanish", "fr": "French", "it": "Italian"}

// InputLanguage is "" where it is not known.
func (v *mitelView) InputLanguage() string { return mitelInput[v.Language] }

// LanguageFile is that of the phone's language, "" for the one it is born with. It
// lies beside the firmware, with which it comes.
func (v *mitelView) LanguageFile() string {
	if v.Language == "" || v.Language == "en" {
		return ""
	}
	return v.beside() + "lang_" + v.Language + ".txt"
}

// mitelTones are the countries with call progress tones of their own; the rest of
// Europe has a set together.
var mitelTones = map[string]string{"AU": "Australia", "DE": "Germany", "FR": "France", "GB": "UK", "IT": "Italy", "US": "US"}

// ToneSet is the set of call progress tones, "" leaves it to the phone.
func (v *mitelView) ToneSet() string {
	if v.Zone == nil {
		return ""
	}
	if set := mitelTones[v.Zone.Country]; set != "" || !strings.HasPrefix(v.Zone.Name, "Europe/") {
		return set
	}
	return "Europe"
}

// mitelClock is a time zone in the phones' words.
type mitelClock struct {
	Minutes int // west of Greenwich
	Saving  int
	Changes []mitelChange
}

// mitelChange is a line about the beginning or the end of daylight saving.
type mitelChange struct{ Key, Value string }

// Clock is nil where the zone is not known.
func (v *mitelView) Clock() *mitelClock {
	if v.Zone == nil {
		return nil
	}
	c := &mitelClock{Minutes: -v.Zone.Standard}
	if begin, end, ok := v.Zone.Summer(); ok {
		c.Saving = v.Zone.Saving
		c.Changes = append(mitelChanges("start", begin), mitelChanges("end", end)...)
	}
	return c
}

// mitelChanges counts weekdays from 1 for Sunday; the last week is -1. It knows
// whole hours of one day.
func mitelChanges(which string, c timezone.Change) []mitelChange {
	week := strconv.Itoa(c.Week)
	if c.Week == 5 {
		week = "-1"
	}
	key := func(what string) string { return "dst " + which + " " + what }
	return []mitelChange{
		{key("month"), strconv.Itoa(c.Month)}, {key("week"), week},
		{key("day"), strconv.Itoa(c.Weekday + 1)}, {key("hour"), strconv.Itoa(c.Hour())},
	}
}
