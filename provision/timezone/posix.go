package timezone

import (
	"strconv"
	"strings"
)

// A rule for TZ as POSIX has it: std offset [dst [offset] , begin , end], with the
// names quoted as <+03> where they are not letters, and begin and end as
// Mmonth.week.weekday[/time].

// afterName is what follows the name of a zone.
func afterName(rule string) string {
	if strings.HasPrefix(rule, "<") {
		return rule[strings.IndexByte(rule, '>')+1:]
	}
	return strings.TrimLeft(rule, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
}

// posixOffset reads a name and its offset in minutes west of Greenwich, and
// returns what follows.
func posixOffset(rule string) (minutes int, rest string) {
	rule = afterName(rule)
	end := len(rule) - len(strings.TrimLeft(rule, "+-0123456789:"))
	return posixMinutes(rule[:end]), rule[end:]
}

// posixMinutes reads [+-]hours[:minutes].
func posixMinutes(s string) int {
	hours, minutes, _ := strings.Cut(s, ":")
	h, _ := strconv.Atoi(hours)
	m, _ := strconv.Atoi(minutes)
	if strings.HasPrefix(hours, "-") {
		m = -m
	}
	return h*60 + m
}

// posixChange reads Mmonth.week.weekday[/time]; the time is two o'clock unless it
// is said.
func posixChange(s string) Change {
	day, at, found := strings.Cut(s, "/")
	c := Change{Minute: 120}
	if found {
		c.Minute = posixMinutes(at)
	}
	for i, part := range strings.Split(strings.TrimPrefix(day, "M"), ".") {
		n, _ := strconv.Atoi(part)
		switch i {
		case 0:
			c.Month = n
		case 1:
			c.Week = n
		case 2:
			c.Weekday = n
		}
	}
	return c
}
