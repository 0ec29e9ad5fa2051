package media

import (
	"errors"
	"net"
	"net/netip"
)

// pair is the two open sockets of one side of a relay.
type pair struct {
	port      int // of RTP; RTCP has the next one
	rtp, rtcp *net.UDPConn
}

// bind opens both sockets of a pair, or neither.
func bind(ip netip.Addr, port int) (*pair, error) {
	rtp, err := listen(ip, port)
	if err != nil {
		return nil, err
	}
	rtcp, err := listen(ip, port+1)
	if err != nil {
		return nil, errors.Join(err, rtp.Close())
	}
	return &pair{port: port, rtp: rtp, rtcp: rtcp}, nil
}

// listen opens one socket of the address's own family: on a dual-stack socket
// every IPv4 source would come mapped into IPv6.
func listen(ip netip.Addr, port int) (*net.UDPConn, error) {
	network := "udp6"
	if ip.Is4() {
		network = "udp4"
	}
	at := netip.AddrPortFrom(ip, uint16(port))
	return net.ListenUDP(network, net.UDPAddrFromAddrPort(at))
}

func (p *pair) close() error { return errors.Join(p.rtp.Close(), p.rtcp.Close()) }
