package geoip

import "net/netip"

// carrierNAT is shared address space (RFC 6598): private to a provider.
var carrierNAT = netip.MustParsePrefix("100.64.0.0/10")

// isPrivate says whether a belongs to no place in particular: RFC 1918, RFC 4193
// (unique local), RFC 6598, loopback and link-local. a is not IPv4-mapped.
func isPrivate(a netip.Addr) bool {
	return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || carrierNAT.Contains(a)
}

// isCode says whether code has the form of a country's code. Some vendors write
// ZZ, which ISO 3166-1 leaves to its users, where they know no country.
func isCode(code string) bool {
	isLetter := func(c byte) bool { return 'A' <= c && c <= 'Z' }
	return len(code) == 2 && isLetter(code[0]) && isLetter(code[1]) && code != "ZZ"
}
