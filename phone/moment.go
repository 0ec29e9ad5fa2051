package phone

import (
	"strings"
	"time"
)

// Moment brings a time into the form of the API: UTC, whole milliseconds, which
// encoding/json writes as RFC 3339 with Z.
func Moment(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// ParseDate reads a date of the API, false when it is none. Beside RFC 3339 it
// takes a plain day, and the stray dash before the T that the API page's own
// example has.
func ParseDate(s string) (time.Time, bool) {
	s = strings.Replace(s, "-T", "T", 1)
	for _, form := range []string{time.RFC3339Nano, time.DateOnly} {
		// Years outside these have no RFC 3339 form in UTC.
		if t, err := time.Parse(form, s); err == nil && t.UTC().Year() >= 0 && t.UTC().Year() <= 9999 {
			return Moment(t), true
		}
	}
	return time.Time{}, false
}
