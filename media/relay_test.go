package media

import (
	"net/netip"
	"testing"
)

func TestRelayCarriesSoundBothWays(t *testing.T) {
	r := newRelay(t, true)
	a, b := newPhone(t, 1), newPhone(t, 2)
	r.A.Expect(a.expected())
	r.B.Expect(b.expected())
	const frame = 160
	fromA, fromB := Tone(440, 8000, 1600), Tone(660, 8000, 1600)
	var atA, atB []byte
	for i := 0; i < len(fromA); i += frame {
		a.say(r.A, string(EncodePCMU(fromA[i:i+frame])))
		b.say(r.B, string(EncodePCMU(fromB[i:i+frame])))
		atB = append(atB, receive(t, b.rtp, r.B.Port())[12:]...)
		atA = append(atA, receive(t, a.rtp, r.A.Port())[12:]...)
	}
	if s := Strength(DecodePCMU(atB), 440, 8000); s < 0.9 {
		t.Errorf("B hears A's tone with strength %v", s)
	}
	if s := Strength(DecodePCMU(atA), 660, 8000); s < 0.9 {
		t.Errorf("A hears B's tone with strength %v", s)
	}
}

func TestRelayPassesPacketsUnchanged(t *testing.T) {
	r := newRelay(t, true)
	a, b := newPhone(t, 1), newPhone(t, 2)
	r.A.Expect(a.expected())
	r.B.Expect(b.expected())
	want := rtpPacket(t, 101, 0xdeadbeef, 65535, "digit 5")
	send(t, a.rtp, r.A.Port(), want)
	if got := receive(t, b.rtp, r.B.Port()); string(got) != string(want) {
		t.Errorf("got %x, want %x", got, want)
	}
}

func TestRelayFindsAPhoneBehindNAT(t *testing.T) {
	r := newRelay(t, true)
	a, b := newPhone(t, 1), newPhone(t, 2)
	r.A.Expect(a.behindNAT())
	r.B.Expect(b.expected())
	a.say(r.A, "one")
	a.say(r.A, "two")
	b.hear(r.B, "two") // "one" proved nothing yet
	b.say(r.B, "answer")
	a.hear(r.A, "answer")
	if got := r.Stats()[0].RTP.Dropped; got != (Drops{Unproven: 1}) {
		t.Errorf("dropped %+v, want the first packet alone", got)
	}
}

func TestRelayIgnoresStrangers(t *testing.T) {
	r := newRelay(t, true)
	a, b, s := newPhone(t, 1), newPhone(t, 2), newPhone(t, 3)
	r.A.Expect(a.behindNAT())
	r.B.Expect(b.expected())
	s.say(r.A, "before the phone") // a single packet, from a port that might be the phone's
	a.say(r.A, "one")
	a.say(r.A, "two")
	b.hear(r.B, "two")
	for range 3 {
		s.say(r.A, "after the phone")
	}
	a.say(r.A, "three")
	b.hear(r.B, "three")
	b.say(r.B, "answer")
	a.hear(r.A, "answer")
	if got := r.Stats()[0].RTP.Dropped; got != (Drops{Unproven: 2, Stranger: 3}) {
		t.Errorf("dropped %+v", got)
	}
}

func TestRelayFollowsAPhoneThatIsArmedAgain(t *testing.T) {
	r := newRelay(t, true)
	a, b, moved := newPhone(t, 1), newPhone(t, 2), newPhone(t, 3)
	r.A.Expect(a.expected())
	r.B.Expect(b.expected())
	a.say(r.A, "from the old port")
	b.hear(r.B, "from the old port")
	r.A.Expect(moved.expected())
	b.say(r.B, "to the new port") // as SDP says, before it is heard
	moved.hear(r.A, "to the new port")
	moved.say(r.A, "from the new port")
	b.hear(r.B, "from the new port")
}

func TestRelayCarriesRTCPOnItsOwnPorts(t *testing.T) {
	r := newRelay(t, true)
	a, b := newPhone(t, 1), newPhone(t, 2)
	r.A.Expect(a.expected())
	r.B.Expect(b.behindNAT())
	report := append([]byte{0x81, 201, 0, 7}, "ssrc, and a report of 28 octets"...)
	send(t, b.rtcp, r.B.Port()+1, report)
	send(t, b.rtcp, r.B.Port()+1, report)
	if got := receive(t, a.rtcp, r.A.Port()+1); string(got) != string(report) {
		t.Errorf("A got %q, want %q", got, report)
	}
	send(t, a.rtcp, r.A.Port()+1, report)
	if got := receive(t, b.rtcp, r.B.Port()+1); string(got) != string(report) {
		t.Errorf("B got %q, want %q", got, report)
	}
	if c := r.Stats()[1]; c.RTP.Packets != 0 || c.RTCP.Packets != 2 || c.RTCP.Dropped.Unproven != 1 {
		t.Errorf("side B counts %+v", c)
	}
}

func TestRelayJoinsIPv4AndIPv6(t *testing.T) {
	p := NewPorts(20000, 29999, 0, nil)
	r, err := p.NewRelay(RelayConfig{A: loopback, B: netip.IPv6Loopback()})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	r.Start()
	a := newPhone(t, 1)
	six, err := listen(netip.IPv6Loopback(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer six.Close()
	r.A.Expect(a.expected())
	r.B.Expect(Expected{Remote: local(six)})
	a.say(r.A, "to IPv6")
	if got := receive(t, six, r.B.Port()); string(got[12:]) != "to IPv6" {
		t.Errorf("got %q", got[12:])
	}
	send(t, six, r.B.Port(), rtpPacket(t, 0, 6, 1, "to IPv4"))
	a.hear(r.A, "to IPv4")
}

// BenchmarkForward is a packet's judgement and its sending.
func BenchmarkForward(b *testing.B) {
	r := newRelay(b, false)
	x, y := newPhone(b, 1), newPhone(b, 2)
	r.A.Expect(x.expected())
	r.B.Expect(y.expected())
	voice, from := rtpPacket(b, 0, 1, 1, string(make([]byte, 160))), local(x.rtp)
	b.ReportAllocs()
	for b.Loop() {
		r.A.rtp.receive(voice, from)
	}
}

// BenchmarkRelay is a packet's whole way from one phone to the other.
func BenchmarkRelay(b *testing.B) {
	r := newRelay(b, true)
	x, y := newPhone(b, 1), newPhone(b, 2)
	r.A.Expect(x.expected())
	r.B.Expect(y.expected())
	voice, buf := rtpPacket(b, 0, 1, 1, string(make([]byte, 160))), make([]byte, maxPacket)
	b.ReportAllocs()
	for b.Loop() {
		send(b, x.rtp, r.A.Port(), voice)
		if _, _, err := y.rtp.ReadFromUDPAddrPort(buf); err != nil {
			b.Fatal(err)
		}
	}
}
