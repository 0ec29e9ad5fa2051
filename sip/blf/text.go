package blf

import (
	"encoding/xml"
	"net/url"
	"strconv"
	"strings"

	"ringfence/sip"
)

func attribute(b *strings.Builder, name, value string) {
	b.WriteString(" " + name + `="` + escaped(value) + `"`)
}

// escaped is a text as it stands in XML, also between quotes.
func escaped(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes all
	return b.String()
}

// plain says whether there is nothing to escape, which is usual.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || strings.IndexByte(`"'&<>`, c) >= 0 {
			return false
		}
	}
	return true
}

func decimal(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

// userOf is a number as the user part of a URI.
func userOf(number string) string {
	const unescaped = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz*+-._"
	var b strings.Builder
	for i := range len(number) {
		if c := number[i]; strings.IndexByte(unescaped, c) >= 0 {
			b.WriteByte(c)
		} else {
			b.WriteString("%" + strings.ToUpper(strconv.FormatUint(uint64(c)|0x100, 16)[1:]))
		}
	}
	return b.String()
}

// numberIn is the number that a URI names: its user part without parameters and
// escapes.
func numberIn(u sip.URI) string {
	user, _, _ := strings.Cut(u.User, ";")
	if whole, err := url.PathUnescape(user); err == nil {
		return whole
	}
	return user
}

// param is a parameter of a header field's value, "" when it has none.
func param(value, name string) string {
	_, rest, _ := strings.Cut(value, ";")
	for rest != "" {
		var k, v string
		if k, v, rest = sip.NextParam(rest); strings.EqualFold(k, name) {
			return v
		}
	}
	return ""
}

func field(req *sip.Request, name string) (string, bool) {
	if h := req.GetHeader(name); h != nil {
		return strings.TrimSpace(h.Value()), true
	}
	return "", false
}

func tagOf(p sip.Params) string { return p.GetOr("tag", "") }
