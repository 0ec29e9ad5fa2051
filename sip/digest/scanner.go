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
	name = s.token()
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
	rest, escapes := s.rest, 0
	for i := run(rest, 0, plain); i < len(rest); i = run(rest, i, plain) {
		switch c := rest[i]; {
		case c == '"':
			s.rest = rest[i+1:]
			return unescape(rest[:i], escapes), nil
		case c != '\\' || i+1 < len(rest) && isControl(rune(rest[i+1])):
			return "", fmt.Errorf("%w: a control character in a value", ErrSyntax)
		}
		escapes++
		i += 2
	}
	return "", fmt.Errorf("%w: a quote is not closed", ErrSyntax)
}

func (s *scanner) token() string {
	i := run(s.rest, 0, token)
	text := s.rest[:i]
	s.rest = s.rest[i:]
	return text
}

// run is where the characters of a class end that begin at from.
func run(text string, from int, class uint8) int {
	for from < len(text) && classes[text[from]]&class != 0 {
		from++
	}
	return from
}

func (s *scanner) blank() {
	for s.rest != "" && (s.rest[0] == ' ' || s.rest[0] == '\t') {
		s.rest = s.rest[1:]
	}
}

func (s *scanner) skip(c byte) bool {
	if s.rest == "" || s.rest[0] != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

// What a character may be.
const (
	token uint8 = 1 << iota // of a token
	plain                   // of a quoted string, standing for itself
)

// classes are those of each byte: a table, since a header is looked at byte by
// byte.
var classes = func() (t [256]uint8) {
	for i := range t {
		if isToken(byte(i)) {
			t[i] |= token
		}
		if c := byte(i); c != '"' && c != '\\' && !isControl(rune(c)) {
			t[i] |= plain
		}
	}
	return t
}()

// isToken is the token rule of RFC 3261 section 25.1.
func isToken(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		strings.IndexByte("-.!%*_+`'~", c) >= 0
}

// isControl is what no quoted string may hold, not even escaped: a line break
// would begin a header of its own.
func isControl(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }
