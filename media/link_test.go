package media

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// originOf returns the session id and version of a description's o= line.
func originOf(t testing.TB, sdp []byte) (id, version uint64) {
	t.Helper()
	_, rest, _ := strings.Cut(string(sdp), "o=")
	if _, err := fmt.Sscanf(rest, "- %d %d", &id, &version); err != nil {
		t.Fatalf("%v in\n%s", err, sdp)
	}
	return id, version
}

// mlines returns the m= lines of a description.
func mlines(sdp []byte) (all []string) {
	for _, l := range strings.Split(string(sdp), "\r\n") {
		if strings.HasPrefix(l, "m=") {
			all = append(all, l)
		}
	}
	return all
}

func TestAnEndKeepsItsIdentity(t *testing.T) {
	r := newRoom(t, EndConfig{}, EndConfig{})
	a, b := newPhone(t, 1), newPhone(t, 2)
	first, answer := r.agree(t, a.describe(), b.describe())
	again, answerAgain := r.agree(t, a.describe(), b.describe())
	if string(again) != string(first) || string(answerAgain) != string(answer) {
		t.Errorf("a refresh changed\n%s to\n%s\nor\n%s to\n%s", first, again, answer, answerAgain)
	}
	held, _ := r.agree(t, a.describe("a=sendonly"), b.describe("a=recvonly"))
	id, version := originOf(t, first)
	if nextID, next := originOf(t, held); nextID != id || next != version+1 {
		t.Errorf("hold: %d %d, want %d %d", nextID, next, id, version+1)
	}
	resumed, _ := r.agree(t, a.describe(), b.describe())
	if _, next := originOf(t, resumed); next != version+2 {
		t.Errorf("resume: version %d, want %d", next, version+2)
	}
	fromB, err := r.link.Offer(r.b, b.describe("a=ptime:30"))
	if err != nil {
		t.Fatal(err)
	}
	idA, versionA := originOf(t, answer)
	if nextID, next := originOf(t, fromB); nextID != idA || next != versionA+3 {
		t.Errorf("B's offer to A: %d %d, want %d %d", nextID, next, idA, versionA+3)
	}
}

func TestARefusedOfferChangesNothing(t *testing.T) {
	r, a, b := talking(t)
	used := r.engine.Stats().Ports.Used
	moved := newPhone(t, 3)
	if _, err := r.link.Offer(r.a, moved.describe("m=video 6000 RTP/AVP 97")); err != nil {
		t.Fatal(err)
	}
	if got := r.engine.Stats().Ports.Used; got != used+2 {
		t.Errorf("%d pairs for the offer, want %d", got, used+2)
	}
	r.link.Withdraw()
	if got := r.engine.Stats().Ports.Used; got != used {
		t.Errorf("%d pairs after it was refused, want %d", got, used)
	}
	a.say(r.a, "still here")
	b.hear(r.b, "still here")
	b.say(r.b, "so am I")
	a.hear(r.a, "so am I")
	if _, err := r.link.Answer(r.b, b.describe()); !errors.Is(err, ErrNoOffer) {
		t.Errorf("an answer after that: %v", err)
	}
	toB, _ := r.agree(t, a.describe(), b.describe())
	if got := mlines(toB); len(got) != 1 {
		t.Errorf("the video that never was is offered: %v", got)
	}
}

func TestAFailedOfferChangesNothing(t *testing.T) {
	r, a, b := talking(t)
	if _, err := r.link.Offer(r.a, []byte("v=0\r\n")); !errors.Is(err, ErrNoMedia) {
		t.Errorf("got %v", err)
	}
	if _, err := r.link.Offer(r.b, b.describe("m=video 6000 RTP/AVP 97", "m=10.0.0.1 1 x y")); !errors.Is(err, ErrMalformed) {
		t.Errorf("got %v", err)
	}
	fax := head + "m=audio 0 RTP/AVP 0\r\nm=image 5000 udptl t38\r\n"
	if _, err := r.link.Offer(r.a, []byte(fax)); !errors.Is(err, ErrNoMedia) {
		t.Errorf("got %v", err)
	}
	if s := r.engine.Stats(); s.Ports.Used != 2 || s.Streams != 4 {
		t.Errorf("%+v", s)
	}
	a.say(r.a, "still here")
	b.hear(r.b, "still here")
}

