package media

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// testCrypto is an a=crypto line of an offer, and testSealer seals what it describes.
const testCrypto = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR"

// testAnswer takes the same suite from the list that we offer.
const testAnswer = "a=crypto:4 AES_CM_128_HMAC_SHA1_80 inline:PS1uQCVeeCFCanVmcjkpPywjNWhcYD0mXXtxaVBR"

func testSealer(t testing.TB) *crypt {
	t.Helper()
	line, ok := parseCrypto(testCrypto[len("a=crypto:"):])
	if !ok {
		t.Fatal("not a key")
	}
	c, err := newCrypt(line.keys)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// secure is the SDP of a phone with SRTP and this key.
func (p *phone) secure(profile string, tag int, k keys) []byte {
	crypto := fmt.Sprintf("a=crypto:%d %s inline:%s", tag, k.suite.name(),
		base64.StdEncoding.EncodeToString(k.material[:k.suite.size()]))
	return []byte(strings.Replace(string(p.describe(crypto)), "RTP/AVP", profile, 1))
}

// cryptoOf reads the a=crypto of a suite in a description that we wrote.
func cryptoOf(t testing.TB, sdp []byte, s suite) cryptoLine {
	t.Helper()
	for _, l := range strings.Split(string(sdp), "\r\n") {
		if v, ok := strings.CutPrefix(l, "a=crypto:"); ok {
			if c, ok := parseCrypto(v); ok && c.keys.suite == s {
				return c
			}
		}
	}
	t.Fatalf("no key for %s in\n%s", s.name(), sdp)
	return cryptoLine{}
}

func mustCrypt(t testing.TB, k keys) *crypt {
	t.Helper()
	c, err := newCrypt(k)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// roomy copies a packet to where it can be sealed.
func roomy(b []byte) []byte { return append(make([]byte, 0, maxPacket+tail), b...) }

func TestSRTPWithEverySuite(t *testing.T) {
	for s := suite(1); int(s) < len(suites); s++ {
		t.Run(s.name(), func(t *testing.T) {
			r := newRoom(t, EndConfig{SRTP: Required}, EndConfig{})
			a, b := newPhone(t, 1), newPhone(t, 2)
			theirs := (&secret{1}).keys(s)
			toB, toA := r.agree(t, a.secure("RTP/SAVP", 7, theirs), b.describe())
			if strings.Contains(string(toB), "crypto") || !strings.Contains(string(toB), "RTP/AVP ") {
				t.Errorf("B is offered\n%s", toB)
			}
			ours := cryptoOf(t, toA, s)
			if ours.tag != 7 || ours.keys.same(&theirs) || !strings.Contains(string(toA), "RTP/SAVP ") {
				t.Errorf("A is answered\n%s", toA)
			}
			sealer, opener := mustCrypt(t, theirs), mustCrypt(t, ours.keys)
			wire, _ := sealer.seal(roomy(rtpPacket(t, 0, 1, 1, "secret")), false)
			send(t, a.rtp, portOf(r.a), wire)
			b.hear(r.b, "secret")
			b.say(r.b, "answer")
			got := receive(t, a.rtp, portOf(r.a))
			if strings.Contains(string(got), "answer") {
				t.Error("it is not encrypted")
			}
			if plain, ok := opener.open(got, false); !ok || string(plain[12:]) != "answer" {
				t.Errorf("%q, %v", plain, ok)
			}
			report := append([]byte{0x81, 201, 0, 7}, "ssrc, and a report of 28 octets!"[:28]...)
			wire, _ = sealer.seal(roomy(report), true)
			send(t, a.rtcp, portOf(r.a)+1, wire)
			if got := receive(t, b.rtcp, portOf(r.b)+1); string(got) != string(report) {
				t.Errorf("RTCP %q", got)
			}
			send(t, b.rtcp, portOf(r.b)+1, report)
			if plain, ok := opener.open(receive(t, a.rtcp, portOf(r.a)+1), true); !ok || string(plain) != string(report) {
				t.Errorf("RTCP %q, %v", plain, ok)
			}
			if q := r.a.Quality().Audio; q.SRTP != s.name() || r.b.Quality().Audio.SRTP != "" {
				t.Errorf("%+v", q)
			}
		})
	}
}

func TestSRTPPolicies(t *testing.T) {
	const plain, beside, only, none = "plain", "keys beside plain", "keys alone", "SAVP without keys"
	tests := []struct {
		offer    string
		from, to Policy
		offered  string // to B; "" for ErrSRTP
		answer   string
		answered string // to A; "" for ErrSRTP
	}{
		{plain, Off, Off, plain, plain, plain},
		{plain, Off, Optional, beside, plain, plain},
		{plain, Off, Optional, beside, beside, plain},
		{plain, Off, Optional, beside, only, plain},
		{plain, Off, Required, only, only, plain},
		{plain, Off, Required, only, plain, ""},
		{plain, Off, Required, only, none, ""},
		{plain, Optional, Off, plain, plain, plain},
		{plain, Required, Off, "", "", ""},
		{beside, Off, Off, plain, plain, plain},
		{beside, Optional, Off, plain, plain, beside},
		{beside, Required, Optional, beside, beside, beside},
		{only, Off, Off, "", "", ""},
		{only, Optional, Off, plain, plain, only},
		{only, Required, Required, only, only, only},
		{none, Optional, Off, "", "", ""},
		{none, Required, Off, "", "", ""},
	}
	text := func(p *phone, what string, tag int) []byte {
		switch what {
		case beside:
			return p.secure("RTP/AVP", tag, (&secret{1}).keys(4))
		case only:
			return p.secure("RTP/SAVP", tag, (&secret{1}).keys(4))
		case none:
			return []byte(strings.Replace(string(p.describe()), "RTP/AVP", "RTP/SAVP", 1))
		}
		return p.describe()
	}
	kind := func(sdp []byte) string {
		keys, savp := strings.Contains(string(sdp), "a=crypto:"), strings.Contains(string(sdp), "RTP/SAVP")
		return map[[2]bool]string{{false, false}: plain, {true, false}: beside, {true, true}: only, {false, true}: none}[[2]bool{keys, savp}]
	}
	// The answer's tag is 1, which is wrong, and what some phones always send.
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s, %d to %d, %s", tt.offer, tt.from, tt.to, tt.answer), func(t *testing.T) {
			r := newRoom(t, EndConfig{SRTP: tt.from}, EndConfig{SRTP: tt.to})
			toB, err := r.link.Offer(r.a, text(newPhone(t, 1), tt.offer, 3))
			if tt.offered == "" {
				if !errors.Is(err, ErrSRTP) {
					t.Errorf("got %v\n%s", err, toB)
				}
				return
			}
			if err != nil || kind(toB) != tt.offered {
				t.Fatalf("%v: B is offered %s\n%s", err, kind(toB), toB)
			}
			toA, err := r.link.Answer(r.b, text(newPhone(t, 2), tt.answer, 1))
			if tt.answered == "" {
				if !errors.Is(err, ErrSRTP) {
					t.Errorf("got %v\n%s", err, toA)
				}
				return
			}
			if err != nil || kind(toA) != tt.answered {
				t.Fatalf("%v: A is answered %s\n%s", err, kind(toA), toA)
			}
		})
	}
}

