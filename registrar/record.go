package registrar

import (
	"net/netip"
	"slices"
	"time"
	"unique"

	"ringfence/phone"
)

// record is a phone.Binding in the form in which a hundred thousand of them are
// kept: without its phone's id, times as numbers, and what many have in common
// held once. A record is never changed, only replaced.
type record struct {
	username  string // of the address of record; the Book's own string
	contact   string
	callID    string
	instance  string
	path      string
	userAgent unique.Handle[string]
	local     unique.Handle[netip.AddrPort]
	remote    netip.AddrPort

	registered, expires int64 // Unix milliseconds

	asked     uint32 // seconds, as far as MaxExpires allows; granted may be less
	cseq      uint32
	regID     uint32 // 0 is none
	q         uint16
	port      uint16 // of the target, whose address is remote's
	transport transport
	country   [2]byte // zero is unknown
}

// transport is a place in transports.
type transport uint8

// transports are the networks of sip.Flow. The journal has their places: a new one
// comes last.
var transports = []string{"udp", "tcp", "tls", "ws", "wss"}

// udp is the transport without connections.
const udp transport = 0

func transportOf(network string) transport {
	return transport(max(0, slices.Index(transports, network)))
}

func (t transport) String() string { return transports[t] }

func countryCode(s string) (code [2]byte) {
	if len(s) == len(code) {
		copy(code[:], s)
	}
	return code
}

// binding is the record in words of phone.
func (r *record) binding(id phone.ID) phone.Binding {
	b := phone.Binding{
		Phone: id, Username: r.username, Contact: r.contact, Instance: r.instance, RegID: int(r.regID), Path: r.path,
		CallID: r.callID, CSeq: r.cseq, Q: int(r.q), Registered: moment(r.registered), Expires: moment(r.expires),
		Transport: r.transport.String(), Local: r.local.Value(), Remote: r.remote,
		Target: netip.AddrPortFrom(r.remote.Addr(), r.port), UserAgent: r.userAgent.Value(),
	}
	if r.country != [2]byte{} {
		b.Country = string(r.country[:])
	}
	return b
}

// remaining is the whole seconds until it expires, at least 0.
func (r *record) remaining(now int64) int64 { return max(0, (r.expires-now+999)/1000) }

// sooner says whether it was made by a request before the other's: a phone's
// newest record is what its status tells.
func (r *record) sooner(other *record) bool { return r.registered < other.registered }

// route is the connection that the record hangs on, the zero route on UDP.
func (r *record) route() route {
	if r.transport == udp {
		return route{}
	}
	return route{r.transport, r.local.Value(), r.remote}
}

func moment(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
