package sip

import (
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
)

// gate is a Config.Admit that lets nothing pass until it is opened: the reader
// waits in there while datagrams gather in the socket.
type gate struct {
	once    sync.Once
	entered chan struct{}
	open    chan struct{}
}

func newGate() *gate { return &gate{entered: make(chan struct{}), open: make(chan struct{})} }

func (g *gate) admit(string, netip.Addr) bool {
	g.once.Do(func() { close(g.entered) })
	<-g.open
	return true
}

// shut sends one datagram from c and waits until the reader stands in the gate.
func (g *gate) shut(t *testing.T, c net.Conn) {
	t.Helper()
	write(t, c, numbered(0, "gate"))
	<-g.entered
}

func TestUDPLargeDatagrams(t *testing.T) {
	fill := "X-Fill: " + strings.Repeat("x", 60_000)
	for _, host := range []string{"127.0.0.1", "[::1]"} {
		t.Run("alone on "+host, func(t *testing.T) {
			_, at := listening(t, Config{}, "udp", host+":0")
			if res := ask(t, dial(t, "udp", at), numbered(1, "big", fill)).(*Response); res.StatusCode != 200 {
				t.Errorf("got %s", res)
			}
		})
		t.Run("within a burst on "+host, func(t *testing.T) {
			g := newGate()
			_, at := listeningWith(t, Config{Admit: g.admit, Readers: 1, Workers: 1}, "udp", host+":0", func(*Stack) Handler {
				return func(req *Request, f Flow) { _ = f.Reply(Reply(req, 200, "OK")) }
			})
			c := dial(t, "udp", at)
			g.shut(t, c)
			const burst = 30
			for n := range burst {
				if n%10 == 4 { // more than one, in one batch
					write(t, c, numbered(n, "burst", fill))
				} else {
					write(t, c, numbered(n, "burst"))
				}
			}
			close(g.open)
			hear(t, c) // to what shut the gate
			for n := range burst {
				if got := hear(t, c).(*Response); got.CSeq().SeqNo != uint32(n) {
					t.Fatalf("got %d, want %d", got.CSeq().SeqNo, n)
				}
			}
		})
	}
}

func TestUDPCountsWhatTheKernelDrops(t *testing.T) {
	if countLost == nil {
		return // the kernel does not tell
	}
	g := newGate()
	s, at := listening(t, Config{Admit: g.admit, Readers: 1, Queue: 10_000}, "udp", "127.0.0.1:0")
	c := dial(t, "udp", at)
	g.shut(t, c)
	big := numbered(1, "flood", "X-Fill: "+strings.Repeat("x", 60_000))
	const flood = 300 // 18 MB, more than any socket buffer
	for range flood {
		write(t, c, big)
	}
	close(g.open)
	until(t, "reading what was kept", func() bool { // what comes next tells of those before it
		write(t, c, "\r\n")
		return s.Stats().Drops["socket_full"] > 0
	})
	until(t, "a sum without a rest", func() bool {
		got := s.Stats()
		return got.In+got.Drops["socket_full"] >= flood+1
	})
}

func TestUDPLostAreAddedUp(t *testing.T) {
	s := New(Config{})
	defer s.Close(t.Context())
	r := &udpReader{listener: &udpListener{stack: s}}
	for _, c := range []struct {
		name        string
		total       uint32 // as the kernel tells
		lost, until uint32
	}{
		{"nothing is told", 0, 0, 0},
		{"some", 5, 5, 5},
		{"the same again", 5, 0, 5},
		{"nothing is told again", 0, 0, 5},
		{"very many", 1<<32 - 1, 1<<32 - 6, 1<<32 - 1},
		{"its counter has wrapped", 2, 3, 2},
	} {
		before := s.Stats().Drops["socket_full"]
		r.countLost(c.total)
		if got := s.Stats().Drops["socket_full"] - before; got != uint64(c.lost) || r.lost != c.until {
			t.Errorf("%s: %d, until %d", c.name, got, r.lost)
		}
	}
}
