package sip

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/ipv4"
)

// numbered is an OPTIONS with a CSeq number and a Call-ID of its own.
func numbered(n int, callID string, extra ...string) string {
	text := strings.NewReplacer("7 OPTIONS", fmt.Sprint(n, " OPTIONS"), "opt-1", callID).Replace(optionsText)
	for _, x := range extra {
		text = strings.Replace(text, "To:", x+"\nTo:", 1)
	}
	return lines(text)
}

func write(t *testing.T, c net.Conn, text string) {
	t.Helper()
	if _, err := c.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
}

func TestUDPKeepsTheOrderOfASource(t *testing.T) {
	const total, burst = 1000, 200
	for _, host := range []string{"127.0.0.1", "[::1]"} {
		t.Run(host, func(t *testing.T) {
			got := make(chan uint32, total)
			s, at := listening(t, Config{
				Readers: 4, Workers: 1, Queue: total,
				Handler: func(req *Request, _ Flow) { got <- req.CSeq().SeqNo },
			}, "udp", host+":0")
			c := ipv4.NewPacketConn(dial(t, "udp", at).(net.PacketConn))
			for sent := 0; sent < total; sent += burst {
				ms := make([]ipv4.Message, burst)
				for i := range ms {
					ms[i].Buffers = [][]byte{[]byte(numbered(sent+i, "one"))}
				}
				for len(ms) > 0 {
					n, err := c.WriteBatch(ms, 0)
					if err != nil {
						t.Fatal(err)
					}
					ms = ms[n:]
				}
				until(t, "reading", func() bool { return s.Stats().In == uint64(sent+burst) })
			}
			for i := range uint32(total) {
				if seq := <-got; seq != i {
					t.Fatalf("got %d, want %d", seq, i)
				}
			}
		})
	}
}

func TestUDPSeveralSources(t *testing.T) {
	const sources, each = 20, 20
	var mu sync.Mutex
	next := map[string]uint32{}
	_, at := listeningWith(t, Config{Readers: 4}, "udp", "127.0.0.1:0", func(s *Stack) Handler {
		return func(req *Request, f Flow) {
			mu.Lock()
			defer mu.Unlock()
			if seq := req.CSeq().SeqNo; seq != next[callID(req)] {
				t.Errorf("%s: got %d, want %d", callID(req), seq, next[callID(req)])
			}
			next[callID(req)]++
			_ = f.Reply(Reply(req, 200, "OK"))
		}
	})
	var g sync.WaitGroup
	for i := range sources {
		c := dial(t, "udp", at)
		g.Go(func() {
			for n := range each {
				write(t, c, numbered(n, fmt.Sprint("source", i)))
			}
			for range each {
				if m := hear(t, c).(*Response); callID(m) != fmt.Sprint("source", i) {
					t.Errorf("source %d hears %s", i, m)
				}
			}
		})
	}
	g.Wait()
}

// What comes from one source always comes to one socket, and not everything to
// the same.
func TestUDPSourcesAreSharedOut(t *testing.T) {
	if sharing == nil {
		return // the system has no such thing
	}
	const sources, each = 64, 3
	s := New(Config{Readers: 4})
	defer s.Close(t.Context())
	opened, err := listenUDP(s, netip.MustParseAddrPort("127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	l := opened.(*udpListener)
	defer l.close()
	if len(l.sockets) != 4 {
		t.Fatalf("%d sockets", len(l.sockets))
	}
	for range sources {
		c := dial(t, "udp", l.local())
		for range each {
			write(t, c, "x")
		}
	}
	socketOf, used := map[string]int{}, map[int]bool{}
	ms := []ipv4.Message{{Buffers: [][]byte{make([]byte, 1)}}}
	got := 0
	for lane, socket := range l.sockets {
		for {
			n, err := socket.batch.ReadBatch(ms, dontWait)
			if err != nil || n == 0 {
				break
			}
			got++
			from := ms[0].Addr.String()
			if other, ok := socketOf[from]; ok && other != lane {
				t.Errorf("%s came to the sockets %d and %d", from, other, lane)
			}
			socketOf[from], used[lane] = lane, true
		}
	}
	if got != sources*each || len(used) < 2 {
		t.Errorf("%d datagrams came to %d sockets", got, len(used))
	}
}

func TestUDPAddressInUse(t *testing.T) {
	for _, had := range []int{0, 1, 4} {
		for _, wanted := range []int{1, 4} {
			t.Run(fmt.Sprintf("had by %d, wanted by %d", had, wanted), func(t *testing.T) {
				var at netip.AddrPort
				if had > 0 {
					_, at = listening(t, Config{Readers: had}, "udp", "127.0.0.1:0")
				} else {
					c, err := net.ListenPacket("udp", "127.0.0.1:0")
					if err != nil {
						t.Fatal(err)
					}
					defer c.Close()
					at = c.LocalAddr().(*net.UDPAddr).AddrPort()
				}
				s := New(Config{Readers: wanted})
				defer s.Close(t.Context())
				if _, err := s.Listen("udp", at.String()); err == nil || !strings.Contains(err.Error(), "address already in use") {
					t.Errorf("got %v", err)
				}
			})
		}
	}
}

func TestUDPCloseWhileSending(t *testing.T) {
	s, at := listening(t, Config{Readers: 4}, "udp", "127.0.0.1:0")
	f, err := s.Flow("udp", netip.AddrPort{}, at) // to itself: it reads as well
	if err != nil {
		t.Fatal(err)
	}
	var g sync.WaitGroup
	ctx, quit := context.WithCancel(t.Context())
	for range 4 {
		g.Go(func() {
			var m Mail
			for ctx.Err() == nil {
				for range 100 {
					m.Post(f, []byte("\r\n"))
				}
				m.Send()
				_ = f.write([]byte("\r\n"))
			}
		})
	}
	until(t, "sending", func() bool { return s.Stats().Drops["keepalive"] > 1000 })
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	quit()
	g.Wait()
	if err := f.write([]byte("\r\n")); !errors.Is(err, net.ErrClosed) {
		t.Errorf("afterwards: %v", err)
	}
}
