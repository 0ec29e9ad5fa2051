package digest

import (
	"errors"
	"fmt"
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

// params are the names seen in one header, in lower case.
type params struct {
	names [maxParams]string
	n     int
}

func (p *params) has(name string) bool {
	for _, seen := range p.names[:p.n] {
		if seen == name {
			return true
		}
	}
	return false
}

// add refuses a name that came before: which of the two counts is just what
// we and the next reader of the header might see differently.
func (p *params) add(name string) error {
	if p.n == maxParams {
		return ErrTooBig
	}
	if p.has(name) {
		return fmt.Errorf("%w: a parameter comes twice", ErrSyntax)
	}
	p.names[p.n] = name
	p.n++
	return nil
}

// require says which of the names is missing.
func (p *params) require(names ...string) error {
	for _, name := range names {
		if !p.has(name) {
			return fmt.Errorf("%w: no %s", ErrSyntax, name)
		}
	}
	return nil
}

// scan reads "Digest name=value, name="value"" and hands each pair to take, the
// name in lower case, the value without quotes and escapes. It returns the
// names.
func scan(value string, take func(name, value string) error) (params, error) {
	var seen params
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
		if err := seen.add(name); err != nil {
			return seen, err
		}
		if err := take(name, value); err != nil {
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
