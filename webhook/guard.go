package webhook

import (
	"errors"
	"net/netip"
	"syscall"
)

// errPrivate refuses an address. It does not name it: a customer need not learn
// what names of ours resolve to.
var errPrivate = errors.New("the address is not a public one")

// The addresses that belong to the network around us, which AllowPrivate opens.
var private = prefixes(
	"127.0.0.0/8", "::1/128", // loopback, RFC 1122 3.2.1.3 and RFC 4291 2.5.3
	"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", // RFC 1918
	"100.64.0.0/10", // behind a carrier's NAT, RFC 6598
	"fc00::/7",      // unique local, RFC 4193
)

// The addresses that are nobody's HTTP server, whatever is allowed. Link-local
// is among them: there the clouds keep the credentials of their machines.
var never = prefixes(
	"0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", // RFC 6890, RFC 5737, RFC 7526
	"2001::/23", "2001:db8::/32", "3fff::/20", // Teredo and other protocols' own, documentation
)

// IPv6 addresses with an IPv4 address in them, and the byte where it begins:
// they lead where that one does.
var embedding = []struct {
	prefix netip.Prefix
	at     int
}{
	{netip.MustParsePrefix("64:ff9b::/96"), 12}, // NAT64, RFC 6052
	{netip.MustParsePrefix("2002::/16"), 2},     // 6to4, RFC 3056
}

// globalUnicast is all of IPv6 that is given out, RFC 4291 2.4.
var globalUnicast = netip.MustParsePrefix("2000::/3")

func prefixes(texts ...string) (list []netip.Prefix) {
	for _, text := range texts {
		list = append(list, netip.MustParsePrefix(text))
	}
	return list
}

// allowed says whether a webhook may lead to an address.
func allowed(a netip.Addr, allowPrivate bool) bool {
	a = embedded(a.WithZone("").Unmap())
	switch {
	case !a.IsValid() || within(never, a):
		return false
	case within(private, a):
		return allowPrivate
	}
	return a.Is4() || globalUnicast.Contains(a)
}

// embedded is the IPv4 address that an address stands for, if it does.
func embedded(a netip.Addr) netip.Addr {
	for _, e := range embedding {
		if e.prefix.Contains(a) {
			b := a.As16()
			return netip.AddrFrom4([4]byte(b[e.at:]))
		}
	}
	return a
}

func within(list []netip.Prefix, a netip.Addr) bool {
	for _, p := range list {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// guard is a net.Dialer's Control: it is told the address after the name was
// resolved, and just before the connection is made to that very address. So a
// name that resolves anew in between gains nothing.
func guard(allowPrivate bool) func(network, address string, _ syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil || !allowed(to.Addr(), allowPrivate) {
			return errPrivate
		}
		return nil
	}
}
