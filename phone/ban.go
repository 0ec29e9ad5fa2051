package phone

import (
	"net/netip"
	"time"
)

// BanOrigin says who has made a ban.
type BanOrigin string

// The origins of a ban.
const (
	BanManual    BanOrigin = "MANUAL"    // an administrator
	BanAutomatic BanOrigin = "AUTOMATIC" // the guard
)

// Ban is a network that SIP hears nothing from until a time.
type Ban struct {
	ID      ID        `json:"_id"`
	Address string    `json:"address"` // 192.0.2.1, 198.51.100.0/24, 2001:db8:1:2::/64
	Reason  string    `json:"reason,omitempty"`
	Origin  BanOrigin `json:"origin"`
	Created time.Time `json:"created"`
	Until   time.Time `json:"until,omitzero"` // zero: until it is lifted
}

const (
	maxReason = 200 // bytes
	// The widest networks that a ban may have: wider ones are typing mistakes
	// that shut out a continent.
	widest4, widest6 = 8, 16
	hostBits         = 64 // an IPv6 host has a /64 to choose addresses from
)

// NewBan is a ban that an administrator makes.
func NewBan(now time.Time) *Ban { return &Ban{Origin: BanManual, Created: Moment(now)} }

// ParseBanned reads an address or a network in CIDR form. An IPv6 address stands
// for its /64; only one with /128 is meant alone.
func ParseBanned(text string) (netip.Prefix, bool) {
	p, err := netip.ParsePrefix(text)
	if err != nil {
		a, err := netip.ParseAddr(text)
		if err != nil || a.Zone() != "" {
			return netip.Prefix{}, false
		}
		p = BannedHost(a)
	}
	if a := p.Addr(); a.Is4In6() {
		if p.Bits() < 96 {
			return netip.Prefix{}, false
		}
		p = netip.PrefixFrom(a.Unmap(), p.Bits()-96)
	}
	return p.Masked(), true
}

// BannedHost is the network that a ban of one host has.
func BannedHost(a netip.Addr) netip.Prefix {
	bits := hostBits
	if a = a.Unmap(); a.Is4() {
		bits = 32
	}
	return netip.PrefixFrom(a.WithZone(""), bits).Masked()
}

// BannedText is the one way to write a banned network.
func BannedText(p netip.Prefix) string {
	if p.Addr().Is4() && p.Bits() == 32 {
		return p.Addr().String()
	}
	return p.String()
}

// Network is what is banned. It is not valid where Address is none.
func (b *Ban) Network() netip.Prefix {
	p, _ := ParseBanned(b.Address)
	return p
}

// Validate judges the ban as it is to be from now on.
func (b *Ban) Validate(now time.Time) error {
	var fs Faults
	p, ok := ParseBanned(b.Address)
	switch {
	case b.Address == "":
		fs = append(fs, unlisted("address", "Address is missing"))
	case !ok:
		fs = append(fs, unlisted("address", "Address is invalid, must be an IP address or a network such as 198.51.100.0/24"))
	case p.Addr().Is4() && p.Bits() < widest4 || p.Addr().Is6() && p.Bits() < widest6:
		fs = append(fs, unlisted("address", "Network is wider than /8, or /16 of IPv6"))
	}
	if len(b.Reason) > maxReason {
		fs = append(fs, unlisted("reason", mustBe("at most 200 bytes")))
	}
	if !b.Until.IsZero() && !b.Until.After(now) {
		fs = append(fs, unlisted("until", "Time is in the past"))
	}
	return fs.Err()
}

// Ended says whether the time of the ban is over.
func (b *Ban) Ended(now time.Time) bool { return !b.Until.IsZero() && !b.Until.After(now) }
