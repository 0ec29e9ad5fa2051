package sip

import (
	"errors"
	"net"
	"net/netip"
	"testing"
)

// sorry is told that its message could not be sent.
type sorry struct{ errs []error }

func (s *sorry) fail(err error) { s.errs = append(s.errs, err) }

func TestWhatIsSentTogetherLeavesInItsOrder(t *testing.T) {
	s, _ := listening(t, Config{}, "udp", "127.0.0.1:0")
	phone, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer phone.Close()
	f, err := s.Flow("udp", netip.AddrPort{}, phone.LocalAddr().(*net.UDPAddr).AddrPort())
	if err != nil {
		t.Fatal(err)
	}
	before := s.Stats().Out
	s.Together(func() {
		for _, text := range []string{"one", "two", "three"} {
			if err := f.write([]byte(text)); err != nil {
				t.Error(err)
			}
		}
		if out := s.Stats().Out; out != before {
			t.Errorf("%d have left before the end", out-before)
		}
	})
	for _, want := range []string{"one", "two", "three"} {
		var b [16]byte
		n, err := phone.Read(b[:])
		if got := string(b[:n]); got != want || err != nil {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
}

func TestWhatCannotBeSentLaterIsToldToItsOwner(t *testing.T) {
	s, _ := listening(t, Config{}, "udp", "127.0.0.1:0")
	far, err := s.Flow("udp", netip.AddrPort{}, netip.MustParseAddrPort("192.0.2.1:5060")) // not from a loopback address
	if err != nil {
		t.Fatal(err)
	}
	var owner sorry
	s.Together(func() {
		if err := far.writeFor(&owner, []byte("x")); err != nil {
			t.Errorf("at once: %v", err)
		}
		_ = far.write([]byte("y"))
	})
	if len(owner.errs) != 1 {
		t.Fatalf("told %v", owner.errs)
	}
	if n := s.Stats().Drops["send_error"]; n != 1 {
		t.Errorf("%d drops for the one of nobody", n)
	}
	ended := make(chan error, 1)
	s.Together(func() {
		_, err = s.Request(withoutVia(t, optionsText), far, func(_ *Response, err error) { ended <- err })
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil || errors.Is(err, ErrTimeout) {
		t.Errorf("the transaction ended with %v", err)
	}
}
