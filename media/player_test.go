package media

import (
	"bytes"
	"runtime"
	"testing"
	"time"
)

// ringing is a room in which both have agreed and a hears that it rings at b. The
// engine's own beat does not reach it: beats are the test's.
func ringing(t *testing.T) (r *room, a, b *phone, beats func(n int) []played) {
	t.Helper()
	r = newRoom(t, EndConfig{}, EndConfig{})
	a, b = newPhone(t, 1), newPhone(t, 2)
	r.agree(t, a.describe(), b.describe())
	s := r.a.sound()
	s.play(usual.Ringing, 0)
	return r, a, b, func(n int) []played { return conduct(t, a, s, n) }
}

// played is a packet of a tone as the phone got it.
type played struct {
	packet
	stamp  uint32
	marked bool
	sound  []byte
}

// conduct lets a stream perform some beats, one by one, and returns what comes of
// them.
func conduct(t *testing.T, p *phone, s *stream, n int) []played {
	t.Helper()
	var got []played
	for range n {
		sent, _ := s.perform(&s.thread.band, 1, 0, newTestBatch())
		for range sent {
			got = append(got, playedIn(t, receive(t, p.rtp, int(s.port))))
		}
	}
	return got
}

func playedIn(t *testing.T, b []byte) played {
	t.Helper()
	p, ok := parseRTP(b)
	if !ok {
		t.Fatalf("not RTP: %x", b)
	}
	return played{p, timestamp(b), b[1]&0x80 != 0, b[12:]}
}

func TestAToneIsOneStreamOfRTP(t *testing.T) {
	_, _, _, beats := ringing(t)
	got := beats(251)
	var wave []byte
	for i, p := range got {
		wave = append(wave, p.sound...)
		if p.kind != 0 || p.ssrc != got[0].ssrc || p.marked != (i == 0) {
			t.Errorf("packet %d: %+v, marked %v", i, p.packet, p.marked)
		}
		if p.seq != got[0].seq+uint16(i) || p.stamp != got[0].stamp+160*uint32(i) {
			t.Errorf("packet %d has number %d and time %d after %d and %d", i, p.seq, p.stamp, got[0].seq, got[0].stamp)
		}
	}
	want := usual.Ringing.waves()[pcmu]
	if !bytes.Equal(wave[:len(want)], want) || !bytes.Equal(wave[len(want):], want[:frame]) {
		t.Error("it is not one round of ringing and the beginning of the next")
	}
}

func TestAToneGoesOnWithItsNumbers(t *testing.T) {
	r, a, _, beats := ringing(t)
	first := beats(3)[2]
	s := r.a.sound()
	s.hush()
	if got := beats(5); len(got) != 0 {
		t.Fatalf("silence of %d packets", len(got))
	}
	s.play(usual.Confirmation, int64(2*time.Second))
	next := conduct(t, a, s, 1)[0]
	if next.ssrc != first.ssrc || next.seq != first.seq+1 || !next.marked {
		t.Errorf("%+v after %+v", next.packet, first.packet)
	}
	if passed := next.stamp - first.stamp; passed != 16000+160 {
		t.Errorf("two seconds are %d", passed)
	}
}

func TestAToneThatIsPlayedAgainGoesOn(t *testing.T) {
	r, a, _, beats := ringing(t)
	beats(1)
	s := r.a.sound()
	s.play(usual.Ringing, 0)
	if got := conduct(t, a, s, 1)[0]; got.marked || !bytes.Equal(got.sound, usual.Ringing.waves()[pcmu][frame:][:frame]) {
		t.Error("it began anew")
	}
}

func TestAToneGivesWayToWhoIsJoined(t *testing.T) {
	r, a, b, beats := ringing(t)
	beats(1)
	b.say(r.b, "of before")
	waitFor(t, func() bool { return r.b.Quality().Audio.In.Dropped.NoPeer == 1 })
	if _, err := r.link.Answer(r.b, b.describe()); err != nil {
		t.Fatal(err)
	}
	if got := beats(2); len(got) != 2 {
		t.Errorf("%d packets of the tone, want 2: nobody has spoken yet", len(got))
	}
	b.say(r.b, "hello")
	a.hear(r.a, "hello")
	if got := beats(2); len(got) != 0 {
		t.Errorf("%d packets beside the speaker", len(got))
	}
}

func TestAToneOnceEndsByItself(t *testing.T) {
	r, a, b := talking(t)
	r.a.Play(usual.Confirmation)
	wave := usual.Confirmation.waves()[pcmu]
	first := playedIn(t, receive(t, a.rtp, portOf(r.a)))
	for p, at := first, 0; at < len(wave)*3/4; p = playedIn(t, receive(t, a.rtp, portOf(r.a))) {
		if at = int(p.stamp - first.stamp); !bytes.Equal(p.sound, wave[at:][:frame]) {
			t.Fatalf("the packet at %d is another", at)
		}
	}
	band := &r.a.thread.band
	waitFor(t, func() bool { band.mu.Lock(); defer band.mu.Unlock(); return len(band.streams) == 0 })
	b.say(r.b, "hello")
	for got := ""; got != "hello"; {
		got = string(receive(t, a.rtp, portOf(r.a))[header:])
	}
	q := r.a.Quality().Audio.Out // waits until the packet is done with
	_ = r.b.Quality()
	s := r.engine.Stats()
	if s.Played <= 25 || s.Played > 50 || s.Forwarded != 1 || q.Packets != s.Played+1 {
		t.Errorf("%+v, %+v", s, q)
	}
}

// Tones begin and end while ends come and go.
func TestEndsCloseWhileTonesPlay(t *testing.T) {
	e := newEngine(t, 2)
	p := newPhone(t, 1)
	for range 200 {
		a, b := e.NewEnd(EndConfig{Local: loopback}), e.NewEnd(EndConfig{Local: loopback})
		l := e.Link(a, b)
		if _, err := l.Offer(a, p.describe()); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Answer(b, p.describe()); err != nil {
			t.Fatal(err)
		}
		a.Play(usual.Ringing)
		b.Play(usual.Confirmation)
		a.Silence()
		a.Play(usual.Refusal)
		a.Close()
		b.Close()
	}
	for _, th := range e.threads {
		waitFor(t, func() bool { th.band.mu.Lock(); defer th.band.mu.Unlock(); return len(th.band.streams) == 0 })
	}
}

// waitFor waits until a thread has done what it is about to do.
func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !done(); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatal("in vain")
		}
	}
}
