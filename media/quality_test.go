package media

import (
	"encoding/binary"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// In this file packets are handed to a stream as its thread would, so that a
// test sees what came of each.

// deliver hands packets that came from a phone's socket to an end's stream.
func deliver(s *stream, p *phone, now time.Time, packets ...[]byte) {
	from := local(p.rtp)
	if s.rtcp {
		from = local(p.rtcp)
	}
	var got []datagram
	for _, b := range packets {
		got = append(got, datagram{bytes: roomy(b), from: from})
	}
	s.rx.Lock()
	defer s.rx.Unlock()
	s.receive(got, now.UnixNano(), newTestBatch())
}

func TestTrafficIsCountedByReason(t *testing.T) {
	r := newRoom(t, EndConfig{}, EndConfig{})
	a, b := newPhone(t, 1), newPhone(t, 2)
	voice := rtpPacket(t, 0, 1, 1, "8 octets")
	if _, err := r.link.Offer(r.a, a.describe()); err != nil {
		t.Fatal(err)
	}
	s := r.a.media[0].rtp
	now := time.Now()
	deliver(s, a, now, voice) // nobody is expected yet
	if _, err := r.link.Answer(r.b, []byte(strings.Replace(sound, "192.0.2.1\r\nt", "0.0.0.0\r\nt", 1))); err != nil {
		t.Fatal(err)
	}
	deliver(s, a, now, []byte("\r\n"), rtpPacket(t, 3, 1, 1, "GSM"), voice) // B is on hold
	r.agree(t, a.describe(), b.describe())
	deliver(s, a, now, rtpPacket(t, 0, 1, 2, "8 octets"), rtpPacket(t, 0, 1, 3, "8 octets"))
	if err := r.b.Close(); err != nil {
		t.Fatal(err)
	}
	deliver(s, a, now, rtpPacket(t, 0, 1, 4, "8 octets"))
	got := r.a.Quality().Audio.In.Traffic
	want := Traffic{Packets: 7, Octets: 5*20 + 2 + 15, Forwarded: 2,
		Dropped: Drops{Stranger: 1, NotMedia: 1, WrongType: 1, NoPeer: 2}}
	if got != want {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if out := r.b.Quality().Audio.Out; out != (Sent{2, 40}) {
		t.Errorf("B was sent %+v", out)
	}
}

func TestQuality(t *testing.T) {
	r, a, b := talking(t)
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	voice := func(seq uint16) []byte {
		p := rtpPacket(t, 0, 1, seq, string(make([]byte, 160)))
		binary.BigEndian.PutUint32(p[4:], uint32(seq)*160)
		return p
	}
	at := start
	for seq := uint16(1); seq <= 100; seq++ {
		at = start.Add(time.Duration(seq) * 20 * time.Millisecond)
		if seq%10 != 5 {
			deliver(r.a.media[0].rtp, a, at, voice(seq))
		}
	}
	// B's sender report passes to A, who answers 500 ms after it had it, 560 ms
	// after it left us: 60 ms are the way.
	sr := make([]byte, 28)
	sr[0], sr[1], sr[3] = 0x80, senderReport, 6
	copy(sr[8:], "NTP time")
	deliver(r.b.media[0].rtcp, b, at, sr)
	rr := make([]byte, 32)
	rr[0], rr[1], rr[3] = 0x81, receiverReport, 7
	rr[12], rr[15], rr[23] = 64, 3, 80         // a quarter lost, three in all; 10 ms of jitter
	copy(rr[24:], "P ti")                      // the middle of the time
	binary.BigEndian.PutUint32(rr[28:], 1<<15) // half a second
	deliver(r.a.media[0].rtcp, a, at.Add(560*time.Millisecond), rr)

	q := r.a.Quality().Audio
	if q.Codec != "PCMU" || q.Rate != 8000 || q.In.Expected != 100 || q.In.Lost != 10 || q.In.JitterMs != 0 || !q.In.Last.Equal(at) {
		t.Errorf("%+v", q)
	}
	want := Report{Reports: 1, LossPercent: 25, Lost: 3, JitterMs: 10, MOS: q.Reported.MOS}
	if q.Reported != want || want.MOS < 1 || want.MOS > 2.6 || q.RTTMs != 60 {
		t.Errorf("%+v, want %+v and 60 ms", q, want)
	}
	if q.MOS < 3 || q.MOS > 3.4 {
		t.Errorf("MOS %v with a tenth lost", q.MOS)
	}
	text, err := json.Marshal(r.a.Quality())
	if err != nil || strings.Contains(string(text), "video") || !strings.Contains(string(text), `"rttMs":60`) {
		t.Errorf("%v %s", err, text)
	}
	if err := r.a.Close(); err != nil {
		t.Fatal(err)
	}
	if after := r.a.Quality().Audio; after != q {
		t.Errorf("after Close %+v", after)
	}
}

func TestMalformedReportsAreRead(t *testing.T) {
	s := &stream{rtcp: true, reports: new(reports)}
	for _, b := range [][]byte{
		{0x9f, receiverReport, 0, 1, 0, 0, 0, 1},
		{0x81, receiverReport, 0xff, 0xff, 0, 0, 0, 1},
		{0x81, senderReport, 0, 1, 0, 0, 0, 1, 0x81, 201, 0, 0},
		make([]byte, 8),
	} {
		s.reports.read(b, 0, s)
		s.reports.told.note(b, 0)
	}
	if s.reports.seen != 0 {
		t.Errorf("%+v", s.reports)
	}
}

func TestATapHearsBothWaysInTheClear(t *testing.T) {
	r, a, b, theirs := encrypted(t)
	var mu sync.Mutex
	var heard []string
	r.a.Tap(func(w Way, p []byte) {
		mu.Lock()
		defer mu.Unlock()
		heard = append(heard, string('0'+rune(w))+string(p[12:]))
	})
	wire, _ := mustCrypt(t, theirs).seal(roomy(rtpPacket(t, 0, 1, 1, "from A")), false)
	send(t, a.rtp, portOf(r.a), wire)
	b.hear(r.b, "from A")
	b.say(r.b, "to A")
	receive(t, a.rtp, portOf(r.a))
	r.a.Tap(nil)
	b.say(r.b, "unheard")
	receive(t, a.rtp, portOf(r.a))
	mu.Lock()
	defer mu.Unlock()
	if want := []string{"0from A", "1to A"}; !slices.Equal(heard, want) {
		t.Errorf("heard %q, want %q", heard, want)
	}
}

func TestForwardingAllocatesNothing(t *testing.T) {
	for _, tt := range []struct {
		name string
		to   Policy
	}{{"plain", Off}, {"encrypted", Required}} {
		t.Run(tt.name, func(t *testing.T) {
			r := newRoom(t, EndConfig{}, EndConfig{SRTP: tt.to})
			a, b := newPhone(t, 1), newPhone(t, 2)
			answer := b.describe()
			if tt.to == Required {
				answer = b.secure("RTP/SAVP", 4, (&secret{1}).keys(4))
			}
			r.agree(t, a.describe(), answer)
			s, batch := r.a.media[0].rtp, newTestBatch()
			voice, from := roomy(rtpPacket(t, 0, 1, 1, "voice")), local(a.rtp)
			packets := make([]datagram, 1)
			n := testing.AllocsPerRun(50, func() {
				voice[3]++
				packets[0] = datagram{voice, from}
				s.rx.Lock()
				s.receive(packets, 1, batch)
				s.rx.Unlock()
			})
			if n != 0 {
				t.Errorf("%v allocations for a packet", n)
			}
		})
	}
}
