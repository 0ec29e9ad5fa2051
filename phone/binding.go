package phone

import (
	"net/netip"
	"time"
)

// Binding is where one contact of a phone can be reached (RFC 3261 section 10),
// and over which flow its REGISTER came.
type Binding struct {
	Phone      ID
	Contact    string // the contact's URI, as the phone wrote it
	Instance   string // +sip.instance, empty when none was sent
	CallID     string
	CSeq       uint32
	Q          int // preference in thousandths, 0-1000
	Registered time.Time
	Expires    time.Time

	Transport string         // udp, tcp
	Local     netip.AddrPort // our address that the phone sent to
	Remote    netip.AddrPort // where its packets come from
	Target    netip.AddrPort // where requests for it go: Remote, or over UDP its contact's own port
	Country   string         // of Remote, when it registered; "" is unknown
	UserAgent string
}

// Remaining is the whole seconds until it expires, at least 0.
func (b *Binding) Remaining(now time.Time) int {
	return max(0, int((b.Expires.Sub(now)+time.Second-1)/time.Second))
}
