package sip

import (
	"encoding/binary"
	"errors"
	"net/netip"

	"golang.org/x/sys/unix"
)

// dontWait makes a full socket an error, see full.
const dontWait = unix.MSG_DONTWAIT

func full(err error) bool { return errors.Is(err, unix.EAGAIN) }

// sharing lets sockets of one user share an address. The kernel chooses among
// them by a hash of both addresses.
var sharing = option(unix.SO_REUSEPORT)

// countLost lets the kernel tell, with each datagram, how many it has dropped
// of those before because nobody read them in time.
var countLost = option(unix.SO_RXQ_OVFL)

func option(name int) func(fd int) error {
	return func(fd int) error { return unix.SetsockoptInt(fd, unix.SOL_SOCKET, name, 1) }
}

// readControl reads what the kernel says of a datagram. It allocates nothing,
// other than the parsers of ipv4.ControlMessage and ipv6.ControlMessage.
func readControl(oob []byte) (c control) {
	for len(oob) >= unix.SizeofCmsghdr {
		h, data, rest, err := unix.ParseOneSocketControlMessage(oob)
		if err != nil {
			return c
		}
		switch {
		case h.Level == unix.IPPROTO_IP && h.Type == unix.IP_PKTINFO && len(data) >= unix.SizeofInet4Pktinfo:
			c.to = unicast(netip.AddrFrom4([4]byte(data[8:12]))) // behind the index of the interface and the address to answer from
		case h.Level == unix.IPPROTO_IPV6 && h.Type == unix.IPV6_PKTINFO && len(data) >= unix.SizeofInet6Pktinfo:
			c.to = unicast(netip.AddrFrom16([16]byte(data[:16])))
		case h.Level == unix.SOL_SOCKET && h.Type == unix.SO_RXQ_OVFL && len(data) >= 4:
			c.lost = binary.NativeEndian.Uint32(data)
		}
		oob = rest
	}
	return c
}
