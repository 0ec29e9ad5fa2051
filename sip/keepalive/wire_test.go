package keepalive

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

// wire is a keeper on a real socket, and one phone behind a NAT of it.
type wire struct {
	*Keeper
	stack *sip.Stack
	phone *net.UDPConn
}

func newWire(t *testing.T, interval time.Duration) *wire {
	w := &wire{}
	var bound phone.Binding
	w.Keeper = New(Config{Interval: interval, Domain: "example.net", Bindings: func(phone.ID) []phone.Binding { return []phone.Binding{bound} }})
	w.stack = sip.New(sip.Config{Workers: 1, Answered: w.Answered})
	local, err := w.stack.Listen("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if w.phone, err = net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}); err != nil {
		t.Fatal(err)
	}
	remote := w.phone.LocalAddr().(*net.UDPAddr).AddrPort()
	bound = phone.Binding{Phone: "desk", Contact: inside, Transport: "udp", Local: local, Remote: remote, Target: remote}
	w.Bound(bound)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = w.Run(ctx, w.stack) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
		w.phone.Close()
		if err := w.stack.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return w
}

// next is what the phone gets.
func (w *wire) next(t *testing.T) (string, netip.AddrPort) {
	t.Helper()
	if err := w.phone.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 2000)
	n, from, err := w.phone.ReadFromUDPAddrPort(b)
	if err != nil {
		t.Fatal(err)
	}
	return string(b[:n]), from
}

func (w *wire) say(t *testing.T, to netip.AddrPort, text string) {
	t.Helper()
	if _, err := w.phone.WriteToUDPAddrPort([]byte(text), to); err != nil {
		t.Fatal(err)
	}
}

// answerTo is what a phone answers.
func answerTo(t *testing.T, request, status string) string {
	t.Helper()
	if _, err := sip.Parse([]byte(request)); err != nil {
		t.Fatalf("%v in\n%s", err, request)
	}
	_, rest, _ := strings.Cut(request, "\r\n")
	return "SIP/2.0 " + status + "\r\n" + rest
}

// await waits until the counters are as they should be.
func (w *wire) await(t *testing.T, what string, is func(Stats) bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for !is(w.Stats()) {
		select {
		case <-look.C:
		case <-deadline:
			t.Fatalf("%s: %+v", what, w.Stats())
		}
	}
}

func TestAPhoneOnTheWire(t *testing.T) {
	w := newWire(t, 200*time.Millisecond)
	request, from := w.next(t)
	good := answerTo(t, request, "404 Not Found")
	w.say(t, from, strings.Replace(good, sip.ProbeBranch, sip.ProbeBranch+"0", 1))
	w.await(t, "forged", func(s Stats) bool { return s.Forged == 1 && s.Answered == 0 })
	w.say(t, from, good)
	w.say(t, from, good)
	w.await(t, "answered once", func(s Stats) bool { return s.Answered == 1 && s.Replayed == 1 })
	trip, reachable := w.Health("desk")
	if trip <= 0 || trip > 10*time.Second || reachable == nil || !*reachable {
		t.Errorf("%v, %v", trip, reachable)
	}
	if s := w.stack.Stats(); s.Drops["unmatched_response"] != 0 || s.ParseErrors != 0 {
		t.Errorf("%+v", s)
	}
}

func TestADeafPhoneOnTheWire(t *testing.T) {
	w := newWire(t, 200*time.Millisecond)
	for range silent {
		if got, _ := w.next(t); !strings.HasPrefix(got, "OPTIONS sip:desk@10.0.0.5:5062;line=1 SIP/2.0\r\n") {
			t.Errorf("got\n%s", got)
		}
	}
	for range 2 {
		if got, _ := w.next(t); got != "\r\n\r\n" {
			t.Errorf("got %q", got)
		}
	}
	if trip, reachable := w.Health("desk"); trip != 0 || reachable != nil {
		t.Errorf("%v, %v", trip, reachable)
	}
}

func FuzzOpen(f *testing.F) {
	s := newSealer()
	to := netip.MustParseAddr("203.0.113.7")
	f.Add(sip.ProbeBranch + strings.Repeat("0", 40))
	f.Fuzz(func(t *testing.T, branch string) {
		if _, ok := s.open(branch, to); ok {
			t.Errorf("%q was never sent", branch)
		}
	})
}
