package phone

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"time"
)

// Binding is where one contact of a phone can be reached (RFC 3261 section 10),
// and over which flow its REGISTER came.
type Binding struct {
	Phone      ID
	Username   string // of the address of record that it was registered for
	Contact    string // the contact's URI, as the phone wrote it
	Instance   string // +sip.instance, empty when none was sent
	RegID      int    // names one flow of several of the instance (RFC 5626); 0 is none
	Path       string // the way to it (RFC 3327), a list of Route values; "" is direct
	CallID     string
	CSeq       uint32
	Q          int // preference in thousandths, 0-1000
	Registered time.Time
	Expires    time.Time

	Transport string         // udp, tcp, tls, ws, wss
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

// ID names the binding among those of its phone. It stays as long as the phone
// refreshes the same contact.
func (b *Binding) ID() ID { return BindingID(b.Contact) }

// BindingID is the ID of the binding with that contact.
func BindingID(contact string) ID {
	sum := sha256.Sum256([]byte(contact))
	return ID(hex.EncodeToString(sum[:12]))
}

// KnownAs is the username under which the phone knows itself at the binding: it
// may not have fetched its new credentials yet.
func (a *Account) KnownAs(b *Binding) string { return cmp.Or(b.Username, a.Username) }

// CredentialsAt are those that the phone has at the binding: its own, or the old
// ones that it registered with.
func (a *Account) CredentialsAt(b *Binding) (username, password string) {
	for _, o := range a.Old {
		if o.Username == b.Username {
			return o.Username, o.Password
		}
	}
	return a.Username, a.Password
}
