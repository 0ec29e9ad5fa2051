package sip

import "strings"

// What an Outline has of a header field as it was written is read here: Contacts
// and Path. Scan or Parse have found it well-formed, so nothing is judged again.

// SplitAddress splits a name-addr or addr-spec into its URI and what comes after,
// from the first semicolon.
func SplitAddress(value string) (uri, params string) {
	i := 0
	if strings.HasPrefix(value, `"`) {
		i = closingQuote(value) + 1
	}
	if _, rest, ok := strings.Cut(value[i:], "<"); ok {
		uri, params, _ = strings.Cut(rest, ">")
		return uri, params
	}
	if i := strings.IndexByte(value, ';'); i >= 0 {
		return trimEnd(value[:i]), value[i:]
	}
	return value, ""
}

// NextParam takes one off the front of parameters, ";name=value"; a quoted value
// keeps its quotes. When there is no rest, it was the last.
func NextParam(params string) (name, value, rest string) {
	s := strings.TrimLeft(params, ";"+blanks)
	end, open := 0, false
	for end < len(s) && s[end] != ';' {
		if s[end] == '"' && !open {
			quote := closingQuote(s[end:])
			open = quote < 0 // see list
			end += max(0, quote)
		}
		end++
	}
	name, value, _ = strings.Cut(s[:end], "=")
	return trim(name), trim(value), s[end:]
}
