package media

import (
	"net/netip"
	"testing"
)

// heard is one packet that reaches a latch, and what must come of it.
type heard struct {
	from string
	seq  uint16
	kind uint8
	want judgement
}

func TestLatch(t *testing.T) {
	const public, nat, home = "198.51.100.7:4000", "203.0.113.50:61000", "192.168.1.20:4000"
	tests := []struct {
		name             string
		want, signalling string // of SDP, of SIP; "" for none
		heard            []heard
		target           string // afterwards
	}{
		{"the address of SDP is believed at once", public, "", []heard{
			{public, 1, 0, believed},
		}, public},
		{"a public address in SDP: another port of it needs two packets", public, "", []heard{
			{"198.51.100.7:5000", 1, 0, unproven},
			{"198.51.100.7:5000", 2, 0, believed},
		}, "198.51.100.7:5000"},
		{"a public address in SDP: no other address may send", public, "203.0.113.50", []heard{
			{nat, 1, 0, stranger},
			{nat, 2, 0, stranger},
		}, public},
		{"a private address in SDP: the source of the SIP may send", home, "203.0.113.50", []heard{
			{nat, 1, 0, unproven},
			{nat, 2, 0, believed},
			{nat, 3, 0, believed},
		}, nat},
		{"a private address in SDP: nobody but the source of the SIP may send", home, "203.0.113.50", []heard{
			{"203.0.113.66:61000", 1, 0, stranger},
			{"203.0.113.66:61000", 2, 0, stranger},
		}, home},
		{"a private address in SDP and an unknown source of SIP: two packets from anywhere", home, "", []heard{
			{nat, 1, 0, unproven},
			{nat, 2, 0, believed},
		}, nat},
		{"a shared address of a carrier counts as private", "100.64.3.3:4000", "203.0.113.50", []heard{
			{nat, 1, 0, unproven},
			{nat, 2, 0, believed},
		}, nat},
		{"no usable address in SDP: the source of the SIP may send", "", "203.0.113.50", []heard{
			{nat, 1, 0, unproven},
			{nat, 2, 0, believed},
		}, nat},
		{"no usable address at all: nobody may send", "", "", []heard{
			{nat, 1, 0, stranger},
			{nat, 2, 0, stranger},
		}, ""},
		{"once locked, no other source is heard", home, "203.0.113.50", []heard{
			{nat, 1, 0, unproven},
			{nat, 2, 0, believed},
			{"203.0.113.50:61002", 3, 0, stranger},
			{home, 4, 0, stranger},
			{nat, 5, 0, believed},
		}, nat},
		{"once locked, a payload type of the phone's choice passes", public, "", []heard{
			{public, 1, 0, believed},
			{public, 2, 13, believed},
		}, public},
		{"a payload type that was not negotiated does not latch", public, "", []heard{
			{public, 1, 3, wrongType},
			{"198.51.100.7:5000", 1, 3, wrongType},
		}, public},
		{"a repeated packet proves nothing", home, "203.0.113.50", []heard{
			{nat, 1, 0, unproven},
			{nat, 1, 0, unproven},
		}, home},
		{"a leap in the sequence proves nothing", home, "203.0.113.50", []heard{
			{nat, 1, 0, unproven},
			{nat, 1000, 0, unproven},
			{nat, 1001, 0, believed},
		}, nat},
		{"the sequence may begin anew after 65535", home, "203.0.113.50", []heard{
			{nat, 65535, 0, unproven},
			{nat, 0, 0, believed},
		}, nat},
		{"packets of two ports do not prove each other", home, "203.0.113.50", []heard{
			{nat, 1, 0, unproven},
			{"203.0.113.50:61002", 2, 0, unproven},
			{nat, 3, 0, unproven},
		}, home},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := latch{sequenced: true}
			l.arm(terms{want: addrPort(tt.want), signalling: addr(tt.signalling),
				types: setOf(0, 101)})
			for i, h := range tt.heard {
				got := l.judge(addrPort(h.from), packet{ssrc: 7, seq: h.seq, kind: h.kind})
				if got != h.want {
					t.Errorf("packet %d: got %v, want %v", i, got, h.want)
				}
			}
			if got := l.target(); got != addrPort(tt.target) {
				t.Errorf("target %v, want %v", got, tt.target)
			}
		})
	}
}

