package media

import (
	"net/netip"
	"sync"
	"testing"
)

// Ends come and go, offers are made and qualities read, while packets fly.
func TestEndsCloseWhilePacketsFly(t *testing.T) {
	e := newEngine(t, 2)
	noise := newPhone(t, 1)
	done := make(chan struct{})
	var flying sync.WaitGroup
	var mu sync.Mutex
	ports := []int{20000}
	flying.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
			}
			mu.Lock()
			port := ports[i%len(ports)]
			mu.Unlock()
			send(t, noise.rtp, port, rtpPacket(t, 0, 1, uint16(i), "noise"))
		}
	})
	for round := range 100 {
		a, b := e.NewEnd(EndConfig{Local: loopback}), e.NewEnd(EndConfig{Local: loopback})
		l := e.Link(a, b)
		for range 2 {
			if _, err := l.Offer(a, noise.describe()); err != nil {
				t.Fatal(err)
			}
			if _, err := l.Answer(b, noise.describe()); err != nil {
				t.Fatal(err)
			}
			mu.Lock()
			ports = []int{portOf(a), portOf(b)}
			mu.Unlock()
			for range 20 {
				_, _ = a.Quality(), b.Quality()
			}
		}
		if err := b.Close(); err != nil {
			t.Fatal(round, err)
		}
		if err := a.Close(); err != nil {
			t.Fatal(round, err)
		}
	}
	close(done)
	flying.Wait()
}

func TestTheEngineMayEndFirst(t *testing.T) {
	e, err := NewEngine(EngineConfig{Ports: NewPorts(20000, 29999, 0, nil)})
	if err != nil {
		t.Fatal(err)
	}
	a, b := e.NewEnd(EndConfig{Local: loopback}), e.NewEnd(EndConfig{Local: loopback})
	if _, err := e.Link(a, b).Offer(a, []byte(sound)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, n := range []*End{a, b} {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	}
	if s := e.Stats(); s.Ports.Used != 0 {
		t.Errorf("%+v", s)
	}
	if _, err := NewEngine(EngineConfig{}); err == nil {
		t.Error("an engine without ports")
	}
}

func TestTheEngineCounts(t *testing.T) {
	r, a, b := talking(t)
	a.say(r.a, "hello")
	b.hear(r.b, "hello")
	_ = r.a.Quality() // waits until the packet is done with
	if s := r.engine.Stats(); s.Received != 1 || s.Forwarded != 1 || s.Streams != 4 {
		t.Errorf("%+v", s)
	}
	if in, out := r.a.Quality().Audio.In, r.b.Quality().Audio.Out; in.Packets != 1 || out.Packets != 1 {
		t.Errorf("%+v, %+v", in, out)
	}
}

func TestWhatIsNotSentTo(t *testing.T) {
	r, _, _ := talking(t)
	network := &End{engine: r.engine, config: EndConfig{Local: addr("198.51.100.1")}}
	network6 := &End{engine: r.engine, config: EndConfig{Local: addr("2001:db8::1")}}
	ours := netip.AddrPortFrom(loopback, uint16(portOf(r.b)+1)).String()
	tests := []struct {
		name string
		end  *End
		addr string
		want bool
	}{
		{"a phone", network, "192.0.2.1:5004", true},
		{"a phone by a mapped address", network, "[::ffff:192.0.2.1]:5004", true},
		{"a phone of the other family", network, "[2001:db8::7]:5004", false},
		{"a phone of IPv6", network6, "[2001:db8::7]:5004", true},
		{"port 0", network, "192.0.2.1:0", false},
		{"a hold", network, "0.0.0.0:5004", false},
		{"a group of hosts", network, "224.2.1.1:5004", false},
		{"a group of IPv6", network6, "[ff02::1]:5004", false},
		{"everybody", network, "255.255.255.255:5004", false},
		{"this machine", network, "127.0.0.1:5060", false},
		{"this machine by IPv6", network6, "[::1]:5060", false},
		{"this machine by a mapped address", network, "[::ffff:127.0.0.1]:5060", false},
		{"this machine, when all are on it", r.a, "127.0.0.1:5060", true},
		{"a port of the pool", r.a, ours, false},
		{"nothing", network, "", false},
	}
	for _, tt := range tests {
		if got := tt.end.usable(addrPort(tt.addr)); got.IsValid() != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}
