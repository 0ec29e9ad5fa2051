package media

import (
	"errors"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"
)

// In this file packets are handed to a side as its socket's goroutine would, so
// that a test sees what came of each.

func TestRelayCounts(t *testing.T) {
	r := newRelay(t, false)
	a, b := newPhone(t, 1), newPhone(t, 2)
	from := local(a.rtp)
	voice := rtpPacket(t, 0, 1, 1, "8 octets")
	r.A.rtp.receive(voice, from) // nobody is expected yet
	r.A.Expect(a.expected())
	r.A.rtp.receive([]byte("\r\n"), from)
	r.A.rtp.receive(rtpPacket(t, 3, 1, 1, "GSM"), from)
	r.A.rtp.receive(voice, from) // B has no address yet
	r.B.Expect(b.expected())
	r.A.rtp.receive(voice, from)
	r.A.rtp.receive(voice, from)
	r.B.Expect(Expected{Remote: addrPort("0.0.0.0:5004")})
	r.A.rtp.receive(voice, from) // B is on hold
	got := r.Stats()[0].RTP
	want := Traffic{Packets: 7, Octets: 5*20 + 2 + 15, ForwardedPackets: 2, ForwardedOctets: 40,
		Dropped: Drops{Stranger: 1, NotMedia: 1, WrongType: 1, NoPeer: 2}}
	if got != want {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestRelayIsIdleWhenNoPhoneSends(t *testing.T) {
	c := newClock()
	p := NewPorts(20000, 29999, 0, nil)
	r, err := p.NewRelay(RelayConfig{A: loopback, B: loopback, Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	a, b := newPhone(t, 1), newPhone(t, 2)
	r.A.Expect(a.expected())
	r.B.Expect(b.expected())
	idle := func(want time.Duration) {
		t.Helper()
		if got := r.Idle(); got != want {
			t.Errorf("idle for %v, want %v", got, want)
		}
	}
	c.t = c.t.Add(10 * time.Second)
	idle(10 * time.Second)
	r.B.rtp.receive(rtpPacket(t, 0, 2, 1, ""), local(b.rtp))
	idle(0)
	c.t = c.t.Add(3 * time.Second)
	r.A.rtp.receive(rtpPacket(t, 0, 9, 1, ""), local(b.rtp)) // a stranger to A
	idle(3 * time.Second)
	if last := r.Stats()[1].Last; !last.Equal(c.t.Add(-3 * time.Second)) {
		t.Errorf("B was last heard at %v", last)
	}
}

func TestSidesDoNotSendWhereItHarms(t *testing.T) {
	r := newRelay(t, false)
	tests := []struct {
		name, remote string
	}{
		{"a multicast group", "224.2.1.1:5004"},
		{"everybody on the wire", "255.255.255.255:5004"},
		{"an RTP port of our own", netip.AddrPortFrom(loopback, uint16(r.B.Port())).String()},
		{"an RTCP port of our own", netip.AddrPortFrom(loopback, uint16(r.B.Port()+1)).String()},
		{"port 0", "127.0.0.1:0"},
		{"no host", "0.0.0.0:5004"},
		{"no host, mapped", "[::ffff:0.0.0.0]:5004"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r.A.Expect(Expected{Remote: addrPort("127.0.0.1:9")})
			r.A.Expect(Expected{Remote: addrPort(tt.remote)})
			if to := r.A.rtp.target(); to.IsValid() {
				t.Errorf("it sends to %v", to)
			}
		})
	}
}

func TestSidesOnTheNetworkDoNotSendToLoopback(t *testing.T) {
	s := Side{ip: addr("198.51.100.1"), ours: func(netip.AddrPort) bool { return false }}
	for _, a := range []string{"127.0.0.1:5060", "[::1]:5060", "[::ffff:127.0.0.1]:5060", "0.0.0.0:5060"} {
		if got := s.usable(addrPort(a)); got.IsValid() {
			t.Errorf("%s is used as %v", a, got)
		}
	}
	if got := s.usable(addrPort("[::ffff:192.0.2.1]:5004")); got != addrPort("192.0.2.1:5004") {
		t.Errorf("a mapped address became %v", got)
	}
}

func TestRelayWithoutPorts(t *testing.T) {
	lo := freePair(t)
	p := NewPorts(lo, lo+1, time.Second, newClock().now)
	if _, err := p.NewRelay(RelayConfig{A: loopback, B: loopback}); !errors.Is(err, ErrExhausted) {
		t.Errorf("one pair for two sides: %v, want ErrExhausted", err)
	}
	if got, want := p.Stats(), (PortStats{Resting: 1}); got != want {
		t.Errorf("side A's pair: %+v, want %+v", got, want)
	}
	if _, err := p.NewRelay(RelayConfig{A: loopback}); err == nil {
		t.Error("a side without an address: no error")
	}
}

func TestRelayEnds(t *testing.T) {
	tests := []struct {
		name string
		life func(*Relay)
	}{
		{"closed before its start", func(*Relay) {}},
		{"closed while it runs", func(r *Relay) { r.Start() }},
		{"started twice", func(r *Relay) { r.Start(); r.Start() }},
		{"started after its end", func(r *Relay) { r.Close(); r.Start() }},
		{"closed twice", func(r *Relay) { r.Start(); r.Close() }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.life(newRelay(t, false)) // whose cleanup asserts the rest
		})
	}
}

func TestCloseWaitsForThePacketInHand(t *testing.T) {
	inHand, closed := make(chan struct{}), make(chan struct{})
	var running, done atomic.Bool
	now := func() time.Time { // asked once for each packet that is believed
		if running.Load() {
			close(inHand)
			<-closed
			done.Store(true)
		}
		return time.Time{}
	}
	p := NewPorts(20000, 29999, 0, nil)
	r, err := p.NewRelay(RelayConfig{A: loopback, B: loopback, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	running.Store(true)
	r.Start()
	a := newPhone(t, 1)
	r.A.Expect(a.expected())
	a.say(r.A, "the last word")
	<-inHand
	go func() {
		r.B.rtcp.run() // until Close has closed the last socket
		close(closed)
	}()
	if err := r.Close(); err != nil || !done.Load() {
		t.Errorf("closed with %v before the packet was done with", err)
	}
}

func TestForwardingAllocatesNothing(t *testing.T) {
	r := newRelay(t, false)
	a, b := newPhone(t, 1), newPhone(t, 2)
	r.A.Expect(a.expected())
	r.B.Expect(b.expected())
	voice, from := rtpPacket(t, 0, 1, 1, "voice"), local(a.rtp)
	if n := testing.AllocsPerRun(50, func() { r.A.rtp.receive(voice, from) }); n != 0 {
		t.Errorf("%v allocations for a packet", n)
	}
}
