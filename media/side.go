package media

import (
	"net/netip"
	"time"
)

// Side is the half of a relay that faces one phone.
type Side struct {
	ip        netip.Addr
	pair      *pair
	rtp, rtcp *stream
	ours      func(netip.AddrPort) bool
}

// Expected is what a phone's SDP and the way it came say about its media.
type Expected struct {
	// Remote is the address and port of its audio. An unspecified address or
	// port 0 means hold: the phone is sent nothing.
	Remote netip.AddrPort
	// RTCP is where it takes RTCP; zero means the port above Remote's.
	RTCP netip.AddrPort
	// Signalling is the address that its SIP came from; zero when unknown. When
	// Remote is a private address, media must come from here or from there.
	// Without it, a private Remote lets any source latch.
	Signalling netip.Addr
	// PayloadTypes are those that the phone may send, comfort noise and telephone
	// events included: what the other phone's SDP lists (RFC 3264 section 5.1),
	// best together with its own. Until the latch locks, others are dropped; an
	// empty list allows all.
	PayloadTypes []uint8
}

func newSide(ip netip.Addr, p *pair, ours func(netip.AddrPort) bool, now func() time.Time) *Side {
	s := &Side{ip: ip, pair: p, ours: ours}
	s.rtp = &stream{conn: p.rtp, parse: parseRTP, now: now, latch: latch{sequenced: true}}
	s.rtcp = &stream{conn: p.rtcp, parse: parseRTCP, now: now}
	return s
}

// Port returns the side's RTP port, an even number: what the SDP for its phone
// says. RTCP is on the next port.
func (s *Side) Port() int { return s.pair.port }

// Addr returns the address that the side's ports are bound to.
func (s *Side) Addr() netip.Addr { return s.ip }

// Expect says what the phone's last SDP said, and re-arms the latch. Until the
// phone's own packets show where it is, media for it go to the address in SDP.
// Before the first Expect a side drops all that it receives. Safe to call at
// any time, from any goroutine.
func (s *Side) Expect(e Expected) {
	if !e.RTCP.IsValid() && e.Remote.IsValid() {
		e.RTCP = netip.AddrPortFrom(e.Remote.Addr(), e.Remote.Port()+1)
	}
	remote := unmap(e.Remote)
	t := terms{
		want:       s.usable(remote),
		held:       remote.IsValid() && (remote.Addr().IsUnspecified() || remote.Port() == 0),
		signalling: e.Signalling.Unmap(),
		types:      newTypeSet(e.PayloadTypes),
	}
	s.rtp.arm(t)
	t.want = s.usable(e.RTCP)
	s.rtcp.arm(t)
}

// usable returns an address from SDP as a place to send to, or zero when
// sending there would harm: a group of hosts, this machine itself (which 0.0.0.0
// means to a socket, too), or a port of the pool, where two relays would send to
// each other for ever.
func (s *Side) usable(a netip.AddrPort) netip.AddrPort {
	a = unmap(a)
	ip := a.Addr()
	switch {
	case !a.IsValid() || a.Port() == 0 || ip.IsUnspecified() || ip.IsMulticast() || ip == broadcast,
		ip.IsLoopback() && !s.ip.IsLoopback(), s.ours(a):
		return netip.AddrPort{}
	}
	return a
}

// counters returns what the side has counted.
func (s *Side) counters() Counters {
	return Counters{
		RTP:  s.rtp.meter.traffic(),
		RTCP: s.rtcp.meter.traffic(),
		Last: s.rtp.meter.lastSeen(),
	}
}
