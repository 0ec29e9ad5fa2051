package sip

import "net/netip"

// Outline is what one pass over a request finds, without the message model: the
// header fields that registration and a challenge need, as text. Its strings
// are good for ever; its slices are only until the call that it was given to
// returns. A stack reuses one Outline for all that a reader reads.
//
// There is one meaning: Scan gives an outline only of a request that Parse
// would take as well, and it is the same as OutlineOf gives for what Parse made
// of it.
type Outline struct {
	Method RequestMethod
	URI    Spot   // Request-URI
	Text   string // of the Request-URI, as it was written

	Via  Sender   // the top Via
	Vias []string // the values of all Via, from the top, as they were written

	From, To    Party
	CallID      string
	CSeq        uint32
	MaxForwards int // -1 when not given

	Contacts      []string // one for each value
	Expires       string   // "" when not given
	Authorization []string // one for each field
	Path          []string // one for each value
	Supported     []string // option tags, one for each field, as lists
	Require       []string // the same
	Routed        bool     // there is a Route
	UserAgent     string
}

// Spot is the parts of a sip or sips URI that say whom and where; what comes
// after the port is left as text.
type Spot struct {
	Scheme string // in lower case
	User   string // as written, with its password and escapes
	Host   string // as written; IPv6 in its brackets
	Port   uint16 // 0 when not given
	Rest   string // parameters and headers, from their ";" or "?"
}

// Party is a From or To.
type Party struct {
	Value string // as written
	URI   Spot
	Tag   string // "" when it has none
}

// Sender is the top Via.
type Sender struct {
	Host   string // of sent-by; IPv6 without brackets
	Port   uint16 // 0 when not given
	Branch string
	RPort  bool // it asks for rport (RFC 3581)
}

// Express answers a request on the goroutine that has read it, into out, and
// says whether it has dealt with it; else the request goes the usual way,
// through the queue of its Call-ID to the transactions and the Handler. It must
// not block, and not keep o.
type Express = func(o *Outline, f Flow, out *Mail) bool

// source is where the answer to o goes: see Flow.Reply.
func (o *Outline) answering(f Flow) Flow {
	if f.Network != "udp" {
		return f
	}
	port := f.Remote.Port()
	if !o.Via.RPort && sameHost(o.Via.Host, f.Remote.Addr()) {
		if port = o.Via.Port; port == 0 {
			port = 5060
		}
	}
	f.Remote = netip.AddrPortFrom(f.Remote.Addr(), port)
	return f
}
