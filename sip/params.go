package sip

import (
	"iter"
	"strings"
)

// closingQuote is the index of the quote that ends the quoted string at the
// start of s, or -1.
func closingQuote(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

// parseParams reads *( SEMI name [ EQUAL value ] ). Names become lower-case.
// The same name twice is an error: a second tag or branch is a trap.
func parseParams(s string) (Params, error) { return (*kit)(nil).parseParams(s, 0) }

// parseParams leaves room for some more.
func (k *kit) parseParams(s string, more int) (Params, error) {
	s = trim(s)
	if s == "" {
		return nil, nil
	}
	if s[0] != ';' {
		return nil, errParams
	}
	ps := k.newParams(min(strings.Count(s, ";"), maxParams) + more)
	if strings.IndexByte(s, '"') < 0 {
		if ps, ok := plainList(ps, s); ok {
			return ps, nil
		}
	}
	return parseEach(ps, s)
}

// parseEach adds the parameters of s one by one.
func parseEach(ps Params, s string) (Params, error) {
	for part := range list(s[1:], ';') {
		if part == "" {
			continue // a trailing semicolon, seen in the field
		}
		p, err := parseParam(part)
		if err != nil || ps.Has(p.K) || len(ps) == maxParams {
			return nil, errParams
		}
		ps = append(ps, p)
	}
	if len(ps) == 0 {
		return nil, nil
	}
	return ps, nil
}

// plainList adds the parameters of s, if they are of the usual form.
func plainList(ps Params, s string) (Params, bool) {
	w := paramWalk{text: s}
	for w.next() {
		ps = append(ps, Param{K: strings.ToLower(w.name), V: w.value})
	}
	return ps, w.over()
}

func parseParam(s string) (Param, error) {
	name, value, given := strings.Cut(s, "=")
	name = strings.ToLower(trimEnd(name))
	value = value[blanksEnd(value, 0):]
	if !token(name) || given && value == "" {
		return Param{}, errParams
	}
	if !strings.HasPrefix(value, `"`) {
		if strings.ContainsAny(value, " \t\"") {
			return Param{}, errParams
		}
		return Param{K: name, V: value}, nil
	}
	if closingQuote(value) != len(value)-1 {
		return Param{}, errParams
	}
	if strings.ContainsAny(value, blanks) {
		value = value[1 : len(value)-1] // the message model quotes it again
	}
	return Param{K: name, V: value}, nil
}

// list gives the parts of s between separators that are neither in quotes nor
// in angle brackets, without the blanks around them.
func list(s string, separator byte) iter.Seq[string] {
	return func(yield func(string) bool) {
		start, bracket, open := 0, false, false
		for i := 0; i < len(s); i++ {
			switch c := s[i]; {
			case c == '"' && !bracket && !open:
				end := closingQuote(s[i:])
				open = end < 0 // and so would all that follow be: nobody looks to the end for each
				i += max(0, end)
			case c == '<':
				bracket = true
			case c == '>':
				bracket = false
			case c == separator && !bracket:
				if !yield(trim(s[start:i])) {
					return
				}
				start = i + 1
			}
		}
		yield(trim(s[start:]))
	}
}
