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
	ErrNoMedia   = errors.New("session description has no audio or video")
	ErrProfile   = errors.New("no stream has a profile that is relayed")
	ErrSRTP      = errors.New("encryption is required on one side and not had on the other")
)

// ErrNoOffer says that an answer belongs to no offer of this link.
var ErrNoOffer = errors.New("session description answers no offer")

// ErrClosed says that an end, or the engine, has been closed.
var ErrClosed = errors.New("media end is closed")

// malformed says what is wrong with a line, never what the line says.
func malformed(l line, fault string) error {
	return fmt.Errorf("%w: line %d (%c=): %s", ErrMalformed, l.number, l.kind, fault)
}
