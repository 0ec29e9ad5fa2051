package media

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Direction is which way a stream flows, as its describer sees it (RFC 8866
// section 6.7).
type Direction string

// The directions.
const (
	SendRecv Direction = "sendrecv"
	SendOnly Direction = "sendonly"
	RecvOnly Direction = "recvonly"
	Inactive Direction = "inactive"
)

// Description is what a session description says about its first audio stream,
// for whom that is all there is.
type Description struct {
	// Remote is where its describer takes RTP. The address is unspecified when
	// it is on hold in the old way (c=IN IP4 0.0.0.0).
	Remote netip.AddrPort
	// RTCP is where it takes RTCP: a=rtcp (RFC 3605), else Remote's port + 1.
	RTCP netip.AddrPort
	// PayloadTypes are the formats of the m= line in order of preference.
	PayloadTypes []uint8
	// Direction is SendRecv when none is given, and for a hold in the old way
	// Inactive, unless it says SendOnly.
	Direction Direction
	// Ptime is the wanted length of a packet (a=ptime); 0 when it is not given.
	Ptime time.Duration
	// Encrypted says that it takes nothing but SRTP.
	Encrypted bool
}

// Describe reads what a session description says about its audio. The stream is
// the first audio with a port and the profile RTP/AVP or RTP/AVPF, or without such
// a one RTP/SAVP or RTP/SAVPF. Errors wrap ErrMalformed, ErrTooLarge, ErrNoMedia or
// ErrProfile.
func Describe(sdp []byte) (Description, error) {
	s, err := read(sdp)
	if err != nil {
		return Description{}, err
	}
	i, err := s.audio()
	if err != nil {
		return Description{}, err
	}
	m := s.streams[i]
	d, err := s.describe(m)
	if err != nil {
		return Description{}, err
	}
	d.PayloadTypes, err = m.payloadTypes()
	return d, err
}

// describe is all but the payload types.
func (s *session) describe(m mediaStream) (Description, error) {
	ip, err := s.connection(m)
	if err != nil {
		return Description{}, err
	}
	d := Description{
		Remote:    netip.AddrPortFrom(ip, uint16(m.port)),
		Direction: s.direction(m),
		Ptime:     m.ptime(),
		Encrypted: profileOf(m.profile).secure(),
	}
	if ip.IsUnspecified() && d.Direction != SendOnly {
		d.Direction = Inactive
	}
	if d.RTCP, err = m.rtcp(d.Remote); err != nil {
		return Description{}, err
	}
	return d, nil
}

// connection returns a stream's address: its own c= wins over the session's.
func (s *session) connection(m mediaStream) (netip.Addr, error) {
	for _, lines := range [][]line{m.lines, s.lines} {
		i := slices.IndexFunc(lines, func(l line) bool { return l.kind == 'c' })
		if i >= 0 {
			var room [4]string
			ip, fault := parseAddress(fields(room[:0], lines[i].value))
			if fault != "" {
				return ip, malformed(lines[i], fault)
			}
			return ip, nil
		}
	}
	return netip.Addr{}, malformed(m.line, "has no c= line")
}

// parseAddress reads "IN IP4 192.0.2.1". Names are not resolved: that would be
// a DNS query for every stranger's INVITE. A group of hosts is nobody's phone.
func parseAddress(f []string) (ip netip.Addr, fault string) {
	if len(f) != 3 || f[0] != "IN" || f[1] != "IP4" && f[1] != "IP6" {
		return ip, "is not IN, IP4 or IP6, and an address"
	}
	ip, err := netip.ParseAddr(f[2])
	switch {
	case err != nil || ip.Zone() != "" || ip.Is4() != (f[1] == "IP4"):
		return netip.Addr{}, "has no numeric address of its family"
	case ip.IsMulticast() || ip.Unmap() == broadcast:
		return netip.Addr{}, "is not the address of one host"
	}
	return ip.Unmap(), ""
}

func (m mediaStream) payloadTypes() ([]uint8, error) {
	types := make([]uint8, len(m.formats))
	for i := range types {
		var err error
		if types[i], err = m.payloadType(i); err != nil {
			return nil, err
		}
	}
	return types, nil
}

func (m mediaStream) payloadType(i int) (uint8, error) {
	t, err := strconv.ParseUint(m.formats[i], 10, 7)
	if err != nil {
		return 0, malformed(m.line, "a payload type is not a number of 0 to 127")
	}
	return uint8(t), nil
}

// rtcp reads "a=rtcp:53020 IN IP6 2001:db8::1" (RFC 3605), whose address may be
// left out. On hold it stays the unspecified one.
func (m mediaStream) rtcp(rtp netip.AddrPort) (netip.AddrPort, error) {
	said, ok := m.attribute("rtcp")
	if !ok {
		return netip.AddrPortFrom(rtp.Addr(), rtp.Port()+1), nil
	}
	var room [4]string
	f := fields(room[:0], said)
	if len(f) == 0 {
		return netip.AddrPort{}, malformed(m.line, "a=rtcp has no port")
	}
	port, err := strconv.ParseUint(f[0], 10, 16)
	if err != nil {
		return netip.AddrPort{}, malformed(m.line, "a=rtcp has no port")
	}
	ip := rtp.Addr()
	if len(f) > 1 {
		var fault string
		if ip, fault = parseAddress(f[1:]); fault != "" {
			return netip.AddrPort{}, malformed(m.line, "a=rtcp "+fault)
		}
	}
	return netip.AddrPortFrom(ip, uint16(port)), nil
}

// attribute is the value of the first line of an attribute.
func (m mediaStream) attribute(name string) (value string, ok bool) {
	for v := range values(m.lines, name) {
		return v, true
	}
	return "", false
}

// direction returns a stream's direction: its own wins over the session's.
func (s *session) direction(m mediaStream) Direction {
	for _, lines := range [][]line{m.lines, s.lines} {
		for _, l := range lines {
			if d, ok := l.direction(); ok {
				return d
			}
		}
	}
	return SendRecv
}

// direction reads a line that is one. It returns our own constants, since a
// part of the description would keep all of it in memory.
func (l line) direction() (Direction, bool) {
	if l.kind != 'a' {
		return "", false
	}
	for _, d := range [...]Direction{SendRecv, SendOnly, RecvOnly, Inactive} {
		if l.value == string(d) {
			return d, true
		}
	}
	return "", false
}

func (l line) isDirection() bool {
	_, ok := l.direction()
	return ok
}

func (m mediaStream) ptime() time.Duration {
	for v := range values(m.lines, "ptime") {
		if ms, err := strconv.ParseUint(strings.TrimSpace(v), 10, 16); err == nil {
			return time.Duration(ms) * time.Millisecond
		}
	}
	return 0
}
