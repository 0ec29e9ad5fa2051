package b2bua

import (
	"time"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/session"
)

// Lines are the trunks, which lead to the world outside.
type Lines interface {
	// Inbound says whether an INVITE without credentials comes in on a trunk. It
	// does not block.
	Inbound(req *sip.Request, f sip.Flow) (*Arrival, bool)
	// Outbound says how a number that was dialled leaves, the best way first. It does
	// not block.
	Outbound(d Departure) ([]*Way, *Refusal)
	// Inside counts a call of a phone that stays in the house, or says why it may not
	// be. The ticket is nil where nothing is limited.
	Inside(by phone.ID) (Ticket, *Refusal)
}

// Stranger is who calls from or into the world, as one side tells the other.
type Stranger struct {
	Number  string // "" is not known
	Name    string
	Private bool // not to be shown
}

// Arrival is a call that comes in on a trunk.
type Arrival struct {
	Trunk    phone.ID
	Customer phone.ID // whose number is called; "" when it is nobody's
	Number   string   // that is called
	Goto     phone.ID // where the trunk's calls go; "" is nowhere
	SRTP     string
	Caller   Stranger
	Begin    func() (Ticket, *Refusal) // counts the call, or says why it may not come in
}

// Departure is a call that wants to leave.
type Departure struct {
	Customer  phone.ID
	Phone     phone.ID // who calls; "" when nobody of ours does, as in a forward
	Dialled   string
	Caller    Stranger
	Forwarded bool // Caller is who has called us: shown, but not vouched for
}

// Way is how one call leaves by one trunk. The functions belong to that call.
type Way struct {
	Trunk   phone.ID
	Number  string // that is called, E.164
	SRTP    string
	URI     sip.URI
	From    session.Party
	Headers []sip.Header // who calls, for the trunk

	// Begin counts the call, or says why it must not leave; over is called, on any
	// goroutine, when it must end.
	Begin func(over func()) (Ticket, *Refusal)
	// Next finds the next place to send the INVITE to, and the Route that requests
	// there need. on is called once, perhaps at once; an error is the end of this way.
	Next func(on func(f sip.Flow, routes string, err error))
	// Failed and Succeeded say what became of the place that Next gave.
	Failed    func(retryAfter time.Duration)
	Succeeded func()
	// Ahead is the credentials that spare the INVITE a challenge; nil for none, and it
	// may be nil itself.
	Ahead func() sip.Header
	// Authorize answers a challenge.
	Authorize func(req *sip.Request, res *sip.Response) (sip.Header, error)
}

// Ticket is a call that counts for the limits of its trunk, customer or phone.
type Ticket interface {
	Answered()
	End()
}

// Refusal is why a call does not leave or come in, as the caller is told.
type Refusal struct {
	Code   int
	Phrase string
}

// outcome is a refusal as the end of a call.
func (r *Refusal) outcome() *outcome {
	why := phone.EndError
	switch r.Code {
	case 403:
		why = phone.EndBlocked
	case 404:
		why = phone.EndNotFound
	}
	return &outcome{phone.EndedBySystem, why, r.Code, r.Phrase}
}