// encrypted is a phone with SRTP that has called one without.
func encrypted(t *testing.T) (r *room, a, b *phone, theirs keys) {
	t.Helper()
	r = newRoom(t, EndConfig{SRTP: Required, Signalling: loopback}, EndConfig{})
	a, b = newPhone(t, 1), newPhone(t, 2)
	theirs = (&secret{1}).keys(4)
	r.agree(t, a.secure("RTP/SAVP", 1, theirs), b.describe())
	return r, a, b, theirs
}

func TestTheSameKeyGoesOnCounting(t *testing.T) {
	r, a, b, theirs := encrypted(t)
	sealer := mustCrypt(t, theirs)
	say := func(seq uint16, words string) {
		t.Helper()
		wire, _ := sealer.seal(roomy(rtpPacket(t, 0, 1, seq, words)), false)
		send(t, a.rtp, portOf(r.a), wire)
		b.hear(r.b, words)
	}
	say(65535, "the last of the first round")
	say(0, "the first of the second")
	r.agree(t, a.secure("RTP/SAVP", 1, theirs), b.describe())
	say(1, "after a refresh") // sealed with a rollover counter of 1
	other := (&secret{2}).keys(4)
	r.agree(t, a.secure("RTP/SAVP", 1, other), b.describe())
	sealer = mustCrypt(t, other)
	say(2, "with another key")
	other = (&secret{3}).keys(1)
	r.agree(t, a.secure("RTP/SAVP", 1, other), b.describe())
	sealer = mustCrypt(t, other)
	say(3, "with another suite")
}

func TestOnlyTheKeyOpensTheLatch(t *testing.T) {
	r, a, b, theirs := encrypted(t)
	stranger, sealer := newPhone(t, 9), mustCrypt(t, theirs)
	for i := range 5 {
		send(t, stranger.rtp, portOf(r.a), rtpPacket(t, 0, 9, uint16(i), "a packet in the clear, long enough to be more"))
	}
	wire, _ := sealer.seal(roomy(rtpPacket(t, 0, 1, 1, "one")), false)
	send(t, a.rtp, portOf(r.a), wire)
	b.hear(r.b, "one") // the first that opens is believed at once
	send(t, a.rtp, portOf(r.a), wire)
	send(t, stranger.rtp, portOf(r.a), wire)
	wire, _ = sealer.seal(roomy(rtpPacket(t, 0, 1, 2, "two")), false)
	send(t, a.rtp, portOf(r.a), wire)
	b.hear(r.b, "two")
	if got, want := r.a.Quality().Audio.In.Dropped, (Drops{Forged: 6, Stranger: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestAKeyHasSoManySources(t *testing.T) {
	c := testSealer(t)
	for ssrc := range uint32(maxSources + 10) {
		if _, ok := c.seal(roomy(rtpPacket(t, 0, ssrc, 1, "x")), false); ok != (ssrc < maxSources) {
			t.Fatalf("source %d: %v", ssrc, ok)
		}
	}
	if _, ok := c.seal(roomy(rtpPacket(t, 0, 5, 2, "x")), false); !ok {
		t.Error("a known source is refused")
	}
}

func TestAKeyWithANumber(t *testing.T) {
	k := (&secret{1}).keys(4)
	k.mki = []byte{0, 0, 0, 1}
	sealer, opener := mustCrypt(t, k), mustCrypt(t, k)
	wire, _ := sealer.seal(roomy(rtpPacket(t, 0, 1, 1, "x")), false)
	if plain, ok := opener.open(wire, false); !ok || string(plain[12:]) != "x" || len(wire) != 13+4+10 {
		t.Errorf("%d octets, %v %q", len(wire), ok, plain)
	}
}
