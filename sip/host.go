package sip

import (
	"net/netip"
	"strings"
)

// DefaultPort is that of a URI or Via without one (RFC 3261 section 19.1.2).
const DefaultPort = 5060

// Literal reads the host of a URI or Via that is an IP address; IPv6 may have its
// brackets or not. To tell a name costs nothing: the parser would make an error of
// each.
func Literal(host string) (netip.Addr, bool) {
	if host == "" || host[0] != '[' && !(host[0] >= '0' && host[0] <= '9') && strings.IndexByte(host, ':') < 0 {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(strings.Trim(host, "[]")) // see sentBy
	return a, err == nil
}

// sameHost says whether a host is the address.
func sameHost(host string, a netip.Addr) bool {
	h, ok := Literal(host)
	return ok && h.Unmap().WithZone("") == a.WithZone("")
}
