package media

import (
	"bytes"
	"testing"
)

func TestToneInTheWordsOfThePhone(t *testing.T) {
	tests := []struct {
		name         string
		offer, reply string // formats and attributes
		want         int    // payload type; -1 is silence
	}{
		{"what it prefers", "8 0", "8 0", 8},
		{"what was answered", "8 0", "0", 0},
		{"by its own number", "97\r\na=rtpmap:97 PCMA/8000", "8", 97},
		{"the second, where the first cannot be spoken", "18 8", "18 8", 8},
		{"the wide band", "9 8", "9 8", 9},
		{"nothing that can be spoken", "18 3", "18 3", -1},
		{"another clock", "97\r\na=rtpmap:97 PCMA/16000", "97\r\na=rtpmap:97 PCMA/16000", -1},
		{"it does not listen", "8\r\na=sendonly", "8\r\na=recvonly", -1},
		{"nobody listens", "8\r\na=inactive", "8\r\na=inactive", -1},
		{"it listens only", "8\r\na=recvonly", "8\r\na=sendonly", 8},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRoom(t, EndConfig{}, EndConfig{})
			a, b := newPhone(t, 1), newPhone(t, 2)
			formats := func(p *phone, s string) []byte {
				return bytes.Replace(p.describe(), []byte("0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000"), []byte(s), 1)
			}
			r.agree(t, formats(a, tt.offer), formats(b, tt.reply))
			s := r.a.sound()
			s.play(usual.Ringing, 0)
			got := conduct(t, a, s, 2)
			switch {
			case tt.want < 0 && len(got) != 0:
				t.Errorf("%d packets", len(got))
			case tt.want >= 0 && (len(got) != 2 || int(got[0].kind) != tt.want):
				t.Errorf("got %+v, want type %d", got, tt.want)
			}
		})
	}
}

func TestTheAnswererHearsATone(t *testing.T) {
	r, _, b := talking(t)
	s := r.b.sound()
	s.play(usual.Ringing, 0)
	if got := conduct(t, b, s, 1); len(got) != 1 || got[0].kind != 0 {
		t.Errorf("%+v", got)
	}
}

func TestAToneIsNotHeardOnHold(t *testing.T) {
	r, a, b, beats := ringing(t)
	before := beats(1)[0]
	r.agree(t, a.describe("a=inactive"), b.describe("a=inactive"))
	if got := beats(5); len(got) != 0 {
		t.Errorf("%d packets on hold", len(got))
	}
	r.agree(t, a.describe(), b.describe())
	after := beats(1)
	if len(after) != 1 || after[0].seq != before.seq+1 || after[0].stamp != before.stamp+6*160 || !after[0].marked {
		t.Errorf("%+v after %+v", after, before)
	}
}

func TestALateThreadLeavesOut(t *testing.T) {
	r, a, _, beats := ringing(t)
	first := beats(1)[0]
	s := r.a.sound()
	sent, more := s.perform(&s.thread.band, 10, 0, newTestBatch())
	if sent != maxBeats || !more {
		t.Fatalf("%d packets", sent)
	}
	next := playedIn(t, receive(t, a.rtp, portOf(r.a)))
	if next.seq != first.seq+1 || next.stamp != first.stamp+8*160 {
		t.Errorf("%+v after %+v", next, first)
	}
}

func TestAToneIsEncrypted(t *testing.T) {
	r := newRoom(t, EndConfig{SRTP: Required}, EndConfig{})
	a, b := newPhone(t, 1), newPhone(t, 2)
	const s = suite(1)
	_, toA := r.agree(t, a.secure("RTP/SAVP", 7, (&secret{1}).keys(s)), b.describe())
	opener := mustCrypt(t, cryptoOf(t, toA, s).keys)
	r.a.sound().play(usual.Ringing, 0)
	for i := range 3 {
		r.a.sound().perform(&r.a.thread.band, 1, 0, newTestBatch())
		plain, ok := opener.open(receive(t, a.rtp, portOf(r.a)), false)
		if want := usual.Ringing.waves()[pcmu][i*frame:][:frame]; !ok || !bytes.Equal(plain[header:], want) {
			t.Errorf("packet %d: %x, %v", i, plain, ok)
		}
	}
}

func TestATapHearsTones(t *testing.T) {
	r, a, _ := talking(t)
	var heard []byte
	r.a.Tap(func(w Way, rtp []byte) {
		if w == Out {
			heard = append(heard, rtp[12:]...)
		}
	})
	s := r.a.sound()
	s.play(usual.Ringing, 0)
	conduct(t, a, s, 2)
	if !bytes.Equal(heard, usual.Ringing.waves()[pcmu][:2*frame]) {
		t.Errorf("%d octets", len(heard))
	}
}

func TestNobodyToPlayTo(t *testing.T) {
	e := newEngine(t, 1)
	fresh := newEnd(t, e, EndConfig{})
	fresh.Play(usual.Ringing)
	fresh.Silence()
	r, a, b := talking(t)
	refused := bytes.Replace(b.describe(), []byte("m=audio "), []byte("m=audio 0 RTP/AVP 0\r\na=was:"), 1)
	if _, err := r.link.Offer(r.a, a.describe()); err != nil {
		t.Fatal(err)
	}
	if _, err := r.link.Answer(r.b, refused); err != nil {
		t.Fatal(err)
	}
	s := r.a.sound()
	s.play(usual.Ringing, 0)
	if got := conduct(t, a, s, 2); len(got) != 0 {
		t.Errorf("%d packets without sound", len(got))
	}
	closed := e.NewEnd(EndConfig{Local: loopback})
	closed.Close()
	closed.Play(usual.Ringing)
}
