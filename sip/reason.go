package sip

import (
	"strconv"
	"strings"
)

// Reason is why something was sent (RFC 3326).
type Reason struct {
	Protocol string // "SIP", "Q.850", or another token
	Cause    int    // 0 when not given
	Text     string // without its quotes
}

// ParseReason reads one value.
func ParseReason(value string) (Reason, bool) {
	protocol, rest := value, ""
	if i := strings.IndexByte(value, ';'); i >= 0 {
		protocol, rest = value[:i], value[i:]
	}
	protocol = trim(protocol)
	ps, err := parseParams(rest)
	if !token(protocol) || err != nil {
		return Reason{}, false
	}
	r := Reason{Protocol: protocol, Text: unquoted(ps.GetOr("text", ""))}
	if cause, given := ps.Get("cause"); given {
		n, err := decimal(cause, 1<<16-1)
		if err != nil {
			return Reason{}, false
		}
		r.Cause = n
	}
	return r, true
}

// String is the value of the header field.
func (r Reason) String() string {
	s := r.Protocol
	if r.Cause > 0 {
		s += ";cause=" + strconv.Itoa(r.Cause)
	}
	if r.Text != "" {
		s += `;text="` + quotable(r.Text) + `"`
	}
	return s
}

// Header is for a BYE or CANCEL of ours.
func (r Reason) Header() Header { return NewHeader("Reason", r.String()) }

// quotable escapes what may not stand between quotes (RFC 3261 section 25.1), and
// leaves out what may not stand in a line.
func quotable(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c >= ' ' && c != 0x7f || c == '\t':
			b.WriteByte(c)
		}
	}
	return b.String()
}
