package media

import (
	"net/netip"
	"testing"
)

func TestRelayCarriesSoundBothWays(t *testing.T) {
	r, a, b := talking(t)
	const frame = 160
	fromA, fromB := Sine(440, 8000, 1600), Sine(660, 8000, 1600)
	var atA, atB []byte
	for i := 0; i < len(fromA); i += frame {
		a.say(r.a, string(EncodePCMU(fromA[i:i+frame])))
		b.say(r.b, string(EncodePCMU(fromB[i:i+frame])))
		atB = append(atB, receive(t, b.rtp, portOf(r.b))[12:]...)
		atA = append(atA, receive(t, a.rtp, portOf(r.a))[12:]...)
	}
	if s := Strength(DecodePCMU(atB), 440, 8000); s < 0.9 {
		t.Errorf("B hears A's tone with strength %v", s)
	}
	if s := Strength(DecodePCMU(atA), 660, 8000); s < 0.9 {
		t.Errorf("A hears B's tone with strength %v", s)
	}
}

func TestRelayPassesPacketsUnchanged(t *testing.T) {
	r, a, b := talking(t)
	want := rtpPacket(t, 101, 0xdeadbeef, 65535, "digit 5")
	send(t, a.rtp, portOf(r.a), want)
	if got := receive(t, b.rtp, portOf(r.b)); string(got) != string(want) {
		t.Errorf("got %x, want %x", got, want)
	}
}

func TestRelayPassesABurst(t *testing.T) {
	r, a, b := talking(t)
	const burst = 3 * batchSize
	for range burst {
		a.say(r.a, "picture")
	}
	for range burst {
		b.hear(r.b, "picture")
	}
	if q := r.a.Quality().Audio.In; q.Forwarded != burst || q.Lost != 0 {
		t.Errorf("%+v", q)
	}
}

func TestRelayFindsAPhoneBehindNAT(t *testing.T) {
	r := newRoom(t, EndConfig{Signalling: loopback}, EndConfig{})
	a, b := newPhone(t, 1), newPhone(t, 2)
	r.agree(t, a.behindNAT(), b.describe())
	a.say(r.a, "one")
	a.say(r.a, "two")
	b.hear(r.b, "two") // "one" proved nothing yet
	b.say(r.b, "answer")
	a.hear(r.a, "answer")
	if got := r.a.Quality().Audio.In.Dropped; got != (Drops{Unproven: 1}) {
		t.Errorf("dropped %+v, want the first packet alone", got)
	}
}

func TestRelayIgnoresStrangers(t *testing.T) {
	r := newRoom(t, EndConfig{Signalling: loopback}, EndConfig{})
	a, b, s := newPhone(t, 1), newPhone(t, 2), newPhone(t, 3)
	r.agree(t, a.behindNAT(), b.describe())
	s.say(r.a, "before the phone") // a single packet, from a port that might be the phone's
	a.say(r.a, "one")
	a.say(r.a, "two")
	b.hear(r.b, "two")
	for range 3 {
		s.say(r.a, "after the phone")
	}
	a.say(r.a, "three")
	b.hear(r.b, "three")
	b.say(r.b, "answer")
	a.hear(r.a, "answer")
	if got := r.a.Quality().Audio.In.Dropped; got != (Drops{Unproven: 2, Stranger: 3}) {
		t.Errorf("dropped %+v", got)
	}
}

func TestRelayFollowsAPhoneThatIsDescribedAnew(t *testing.T) {
	r, a, b := talking(t)
	moved := newPhone(t, 3)
	a.say(r.a, "from the old port")
	b.hear(r.b, "from the old port")
	r.agree(t, moved.describe(), b.describe())
	b.say(r.b, "to the new port") // as SDP says, before it is heard
	moved.hear(r.a, "to the new port")
	moved.say(r.a, "from the new port")
	b.hear(r.b, "from the new port")
}

func TestRelayCarriesRTCPOnItsOwnPorts(t *testing.T) {
	r := newRoom(t, EndConfig{}, EndConfig{Signalling: loopback})
	a, b := newPhone(t, 1), newPhone(t, 2)
	r.agree(t, a.describe(), b.behindNAT())
	report := append([]byte{0x81, 201, 0, 7}, "ssrc, and a report of 28 octets"...)
	send(t, b.rtcp, portOf(r.b)+1, report)
	send(t, b.rtcp, portOf(r.b)+1, report)
	if got := receive(t, a.rtcp, portOf(r.a)+1); string(got) != string(report) {
		t.Errorf("A got %q, want %q", got, report)
	}
	send(t, a.rtcp, portOf(r.a)+1, report)
	if got := receive(t, b.rtcp, portOf(r.b)+1); string(got) != string(report) {
		t.Errorf("B got %q, want %q", got, report)
	}
	if q := r.b.Quality().Audio; q.In.Packets != 0 || q.RTCP.Packets != 2 || q.RTCP.Dropped.Unproven != 1 {
		t.Errorf("side B counts %+v", q)
	}
}

func TestRelayJoinsIPv4AndIPv6(t *testing.T) {
	six := netip.IPv6Loopback()
	r := newRoom(t, EndConfig{}, EndConfig{Local: six})
	a, b := newPhone(t, 1), newPhoneAt(t, 6, six)
	r.agree(t, a.describe(), b.describe())
	a.say(r.a, "to IPv6")
	b.hear(r.b, "to IPv6")
	b.say(r.b, "to IPv4")
	a.hear(r.a, "to IPv4")
}
