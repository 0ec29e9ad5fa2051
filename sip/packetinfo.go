package sip

import (
	"bytes"
	"net/netip"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// controlSize is enough for what a kernel says of one datagram of either
// family: its destination, and how many were lost.
const controlSize = 128

// control is what the kernel says of a datagram.
type control struct {
	to   netip.Addr // where it was sent to; zero when not told, or not one host's
	lost uint32     // datagrams dropped before it, since the socket is there; zero when none or not told
}

// unicast leaves out what nothing can be sent from.
func unicast(a netip.Addr) netip.Addr {
	a = a.Unmap()
	if a.IsMulticast() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255}) {
		return netip.Addr{}
	}
	return a
}

// sourceInfo writes the control message that makes a wildcard socket send from
// one address: a phone behind a NAT hears only answers from the address that it
// wrote to.
type sourceInfo struct {
	form   []byte // a message whole, as the system likes it
	at     int    // where the address stands in it
	length int
}

func newSourceInfo(family netip.Addr) *sourceInfo {
	mark := netip.MustParseAddr("192.0.2.254").AsSlice()
	m := (&ipv4.ControlMessage{Src: mark}).Marshal()
	if family.Is6() {
		mark = netip.MustParseAddr("2001:db8:fe01:fe02:fe03:fe04:fe05:fe06").AsSlice()
		m = (&ipv6.ControlMessage{Src: mark}).Marshal()
	}
	return &sourceInfo{m, bytes.Index(m, mark), len(mark)}
}

// append adds the message to send from local; nothing when local is not of its
// family.
func (s *sourceInfo) append(dst []byte, local netip.Addr) []byte {
	if s == nil || s.at < 0 || local.IsUnspecified() || local.BitLen() != 8*s.length {
		return dst
	}
	from := len(dst) + s.at
	dst = append(dst, s.form...)
	if local.Is4() {
		a := local.As4()
		copy(dst[from:], a[:])
	} else {
		a := local.As16()
		copy(dst[from:], a[:])
	}
	return dst
}
