package sip

import (
	"iter"
	"slices"
	"strings"
)

// namedFields gives the header fields of a name.
func namedFields(m Message, name string) iter.Seq[Header] {
	return func(yield func(Header) bool) {
		for _, h := range headersOf(m) {
			if named(h.Name(), name) && !yield(h) {
				return
			}
		}
	}
}

// texts gives the values of a header field, of all lines and each list taken
// apart.
func texts(m Message, name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		n := 0
		for h := range namedFields(m, name) {
			for v := range list(h.Value(), ',') {
				if n++; n > maxFields || v != "" && !yield(v) {
					return
				}
			}
		}
	}
}

func headersOf(m Message) []Header {
	switch m := m.(type) {
	case *Request:
		return m.Headers()
	case *Response:
		return m.Headers()
	}
	return nil
}

// Tokens are the values of a list of tokens, such as Supported, Require or Allow.
func Tokens(m Message, name string) iter.Seq[string] { return texts(m, name) }

// HasToken says whether a list of tokens has one, in any spelling.
func HasToken(m Message, name, token string) bool {
	for _, h := range headersOf(m) {
		if !named(h.Name(), name) {
			continue
		}
		for rest, more := h.Value(), true; more; {
			var t string
			t, rest, more = strings.Cut(rest, ",")
			if named(trim(t), token) {
				return token != ""
			}
		}
	}
	return false
}

// Unsupported are the option tags that a request requires and that are not among
// the known ones: they go into the Unsupported of a 420 (RFC 3261 section 8.2.2.3).
func Unsupported(req *Request, known ...string) (tags []string) {
	for t := range texts(req, "Require") {
		same := func(k string) bool { return strings.EqualFold(k, t) }
		if !slices.ContainsFunc(known, same) && !slices.ContainsFunc(tags, same) {
			tags = append(tags, t)
		}
	}
	return tags
}

// lone gives the text of a header field that may stand only once; with two it is
// not ok.
func lone(m Message, name string) (value string, given, ok bool) {
	for h := range namedFields(m, name) {
		if given {
			return "", true, false
		}
		value, given = h.Value(), true
	}
	return value, given, true
}

// number32 reads 1*DIGIT of 32 bits.
func number32(s string) (uint32, bool) {
	n, err := decimal(s, 1<<32-1)
	return uint32(n), err == nil
}

// unquoted takes the quotes off a parameter's value, if it has kept them (see
// Params), and the backslashes.
func unquoted(s string) string {
	if len(s) > 1 && s[0] == '"' && s[len(s)-1] == '"' {
		s = s[1 : len(s)-1]
	}
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
