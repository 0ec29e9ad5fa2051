package digest

import (
	"fmt"
	"strings"
)

// scanner reads a header value from the left; rest is what is still to come.
type scanner struct{ rest string }

// scheme steps over "Digest" and requires the blank behind it.
func (s *scanner) scheme() error {
	s.blank()
	if !strings.EqualFold(s.token(), "Digest") {
		return ErrScheme
	}
	if !s.skip(' ') && !s.skip('\t') {
		return fmt.Errorf("%w: nothing after the scheme", ErrSyntax)
	}
	return nil
}

// pair reads name, "=" and value, with blanks where RFC 3261 section 25.1
// allows them. A value may be quoted or not, whatever its parameter: peers do
// not agree on it, and the value is the same.
func (s *scanner) pair() (name, value string, err error) {
	s.blank()
	name = strings.ToLower(s.token())
	if s.blank(); name == "" || !s.skip('=') {
		return "", "", fmt.Errorf("%w: not a name and an equals sign", ErrSyntax)
	}
	if s.blank(); s.skip('"') {
		value, err = s.quoted()
		return name, value, err
	}
	if value = s.token(); value == "" {
		return "", "", fmt.Errorf("%w: a value is missing", ErrSyntax)
	}
	return name, value, nil
}

// quoted reads up to the closing quote; the opening one is behind us.
func (s *scanner) quoted() (string, error) {
	escape, escapes := false, 0
	for i, c := range []byte(s.rest) {
		switch {
		case isControl(rune(c)):
			return "", fmt.Errorf("%w: a control character in a value", ErrSyntax)
		case escape:
			escape = false
		case c == '\\':
			escape = true
			escapes++
		case c == '"':
			text := s.rest[:i]
			s.rest = s.rest[i+1:]
			return unescape(text, escapes), nil
		}
	}
	return "", fmt.Errorf("%w: a quote is not closed", ErrSyntax)
}

func (s *scanner) token() string {
	i := 0
	for i < len(s.rest) && isToken(s.rest[i]) {
		i++
	}
	token := s.rest[:i]
	s.rest = s.rest[i:]
	return token
}

func (s *scanner) blank() { s.rest = strings.TrimLeft(s.rest, " \t") }

func (s *scanner) skip(c byte) bool {
	if s.rest == "" || s.rest[0] != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

// isToken is the token rule of RFC 3261 section 25.1.
func isToken(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		strings.IndexByte("-.!%*_+`'~", c) >= 0
}

// isControl is what no quoted string may hold, not even escaped: a line break
// would begin a header of its own.
func isControl(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }
