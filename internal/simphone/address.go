package simphone

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"ringfence/sip"
)

// ErrNoAddress is a server name that has no address of the phone's family.
var ErrNoAddress = errors.New("server has no address that this phone can reach")

// splitPort takes host and port apart; without a port it is 5060, since SRV
// records are not looked up (RFC 3263 section 4.2).
func splitPort(server string) (host, port string) {
	if host, port, err := net.SplitHostPort(server); err == nil {
		return host, port
	}
	return strings.Trim(server, "[]"), "5060"
}

// resolve finds the address of a server, in the family of the phone's own.
func resolve(ctx context.Context, server string, own netip.Addr) (netip.AddrPort, error) {
	host, port := splitPort(server)
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("port of server %q: %w", server, err)
	}
	family := "ip6"
	if own.Is4() {
		family = "ip4"
	}
	all, err := net.DefaultResolver.LookupNetIP(ctx, family, host)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("find server %q: %w", host, err)
	}
	if len(all) == 0 {
		return netip.AddrPort{}, ErrNoAddress
	}
	return netip.AddrPortFrom(all[0].Unmap(), uint16(number)), nil
}

// sipURI is sip:user@domain; the domain may carry a port.
func sipURI(user, domain string) sip.URI {
	u := sip.URI{Scheme: "sip", User: escapeUser(user), Host: domain}
	if host, port, err := net.SplitHostPort(domain); err == nil {
		u.Host = host
		u.Port, _ = strconv.Atoi(port)
	}
	if strings.Contains(u.Host, ":") && !strings.HasPrefix(u.Host, "[") {
		u.Host = "[" + u.Host + "]"
	}
	return u
}

// escapeUser escapes what may not stand in the user part of a URI (RFC 3261
// section 25.1): the # of a feature code, for one.
func escapeUser(s string) string {
	const plain = "-_.!~*'()&=+$,;?/"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9',
			strings.IndexByte(plain, c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func unescapeUser(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}

// escapeName makes a display name fit for the quotes that it is written in
// (RFC 3261 section 25.1, quoted-string). Line breaks and other controls go.
func escapeName(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
}

func unescapeName(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(s)
}

// addrOf is any free port of an address.
func addrOf(a netip.Addr) netip.AddrPort { return netip.AddrPortFrom(a, 0) }
