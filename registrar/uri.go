package registrar

import (
	"net/netip"
	"strings"

	"ringfence/sip"
)

// sameURI compares after RFC 3261 section 19.1.4. A port or transport that is
// the default is another than none; so are the RFC's examples.
func sameURI(a, b sip.URI) bool {
	return strings.EqualFold(a.Scheme, b.Scheme) &&
		unescape(a.User) == unescape(b.User) && unescape(a.Password) == unescape(b.Password) &&
		sameHost(a.Host, b.Host) && a.Port == b.Port &&
		agree(a.UriParams, b.UriParams) && agree(b.UriParams, a.UriParams) &&
		sameHeaders(a.Headers, b.Headers)
}

// sameHost takes an IPv6 address for the same however it is written (RFC 5954
// section 4.2).
func sameHost(a, b string) bool {
	if x, ok := sip.Literal(a); ok {
		y, ok := sip.Literal(b)
		return ok && bare(x) == bare(y)
	}
	return strings.EqualFold(a, b)
}

func bare(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

// agree says whether no parameter of a speaks against b: one that both have is
// equal, and of those that b lacks none counts.
func agree(a, b sip.Params) bool {
	for _, p := range a {
		other, both := b.Get(p.K)
		if both && !strings.EqualFold(unescape(p.V), unescape(other)) || !both && counts(p.K) {
			return false
		}
	}
	return true
}

// counts names the parameters that make a difference even against none.
// Transport is not in the RFC's list, but in its examples.
func counts(name string) bool {
	switch name {
	case "user", "ttl", "method", "maddr", "transport":
		return true
	}
	return false
}

// sameHeaders: headers are never ignored, but come in any order.
func sameHeaders(a, b sip.Params) bool {
	if len(a) != len(b) {
		return false
	}
	for _, h := range a {
		if !hasHeader(b, h) {
			return false
		}
	}
	return true
}

func hasHeader(hs sip.Params, want sip.Param) bool {
	for _, h := range hs {
		if strings.EqualFold(h.K, want.K) && unescape(h.V) == unescape(want.V) {
			return true
		}
	}
	return false
}
