package digest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// What strangers may send us. A digest header of a real phone has at most
// fourteen parameters in some four hundred characters.
const (
	maxValue  = 2048 // bytes of one header value
	maxParams = 24
)

// The reasons why a header value is refused.
var (
	ErrScheme = errors.New("not of the Digest scheme")
	ErrTooBig = errors.New("too long or too many parameters")
	ErrSyntax = errors.New("malformed")
)

// param is one of the parameters that we read.
type param uint8

const (
	username param = iota
	realm
	nonce
	uri
	response
	algorithm
	opaque
	cnonce
	qop
	nc
	stale
	unknown
)

// names are how those are written that can be missing.
var names = [unknown]string{
	username: "username", realm: "realm", nonce: "nonce", uri: "uri", response: "response", cnonce: "cnonce", nc: "nc",
}

// paramOf knows a parameter by its name in lower case.
func paramOf(name string) param {
	switch name {
	case "username":
		return username
	case "realm":
		return realm
	case "nonce":
		return nonce
	case "uri":
		return uri
	case "response":
		return response
	case "algorithm":
		return algorithm
	case "opaque":
		return opaque
	case "cnonce":
		return cnonce
	case "qop":
		return qop
	case "nc":
		return nc
	case "stale":
		return stale
	}
	return unknown
}

// params are the parameters seen in one header.
type params struct {
	known  uint16            // one bit for each
	others [maxParams]string // the names of those that we do not read, in lower case
	more   int               // how many those are
	n      int               // how many there are in all
}

func (p *params) has(which param) bool { return p.known&(1<<which) != 0 }

// add refuses a name that came before: which of the two counts is just what
// we and the next reader of the header might see differently.
func (p *params) add(which param, name string) error {
	if p.n == maxParams {
		return ErrTooBig
	}
	if which != unknown && p.has(which) || slices.Contains(p.others[:p.more], name) {
		return fmt.Errorf("%w: a parameter comes twice", ErrSyntax)
	}
	p.n++
	if which != unknown {
		p.known |= 1 << which
		return nil
	}
	p.others[p.more] = name
	p.more++
	return nil
}

// require says which of the parameters is missing.
func (p *params) require(which ...param) error {
	for _, one := range which {
		if !p.has(one) {
			return fmt.Errorf("%w: no %s", ErrSyntax, names[one])
		}
	}
	return nil
}

// scan reads "Digest name=value, name="value"" and hands each pair to take that
// we know, the value without quotes and escapes. It returns what it has seen.
func scan(value string, take func(which param, value string) error) (seen params, err error) {
	if len(value) > maxValue {
		return seen, ErrTooBig
	}
	s := scanner{rest: value}
	if err := s.scheme(); err != nil {
		return seen, err
	}
	for {
		name, value, err := s.pair()
		if err != nil {
			return seen, err
		}
		which := paramOf(name)
		if which == unknown { // or in another case
			name = strings.ToLower(name)
			which = paramOf(name)
		}
		if err := seen.add(which, name); err != nil {
			return seen, err
		}
		if err := take(which, value); err != nil {
			return seen, err
		}
		if s.blank(); s.rest == "" {
			return seen, nil
		}
		if !s.skip(',') {
			return seen, fmt.Errorf("%w: no comma after a value", ErrSyntax)
		}
	}
}
