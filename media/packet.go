package media

import (
	"encoding/binary"
	"net/netip"
)

// maxPacket is the size of a receive buffer in octets. RTP stays below the
// path's MTU; what fills the buffer was cut off and is dropped.
const maxPacket = 2048

// tail is how much a packet may grow when it is encrypted: the authentication
// tag and, for RTCP, the index (RFC 3711 section 3.4, RFC 7714 section 9).
const tail = 32

// datagram is a packet in a buffer with room for its tail, and its source.
type datagram struct {
	bytes []byte
	from  netip.AddrPort
}

// packet is what the latch looks at in a packet.
type packet struct {
	ssrc uint32
	seq  uint16 // RTP only
	kind uint8  // RTP: the payload type
}

// timestamp returns the media clock of an RTP packet.
func timestamp(b []byte) uint32 { return binary.BigEndian.Uint32(b[4:]) }

// parseRTP reads the fixed header of RFC 3550 section 5.1. Payload types 64 to
// 95 with the marker bit are RTCP that strayed onto this port (RFC 5761
// section 4), STUN and DTLS fail on the version.
func parseRTP(b []byte) (packet, bool) {
	if len(b) < 12 || len(b) >= maxPacket || b[0]>>6 != 2 || isRTCP(b[1]) {
		return packet{}, false
	}
	return packet{
		ssrc: binary.BigEndian.Uint32(b[8:]),
		seq:  binary.BigEndian.Uint16(b[2:]),
		kind: b[1] & 0x7f,
	}, true
}

// parseRTCP reads the first header of a compound packet (RFC 3550 section 6.4).
func parseRTCP(b []byte) (packet, bool) {
	if len(b) < 8 || len(b) >= maxPacket || b[0]>>6 != 2 || !isRTCP(b[1]) {
		return packet{}, false
	}
	return packet{ssrc: binary.BigEndian.Uint32(b[4:])}, true
}

// isRTCP reports whether the second octet is an RTCP packet type (RFC 5761).
func isRTCP(b byte) bool { return 192 <= b && b <= 223 }
