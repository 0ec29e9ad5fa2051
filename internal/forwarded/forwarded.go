// Package forwarded finds the address that an HTTP request comes from, where
// there may be proxies between. X-Forwarded-For is believed of trusted ones only.
// It is the same for every HTTP server of ours.
package forwarded

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// From is the address that a request comes from: walked from the right, the first
// one that is not a trusted proxy. Some proxies add a header of their own to one
// that is there already: all of them together are the list (RFC 9110 section 5.3).
func From(r *http.Request, trusted []netip.Prefix) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !isTrusted(addr, trusted) {
			break
		}
		next, err := parseHop(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		addr = next.Unmap()
	}
	return addr
}

// parseHop reads an address, behind which some proxies write the port.
func parseHop(text string) (netip.Addr, error) {
	if a, err := netip.ParseAddrPort(text); err == nil {
		return a.Addr(), nil
	}
	return netip.ParseAddr(text)
}

func isTrusted(a netip.Addr, trusted []netip.Prefix) bool {
	return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(a) })
}
