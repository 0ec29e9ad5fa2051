package sip

import "errors"

var (
	// ErrTimeout ends a transaction: no response in 64*T1 (timers B and F of
	// RFC 3261 section 17.1), or no ACK (timer H, and section 13.3.1.4).
	ErrTimeout = errors.New("sip: transaction timed out")
	// ErrClosed ends what is open when the stack closes, and is what a closed
	// stack answers.
	ErrClosed = errors.New("sip: stack is closed")
	// ErrAnswered is what Respond gives after a final response.
	ErrAnswered = errors.New("sip: request has its final response")
	// ErrConnection is what a flow gives whose connection has gone.
	ErrConnection = errors.New("sip: connection is closed")
	// ErrSlow is what a flow gives whose peer does not read; its connection is
	// closed.
	ErrSlow = errors.New("sip: peer does not read")
	// ErrNoFlow is what sending on the zero Flow gives.
	ErrNoFlow = errors.New("sip: no flow")
	// ErrUnsafe is what sending gives for a message with CR, LF or NUL within
	// its start-line or header fields.
	ErrUnsafe = errors.New("sip: line break or NUL in header")
	// ErrTooLarge is what sending gives for a message over 65535 bytes.
	ErrTooLarge = errors.New("sip: message over 65535 bytes")
	// ErrOldCSeq is a request out of order within its dialog: answer 500
	// (RFC 3261 section 12.2.2).
	ErrOldCSeq = errors.New("sip: CSeq is lower than the last")
)
