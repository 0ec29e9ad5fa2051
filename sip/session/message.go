package session

import "ringfence/sip"

// Outbound is an INVITE of ours.
type Outbound struct {
	Flow    sip.Flow
	URI     sip.URI // Request-URI
	Routes  string  // value of Route for the first request, "" for none
	From    Party
	To      Party
	User    string // user part of our Contact; that of From when empty
	CallID  string // random when empty
	Hops    uint32 // Max-Forwards
	Headers []sip.Header
	SDP     []byte // nil: the peer is to offer
	// Credentials answers a challenge of 401 or 407 to a request of the leg: with
	// Authorization or Proxy-Authorization. nil, or an error: the response stands.
	Credentials func(req *sip.Request, res *sip.Response) (sip.Header, error)
	// Proof is what the INVITE has of credentials before it is challenged, nil for
	// none. What answers a challenge of the same kind takes its place.
	Proof sip.Header
}

// Party is who From and To name.
type Party struct {
	Name string // fit to stand between quotes
	URI  sip.URI
}

// Message is a request within the dialog, for Send.
type Message struct {
	Method  sip.RequestMethod
	Type    string // Content-Type; none without Body
	Body    []byte
	Headers []sip.Header
}