func TestPortsRunOut(t *testing.T) {
	lo := freePair(t)
	c := newClock()
	e, err := NewEngine(EngineConfig{Ports: NewPorts(lo, lo+1, time.Second, c.now), Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	a, b := e.NewEnd(EndConfig{Local: loopback}), e.NewEnd(EndConfig{Local: loopback})
	l := e.Link(a, b)
	if _, err := l.Offer(a, []byte(sound)); !errors.Is(err, ErrExhausted) {
		t.Errorf("one pair for two ends: %v", err)
	}
	if got, want := e.Stats().Ports, (PortStats{Resting: 1, Exhausted: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if err := errors.Join(a.Close(), b.Close(), a.Close()); err != nil {
		t.Error(err)
	}
	if got := e.Stats().Ports.Resting; got != 1 {
		t.Errorf("released %d times", got)
	}
	if _, err := l.Offer(a, []byte(sound)); !errors.Is(err, ErrClosed) {
		t.Errorf("an offer after the end: %v", err)
	}
}

func TestMediaMayPassUsBy(t *testing.T) {
	r := newRoom(t, EndConfig{Direct: true}, EndConfig{Direct: true})
	a, b := newPhone(t, 1), newPhone(t, 2)
	offer := a.describe("a=candidate:1 1 UDP 1 192.0.2.1 5004 typ host")
	toB, toA := r.agree(t, offer, b.describe())
	for _, x := range []struct{ in, out []byte }{{offer, toB}, {b.describe(), toA}} {
		in, out := string(x.in), string(x.out)
		_, in, _ = strings.Cut(in, "o=")
		_, out, _ = strings.Cut(out, "o=")
		_, in, _ = strings.Cut(in, "\r\n")
		_, out, _ = strings.Cut(out, "\r\n")
		if in != out {
			t.Errorf("got\n%s\nwant\n%s", out, in)
		}
	}
	again, _ := r.agree(t, offer, b.describe())
	if string(again) != string(toB) {
		t.Errorf("a refresh changed\n%s to\n%s", toB, again)
	}
	if s := r.engine.Stats(); s.Ports.Used != 0 || !r.link.Direct() {
		t.Errorf("%+v", s)
	}
}

func TestAnExternalAddressIsTold(t *testing.T) {
	e, err := NewEngine(EngineConfig{Ports: NewPorts(20000, 29999, 0, nil), External: relay4})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	a, b := newEnd(t, e, EndConfig{}), newEnd(t, e, EndConfig{Local: addr("::1")})
	l := e.Link(a, b)
	toB, err := l.Offer(a, []byte(sound))
	if err != nil || !strings.Contains(string(toB), "IN IP6 ::1\r\n") {
		t.Errorf("%v\n%s", err, toB)
	}
	toA, err := l.Answer(b, []byte(strings.ReplaceAll(sound, "IP4 192.0.2.1", "IP6 2001:db8::1")))
	if err != nil || strings.Count(string(toA), "IN IP4 203.0.113.9\r\n") != 2 {
		t.Errorf("%v\n%s", err, toA)
	}
	ours := fmt.Sprintf("203.0.113.9:%d", portOf(a))
	if got := a.usable(addrPort(ours)); got.IsValid() {
		t.Errorf("our own external address is sent to: %v", got)
	}
}

// A dead call is told by when its ends were heard: strangers keep none alive.
func TestWhenAnEndWasHeard(t *testing.T) {
	c := newClock()
	e, err := NewEngine(EngineConfig{Ports: NewPorts(20000, 29999, 0, nil), Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	a, b := newEnd(t, e, EndConfig{}), newEnd(t, e, EndConfig{})
	l := e.Link(a, b)
	x, y := newPhone(t, 1), newPhone(t, 2)
	if _, err := l.Offer(a, x.describe()); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Answer(b, y.describe()); err != nil {
		t.Fatal(err)
	}
	x.say(a, "hello")
	y.hear(b, "hello")
	y.say(b, "hello")
	x.hear(a, "hello")
	said := c.now()
	c.add(3 * time.Second)
	y.say(a, "a stranger to A") // from B's phone
	for a.Quality().Audio.In.Dropped.Stranger == 0 {
		runtime.Gosched()
	}
	for _, n := range []*End{a, b} {
		if last := n.Quality().Audio.In.Last; !last.Equal(said) {
			t.Errorf("heard at %v, and a stranger after %v", last, said)
		}
	}
}
