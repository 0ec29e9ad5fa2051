package media

import (
	"errors"
	"fmt"
)

// Why a session description is refused. Each is answered with 488 (RFC 3261
// section 21.4.26); the error that is returned wraps one of them and says where.
var (
	ErrMalformed = errors.New("malformed session description")
	ErrTooLarge  = errors.New("session description is too large")
	ErrNoAudio   = errors.New("session description offers no audio")
	ErrProfile   = errors.New("no audio has a profile that is relayed")
)

// malformed says what is wrong with a line, never what the line says.
func malformed(l line, fault string) error {
	return fmt.Errorf("%w: line %d (%c=): %s", ErrMalformed, l.number, l.kind, fault)
}