func TestLatchIsClosedUntilArmed(t *testing.T) {
	l := latch{sequenced: true}
	if got := l.judge(addrPort("198.51.100.7:4000"), packet{}); got != stranger {
		t.Errorf("got %v, want stranger", got)
	}
	if l.target().IsValid() {
		t.Errorf("target %v, want none", l.target())
	}
}

func TestLatchNeedsOneSource(t *testing.T) {
	l, from := latch{}, addrPort("203.0.113.50:61001")
	l.arm(terms{want: addrPort("192.168.1.20:4001")})
	for i, ssrc := range []uint32{7, 8, 8} {
		want := []judgement{unproven, unproven, believed}[i]
		if got := l.judge(from, packet{ssrc: ssrc}); got != want {
			t.Errorf("packet %d of source %d: got %v, want %v", i, ssrc, got, want)
		}
	}
}

func TestArmingAgain(t *testing.T) {
	const home, nat, moved = "192.168.1.20:4000", "203.0.113.50:61000", "203.0.113.50:62000"
	old := terms{want: addrPort(home), signalling: addr("203.0.113.50")}
	tests := []struct {
		name   string
		next   terms
		target string  // before any packet
		heard  []heard // after it
	}{
		{"the same address: the peer keeps its sound and is believed at once", old, nat,
			[]heard{{nat, 9, 0, believed}, {moved, 10, 0, stranger}}},
		{"the same address: a new port proves itself", old, nat,
			[]heard{{moved, 9, 0, unproven}, {moved, 10, 0, believed}, {nat, 11, 0, stranger}}},
		{"a new address: it is sent to until the phone is heard", terms{
			want: addrPort("192.168.1.20:4002"), signalling: addr("203.0.113.50")}, "192.168.1.20:4002",
			[]heard{{nat, 9, 0, unproven}, {nat, 10, 0, believed}}},
		{"a hold: nothing is sent, and the peer is still heard", terms{
			held: true, signalling: addr("203.0.113.50")}, "",
			[]heard{{nat, 9, 0, believed}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := latch{sequenced: true}
			l.arm(old)
			l.judge(addrPort(nat), packet{seq: 1})
			l.judge(addrPort(nat), packet{seq: 2})
			l.arm(tt.next)
			if got := l.target(); got != addrPort(tt.target) {
				t.Errorf("target %v, want %v", got, tt.target)
			}
			for i, h := range tt.heard {
				if got := l.judge(addrPort(h.from), packet{seq: h.seq}); got != h.want {
					t.Errorf("packet %d: got %v, want %v", i, got, h.want)
				}
			}
		})
	}
}

func TestResumeAfterHoldKeepsThePeer(t *testing.T) {
	peer := addrPort("203.0.113.50:61000")
	sdp := terms{want: addrPort("192.168.1.20:4000"), signalling: peer.Addr()}
	l := latch{sequenced: true}
	l.arm(sdp)
	l.judge(peer, packet{seq: 1})
	l.judge(peer, packet{seq: 2})
	l.arm(terms{held: true, signalling: peer.Addr()})
	l.arm(sdp)
	if l.target() != peer {
		t.Errorf("target %v, want %v", l.target(), peer)
	}
}

func setOf(types ...uint8) (s typeSet) {
	for _, t := range types {
		s.add(t)
	}
	return s
}

// addr and addrPort read addresses of tables; "" is the zero value.
func addr(s string) netip.Addr {
	if s == "" {
		return netip.Addr{}
	}
	return netip.MustParseAddr(s)
}

func addrPort(s string) netip.AddrPort {
	if s == "" {
		return netip.AddrPort{}
	}
	return netip.MustParseAddrPort(s)
}
