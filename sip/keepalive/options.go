package keepalive

import (
	"cmp"
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"

	"ringfence/phone"
	"ringfence/sip"
)

// crlf passes a NAT and means nothing to a phone.
const crlf = "\r\n\r\n"

// hops is Max-Forwards. Not 0, as some servers send: a phone may answer that
// with 483, and a proxy on the Path must pass it on.
const hops = "70"

// appendOptions writes the OPTIONS for a binding. It is stateless: what differs
// from one to the next is from the branch, which must come back.
func appendOptions(dst []byte, b *phone.Binding, our sip.URI, domain string, sealed [ticketLen + sealLen]byte) []byte {
	line := func(parts ...string) {
		for _, p := range parts {
			dst = append(dst, p...)
		}
		dst = append(dst, "\r\n"...)
	}
	uri := requestURI(b.Contact)
	number := hex.EncodeToString(sealed[:])
	line("OPTIONS ", uri, " SIP/2.0")
	line("Via: SIP/2.0/UDP ", our.Host, ":", strconv.Itoa(our.Port), ";branch=", sip.ProbeBranch, number, ";rport")
	if b.Path != "" {
		line("Route: ", b.Path) // RFC 3327 section 5.4
	}
	line("Max-Forwards: " + hops)
	line("From: <sip:ringfence@", domain, ">;tag=", number[2*ticketLen:])
	line("To: <", uri, ">")
	line("Call-ID: ", number[:2*ticketLen])
	line("CSeq: 1 OPTIONS")
	line("Content-Length: 0")
	line()
	return dst
}

// requestURI is the contact as a Request-URI, which has no headers (RFC 3261
// section 19.1.1).
func requestURI(contact string) string {
	parts, ok := sip.SplitURI(contact)
	if !ok {
		return contact
	}
	params, _, _ := strings.Cut(parts.Rest, "?")
	return contact[:len(contact)-len(parts.Rest)] + params
}

// shut says whether the way to a binding needs to be kept open: its phone
// believes to be elsewhere than where it is reached, or it is reached at a public
// address. There it has a firewall before it at the least, as with IPv6, or it is
// behind a NAT that it knows of.
func shut(b *phone.Binding) bool {
	if b.Transport != "udp" {
		return false
	}
	parts, ok := sip.SplitURI(b.Contact)
	if !ok {
		return false
	}
	host, isIP := sip.Literal(parts.Host)
	at := netip.AddrPortFrom(host.Unmap(), cmp.Or(parts.Port, sip.DefaultPort))
	return !isIP || at != b.Target || public(at.Addr())
}

// public tells addresses that are of no network of our own.
func public(a netip.Addr) bool {
	return !a.IsPrivate() && !a.IsLoopback() && !a.IsLinkLocalUnicast()
}
