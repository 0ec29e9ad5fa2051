package media

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestALateOfferIsMadeByTheCalledPhone(t *testing.T) {
	r := newRoom(t, EndConfig{}, EndConfig{})
	a, b := newPhone(t, 1), newPhone(t, 2)
	if _, err := r.link.Offer(r.b, b.describe()); err != nil {
		t.Fatal(err)
	}
	if _, err := r.link.Answer(r.a, a.describe()); err != nil {
		t.Fatal(err)
	}
	a.say(r.a, "one")
	b.hear(r.b, "one")
}

func TestAnswersThatDoNotFit(t *testing.T) {
	video := "m=video 6000 RTP/AVP 97"
	tests := []struct {
		name   string
		answer func(b *phone) []byte
		want   error
		lines  []string // what A is told, the audio's port as N
	}{
		{"fewer streams than offered", func(b *phone) []byte { return b.describe() }, nil,
			[]string{"m=audio N RTP/AVP 0 101", "m=video 0 RTP/AVP 0"}},
		{"more streams than offered", func(b *phone) []byte { return b.describe(video, video) }, ErrMalformed, nil},
		{"another kind", func(b *phone) []byte { return b.describe("m=audio 6002 RTP/AVP 0") }, ErrMalformed, nil},
		{"all refused", func(b *phone) []byte { return []byte(head + "m=audio 0 RTP/AVP 0\r\nm=video 0 RTP/AVP 97\r\n") }, nil,
			[]string{"m=audio 0 RTP/AVP 0", "m=video 0 RTP/AVP 97"}},
		{"encryption that was not offered", func(b *phone) []byte {
			return []byte(head + "m=audio 5000 RTP/SAVP 0\r\n" + testAnswer + "\r\n")
		}, ErrSRTP, nil},
		{"nothing", func(b *phone) []byte { return nil }, ErrMalformed, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRoom(t, EndConfig{}, EndConfig{})
			if _, err := r.link.Offer(r.a, newPhone(t, 1).describe(video)); err != nil {
				t.Fatal(err)
			}
			toA, err := r.link.Answer(r.b, tt.answer(newPhone(t, 2)))
			if !errors.Is(err, tt.want) {
				t.Fatalf("got %v, want %v", err, tt.want)
			}
			got := strings.ReplaceAll(strings.Join(mlines(toA), "; "), fmt.Sprint(portOf(r.a)), "N")
			if want := strings.Join(tt.lines, "; "); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// RFC 3264 section 6: the transport of an answer is that of the offer.
func TestAStreamThatIsNotAnsweredKeepsItsProfile(t *testing.T) {
	r := newRoom(t, EndConfig{}, EndConfig{})
	offered := []string{"m=video 6000 RTP/AVPF 97", "m=audio 6002 RTP/SAVP 0", "m=audio 6004 RTP/SAVPF 0", "m=image 6006 udptl t38"}
	if _, err := r.link.Offer(r.a, newPhone(t, 1).describe(offered...)); err != nil {
		t.Fatal(err)
	}
	toA, err := r.link.Answer(r.b, newPhone(t, 2).describe())
	if err != nil {
		t.Fatal(err)
	}
	want := "m=video 0 RTP/AVPF 0; m=audio 0 RTP/SAVP 0; m=audio 0 RTP/SAVPF 0; m=image 0 udptl t38"
	if got := strings.Join(mlines(toA)[1:], "; "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAnAnswerMayBeRepeated(t *testing.T) {
	r := newRoom(t, EndConfig{}, EndConfig{})
	a, b, other := newPhone(t, 1), newPhone(t, 2), newPhone(t, 3)
	_, early := r.agree(t, a.describe(), b.describe())
	final, err := r.link.Answer(r.b, b.describe())
	if err != nil || string(final) != string(early) {
		t.Errorf("%v\n%s after\n%s", err, final, early)
	}
	// A proxy had forked, and another phone behind it answers.
	if _, err := r.link.Answer(r.b, other.describe()); err != nil {
		t.Fatal(err)
	}
	a.say(r.a, "who are you?")
	other.hear(r.b, "who are you?")
	if _, err := r.link.Answer(r.a, a.describe()); !errors.Is(err, ErrNoOffer) {
		t.Errorf("the offerer answers: %v", err)
	}
}

func TestHoldPasses(t *testing.T) {
	r, a, b := talking(t)
	a.say(r.a, "please hold")
	b.hear(r.b, "please hold")
	for _, tt := range []struct{ offer, want string }{
		{string(a.describe("a=sendonly")), "a=sendonly\r\n"},
		{string(a.describe("a=inactive")), "a=inactive\r\n"},
		{string(a.describe("c=IN IP4 0.0.0.0")), "a=inactive\r\n"},
	} {
		toB, err := r.link.Offer(r.a, []byte(tt.offer))
		if err != nil || !strings.Contains(string(toB), tt.want) {
			t.Errorf("%v: %s has no %s", err, toB, tt.want)
		}
		if _, err := r.link.Answer(r.b, b.describe("a=inactive")); err != nil {
			t.Fatal(err)
		}
	}
	b.say(r.b, "nobody hears this")
	deadline := time.Now().Add(5 * time.Second)
	for r.b.Quality().Audio.In.Dropped.NoPeer == 0 {
		if time.Now().After(deadline) {
			t.Fatal("what B says to A on hold is not dropped")
		}
	}
	r.agree(t, a.describe(), b.describe())
	b.say(r.b, "back again")
	a.hear(r.a, "back again")
}
