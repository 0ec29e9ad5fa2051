package media

import (
	"errors"
	"net"
	"net/netip"
)

// maxReadErrors is how many reads in a row may fail before a port is given up;
// it keeps a broken socket from turning a loop into a spin.
const maxReadErrors = 16

// run reads one socket until it is closed. It is all that knows how packets
// reach receive: one goroutine for a socket here, one reactor for many would
// take its place.
func (s *stream) run() {
	buf := make([]byte, maxPacket)
	for failures := 0; failures < maxReadErrors; {
		n, from, err := s.conn.ReadFromUDPAddrPort(buf)
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			s.meter.failed.Add(1)
			failures++
		default:
			failures = 0
			s.receive(buf[:n], unmap(from))
		}
	}
}

// unmap turns an IPv4-mapped IPv6 address into its IPv4 one.
func unmap(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}
