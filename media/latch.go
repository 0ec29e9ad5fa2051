package media

import "net/netip"

// maxStep is how far the sequence numbers of two packets may lie apart for them
// to belong to one stream: one second of 20 ms packets.
const maxStep = 50

// cgnat is shared address space (RFC 6598), private for our purpose.
var cgnat = netip.MustParsePrefix("100.64.0.0/10")

// latch decides whose packets are a phone's and where the phone is sent to
// (RFC 4961, RFC 7362). It is closed until armed. Armed, it believes at once
// what comes from exactly the address in SDP; any other source must be one the
// phone could have and send two packets that belong together. Then it is locked
// until it is armed again: it neither trusts the first packet of a stranger nor
// follows every change of address. What is encrypted proves itself by its key:
// then judge only says who may try, and the caller locks. Pure; not safe for
// concurrent use.
type latch struct {
	terms
	sequenced bool           // RTP: packets have sequence numbers
	armed     bool           // Expect has been called
	locked    bool           // peer has proven itself
	peer      netip.AddrPort // where the phone is sent to; zero when unknown

	candidate netip.AddrPort // the source of the last unproven packet
	last      packet         // that packet
}

// terms are what a latch is armed with.
type terms struct {
	want       netip.AddrPort // what SDP said; zero when it is of no use
	held       bool           // the phone wants nothing (RFC 3264 section 8.4)
	signalling netip.Addr     // the source of the phone's SIP; zero when unknown
	types      typeSet        // negotiated payload types
	secure     bool           // packets prove themselves by their key (SRTP)
}

// judgement is what the latch makes of a packet.
type judgement int

const (
	believed  judgement = iota
	stranger            // not a source that the phone could have
	wrongType           // a payload type that was not negotiated
	unproven            // may be the phone's: another packet must bear it out
)

// arm opens the latch for what a new SDP said. A hold names no new address, and
// a session refresh the old one: the peer that had proven itself is kept.
func (l *latch) arm(t terms) {
	if t.held {
		t.want = l.want
	}
	if t.want != l.want {
		l.peer = t.want
	}
	l.terms = t
	l.armed, l.locked = true, false
	l.candidate = netip.AddrPort{}
}

// judge decides about one packet, and locks when it is the proof.
func (l *latch) judge(from netip.AddrPort, p packet) judgement {
	switch {
	case !l.armed:
		return stranger
	case l.locked && from == l.peer:
		return believed
	case l.locked || !l.plausible(from):
		return stranger
	case l.sequenced && !l.types.has(p.kind):
		return wrongType
	case l.secure:
		return believed
	case from != l.want && from != l.peer && !l.proves(from, p):
		return unproven
	}
	l.lock(from)
	return believed
}

// knows reports whether a source is the one that has proven itself.
func (l *latch) knows(from netip.AddrPort) bool { return l.locked && from == l.peer }

// lock makes a source the only one that is believed.
func (l *latch) lock(from netip.AddrPort) { l.peer, l.locked = from, true }

// plausible reports whether the phone could send from there: a public address
// in SDP is the phone's own, while a private one stands for whatever its NAT
// makes of it, which is where its SIP comes from.
func (l *latch) plausible(from netip.AddrPort) bool {
	switch ip := from.Addr(); {
	case ip == l.want.Addr() || from == l.peer:
		return true
	case l.want.IsValid() && !private(l.want.Addr()):
		return false
	case l.signalling.IsValid():
		return ip == l.signalling
	default:
		return l.want.IsValid()
	}
}

// proves reports whether a packet continues the last unproven one, and
// remembers it in its place.
func (l *latch) proves(from netip.AddrPort, p packet) bool {
	same := from == l.candidate && p.ssrc == l.last.ssrc
	step := p.seq - l.last.seq
	l.candidate, l.last = from, p
	return same && (!l.sequenced || 1 <= step && step <= maxStep)
}

// target is where packets for the phone go; zero when there is no such place.
func (l *latch) target() netip.AddrPort {
	if l.held {
		return netip.AddrPort{}
	}
	return l.peer
}

// private reports whether an address is not routed in the internet, so that a
// NAT may stand between us and it.
func private(a netip.Addr) bool {
	return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() ||
		a.IsUnspecified() || cgnat.Contains(a)
}

// typeSet is a set of the 128 payload types; the empty set allows all.
type typeSet [2]uint64

func (s *typeSet) add(t uint8) { s[t>>6&1] |= 1 << (t & 63) }

func (s typeSet) has(t uint8) bool {
	return s == typeSet{} || s[t>>6&1]>>(t&63)&1 == 1
}
