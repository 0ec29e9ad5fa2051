package sip

import "strings"

// Number is the telephone number that a URI names: a tel URI (RFC 3966), or the
// user of a sip URI, which may be a telephone-subscriber too (RFC 3261 section
// 19.1.1). It is digits, * and #, with a plus before a global one; visual
// separators and parameters are gone. It is false for what is no number.
func Number(u URI) (string, bool) {
	switch u.Scheme {
	case "tel":
		return subscriber(u.Raw())
	case "sip", "sips":
		return subscriber(unescaped(u.User))
	}
	return "", false
}

func subscriber(s string) (string, bool) {
	s, _, _ = strings.Cut(s, ";")
	digits, global := strings.CutPrefix(s, "+")
	b := make([]byte, 0, len(s))
	if global {
		b = append(b, '+')
	}
	n := len(b)
	for i := range len(digits) {
		switch c := digits[i]; {
		case '0' <= c && c <= '9', !global && (c == '*' || c == '#'):
			b = append(b, c)
		case c == '-' || c == '.' || c == '(' || c == ')':
		default:
			return "", false
		}
	}
	return string(b), len(b) > n
}
