package media

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestPhonesThatRingAreOfferedTheSamePort(t *testing.T) {
	e := newEngine(t, 2)
	a, caller := newEnd(t, e, EndConfig{}), newPhone(t, 1)
	var ends []*End
	var links []*Link
	for range 3 {
		n := newEnd(t, e, EndConfig{})
		l := e.Link(n, a) // in any order
		if _, err := l.Offer(a, caller.describe()); err != nil {
			t.Fatal(err)
		}
		ends, links = append(ends, n), append(links, l)
	}
	if s := e.Stats().Ports; s.Used != 4 {
		t.Errorf("%d pairs for three phones and a caller", s.Used)
	}
	one, two := newPhone(t, 11), newPhone(t, 12)
	early, err := links[0].Answer(ends[0], one.describe())
	if err != nil {
		t.Fatal(err)
	}
	one.say(ends[0], "early")
	caller.hear(a, "early")
	final, err := links[1].Answer(ends[1], two.describe())
	if err != nil {
		t.Fatal(err)
	}
	if string(early) != string(final) {
		t.Errorf("the caller is told\n%s and then\n%s", early, final)
	}
	one.say(ends[0], "too late")
	two.say(ends[1], "hello")
	caller.hear(a, "hello")
	caller.say(a, "hello you")
	two.hear(ends[1], "hello you")
	links[2].Withdraw()
	caller.say(a, "still there")
	two.hear(ends[1], "still there")
}

func TestATransferKeepsTheEndThatStays(t *testing.T) {
	r := newRoom(t, EndConfig{}, EndConfig{})
	a, b := newPhone(t, 1), newPhone(t, 2)
	_, before := r.agree(t, a.describe("m=video 6000 RTP/AVP 97"), b.describe("m=video 6002 RTP/AVP 97"))
	c, target := newEnd(t, r.engine, EndConfig{}), newPhone(t, 3)
	l := r.engine.Link(r.a, c)
	toA, err := l.Offer(c, target.describe())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := mlines(toA), mlines(before); len(got) != 2 || got[0] != want[0] || got[1] != "m=video 0 RTP/AVP 0" {
		t.Errorf("A is offered %v after %v", got, want)
	}
	id, version := originOf(t, before)
	if nextID, next := originOf(t, toA); nextID != id || next != version+1 {
		t.Errorf("A is offered %d %d after %d %d", nextID, next, id, version)
	}
	toC, err := l.Answer(r.a, a.describe("m=video 0 RTP/AVP 97"))
	if err != nil {
		t.Fatal(err)
	}
	if got := mlines(toC); len(got) != 1 {
		t.Errorf("C is answered %v", got)
	}
	if err := r.b.Close(); err != nil {
		t.Fatal(err)
	}
	a.say(r.a, "to the target")
	target.hear(c, "to the target")
	target.say(c, "hello")
	a.hear(r.a, "hello")
	// And back: A offers what it has, and C has had one line alone.
	toC, err = l.Offer(r.a, a.describe("m=video 6000 RTP/AVP 97"))
	if err != nil {
		t.Fatal(err)
	}
	if got := mlines(toC); len(got) != 2 {
		t.Errorf("C is offered %v", got)
	}
}

func TestTheLinesOfASessionKeepTheirPlaces(t *testing.T) {
	r := newRoom(t, EndConfig{}, EndConfig{})
	a, b := newPhone(t, 1), newPhone(t, 2)
	_, before := r.agree(t, a.describe("m=video 6000 RTP/AVP 97"), b.describe("m=video 6002 RTP/AVP 97"))
	c, target := newEnd(t, r.engine, EndConfig{}), newPhone(t, 3)
	l := r.engine.Link(r.a, c)
	// The target has its video first, and a fax.
	swapped := strings.Replace(string(target.describe()), "m=audio", "m=video 6004 RTP/AVP 97\r\nm=image 6006 udptl t38\r\nm=audio", 1)
	toA, err := l.Offer(c, []byte(swapped))
	if err != nil {
		t.Fatal(err)
	}
	got, was := mlines(toA), mlines(before)
	if len(got) != 3 || got[0] != was[0] || got[1] != was[1] || got[2] != "m=image 0 udptl t38" {
		t.Errorf("A is offered %v after %v", got, was)
	}
	toC, err := l.Answer(r.a, a.describe("m=video 6000 RTP/AVP 97", "m=image 0 udptl t38"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{fmt.Sprintf("m=video %d RTP/AVP 97", c.media[0].rtp.port), "m=image 0 udptl t38",
		fmt.Sprintf("m=audio %d RTP/AVP 0 101", c.media[2].rtp.port)}
	if got := mlines(toC); !slices.Equal(got, want) {
		t.Errorf("C is answered %v, want %v", got, want)
	}
	a.say(r.a, "hello")
	if got := receive(t, target.rtp, int(c.media[2].rtp.port)); string(got[12:]) != "hello" {
		t.Errorf("C hears %q", got[12:])
	}
}
