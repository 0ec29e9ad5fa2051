package registrar

import (
	"net/netip"

	"ringfence/phone"
	"ringfence/sip"
)

// straight says whether a request came without a NAT on its way: its sender
// wrote the address that it was seen from into its Via.
func straight(via *sip.ViaHeader, source netip.AddrPort) bool {
	host, isIP := literal(via.Host)
	return isIP && host.Unmap() == source.Addr() && portOf(via.Port) == source.Port()
}

// target is where requests for a contact go. That is where its phone's packets
// come from (RFC 5626 in spirit): the one way that is open through a NAT, and on
// TCP the connection. Over UDP and without a NAT, the contact's own port is
// believed, since a phone may listen on another than it sends from (RFC 3261
// section 18.1.1); another address is not, or phones could have us send calls
// to third parties.
func (c contact) target(o order, b phone.Binding) netip.AddrPort {
	host, isIP := literal(c.uri.Host)
	if b.Transport != "udp" || !o.straight || !isIP || host.Unmap() != b.Remote.Addr() {
		return b.Remote
	}
	return netip.AddrPortFrom(b.Remote.Addr(), portOf(c.uri.Port))
}

// portOf is a URI's or Via's port, 5060 where none is written.
func portOf(port int) uint16 {
	if port == 0 {
		return 5060
	}
	return uint16(port)
}
