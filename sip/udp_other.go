//go:build !linux

package sip

import (
	"net/netip"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"
)

// Elsewhere there is one socket to an address, it waits for room by itself, and
// nobody tells how many datagrams were lost.
const dontWait = 0

func full(error) bool { return false }

var sharing, countLost func(fd int) error

func readControl(oob []byte) (c control) {
	var four ipv4.ControlMessage
	if four.Parse(oob) == nil && four.Dst != nil {
		a, _ := netip.AddrFromSlice(four.Dst)
		return control{to: unicast(a)}
	}
	var six ipv6.ControlMessage
	if six.Parse(oob) == nil && six.Dst != nil {
		a, _ := netip.AddrFromSlice(six.Dst)
		return control{to: unicast(a)}
	}
	return c
}
