package sip

import "strings"

// Outline is what one pass over a request finds, without the message model: the
// header fields that registration and a challenge need, as text. It and its
// strings are good until the call returns that it was given to: they lie in the
// buffer of a reader, which is used again. Clone what is to be kept.
//
// There is one meaning: Scan gives an outline only of a request that Parse
// would take as well, and it is the same as OutlineOf gives for what Parse made
// of it.
type Outline struct {
	Method RequestMethod
	URI    URIParts // Request-URI
	Text   string   // of the Request-URI, as it was written

	Via TopVia
	// Vias are the values of all Via, from the top, as they were written. The
	// first is without a received and without a value of rport: Reply sets both.
	Vias []string

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
	UserAgent     string

	lent string // the text that was scanned; "" when it was made from the message model
}

// URIParts are those of a sip or sips URI that say whom and where; what comes
// after the port is left as text.
type URIParts struct {
	Scheme string // in lower case
	User   string // as written, with its password and escapes
	Host   string // as written; IPv6 in its brackets
	Port   uint16 // 0 when not given
	Rest   string // parameters and headers, from their ";" or "?"; of other schemes all after the colon
}

// Party is a From or To.
type Party struct {
	Value string // as written
	URI   URIParts
	Tag   string // "" when it has none
}

// TopVia is what matters of the first value of Via.
type TopVia struct {
	Host   string // of sent-by; IPv6 without brackets
	Port   uint16 // 0 when not given
	Branch string
	RPort  bool // it asks for rport (RFC 3581)

	rport  int  // behind the name rport in the first of Vias
	marked bool // the sender wrote received, or a value of rport, by itself
}

// Express answers a request on the goroutine that has read it, into out, and
// says whether it has dealt with it; else the request goes the usual way,
// through the queue of its Call-ID to the transactions and the Handler. It must
// not block, and not keep o.
type Express = func(o *Outline, f Flow, out *Mail) bool

// reset makes it empty; only the room of its slices stays.
func (o *Outline) reset() {
	*o = Outline{
		Vias: o.Vias[:0], Contacts: o.Contacts[:0], Authorization: o.Authorization[:0],
		Path: o.Path[:0], Supported: o.Supported[:0], Require: o.Require[:0],
		MaxForwards: -1,
	}
}

// Clone is a copy that may be kept.
func (o *Outline) Clone() *Outline {
	if o.lent == "" { // its strings are those of a parsed message
		c := *o
		return &c
	}
	c := &Outline{}
	Scan(strings.Clone(o.lent), c)
	return c
}
