package sip

import (
	"net"
	"net/netip"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// packetInfoSize is enough for one control message of either family.
const packetInfoSize = 128

// packetInfo reads and writes the address that a datagram has on our side. A
// phone behind a NAT hears only answers from the address that it wrote to.
type packetInfo interface {
	local(oob []byte) netip.Addr    // zero when not told, or not one host's
	source(local netip.Addr) []byte // the control message to send from local
}

func newPacketInfo(c *net.UDPConn, a netip.Addr) (packetInfo, error) {
	if a.Is4() {
		return packetInfo4{}, ipv4.NewPacketConn(c).SetControlMessage(ipv4.FlagDst, true)
	}
	return packetInfo6{}, ipv6.NewPacketConn(c).SetControlMessage(ipv6.FlagDst, true)
}

type packetInfo4 struct{}

func (packetInfo4) local(oob []byte) netip.Addr {
	var m ipv4.ControlMessage
	if m.Parse(oob) != nil {
		return netip.Addr{}
	}
	return unicast(m.Dst)
}

func (packetInfo4) source(a netip.Addr) []byte {
	m := ipv4.ControlMessage{Src: a.AsSlice()}
	return m.Marshal()
}

type packetInfo6 struct{}

func (packetInfo6) local(oob []byte) netip.Addr {
	var m ipv6.ControlMessage
	if m.Parse(oob) != nil {
		return netip.Addr{}
	}
	return unicast(m.Dst)
}

func (packetInfo6) source(a netip.Addr) []byte {
	m := ipv6.ControlMessage{Src: a.AsSlice()}
	return m.Marshal()
}

// unicast leaves out what nothing can be sent from.
func unicast(ip net.IP) netip.Addr {
	a, ok := netip.AddrFromSlice(ip)
	a = a.Unmap()
	if !ok || a.IsMulticast() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
		return netip.Addr{}
	}
	return a
}
