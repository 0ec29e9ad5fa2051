package resolve

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// zone is a name server on a loopback port.
type zone struct {
	addr string

	mu    sync.Mutex // guards what follows
	rs    map[question][]dns.RR
	rcode int // of every answer, when it is not 0
	mute  map[uint16]bool
	asked map[question]int
	tcp   int // questions that came over TCP
	large bool
}

func newZone(t testing.TB, records ...string) *zone {
	t.Helper()
	z := &zone{rs: map[question][]dns.RR{}, asked: map[question]int{}, mute: map[uint16]bool{}}
	for _, text := range records {
		z.add(t, text)
	}
	packets, listener := samePort(t)
	z.addr = packets.LocalAddr().String()
	var running sync.WaitGroup
	for _, s := range []*dns.Server{{PacketConn: packets, Handler: z}, {Listener: listener, Handler: z}} {
		up := make(chan struct{})
		s.NotifyStartedFunc = func() { close(up) }
		running.Go(func() { _ = s.ActivateAndServe() })
		<-up
		t.Cleanup(func() { _ = s.Shutdown() })
	}
	return z
}

// samePort binds one port over UDP and over TCP, as a name server does.
// A port that is free over one may be somebody's over the other: then the
// next is tried.
func samePort(t testing.TB) (net.PacketConn, net.Listener) {
	t.Helper()
	for range 100 {
		packets, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listener, err := net.Listen("tcp", packets.LocalAddr().String())
		if err == nil {
			return packets, listener
		}
		_ = packets.Close()
	}
	t.Fatal("no port is free over both UDP and TCP")
	return nil, nil
}

func (z *zone) add(t testing.TB, text string) {
	t.Helper()
	rr, err := dns.NewRR(text)
	if err != nil {
		t.Fatal(err)
	}
	q := question{strings.ToLower(rr.Header().Name), rr.Header().Rrtype}
	z.mu.Lock()
	defer z.mu.Unlock()
	z.rs[q] = append(z.rs[q], rr)
}

func (z *zone) ServeDNS(w dns.ResponseWriter, m *dns.Msg) {
	z.mu.Lock()
	defer z.mu.Unlock()
	q := question{strings.ToLower(m.Question[0].Name), m.Question[0].Qtype}
	z.asked[q]++
	if z.mute[q.kind] {
		return
	}
	_, udp := w.RemoteAddr().(*net.UDPAddr)
	res := new(dns.Msg).SetRcode(m, z.rcode)
	if !udp {
		z.tcp++
	}
	if z.large && udp {
		res.Truncated = true
		_ = w.WriteMsg(res)
		return
	}
	if z.rcode == 0 {
		res.Answer = z.rs[q]
		for name := q.name; len(z.rs[question{name, dns.TypeCNAME}]) > 0; {
			alias := z.rs[question{name, dns.TypeCNAME}]
			name = alias[0].(*dns.CNAME).Target
			res.Answer = append(append(res.Answer, alias...), z.rs[question{name, q.kind}]...)
		}
	}
	_ = w.WriteMsg(res)
}

func (z *zone) fail(rcode int) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.rcode = rcode
}

func (z *zone) count(name string, kind uint16) int {
	z.mu.Lock()
	defer z.mu.Unlock()
	return z.asked[question{name, kind}]
}

// clock is set by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// resolver asks the zone; what is drawn is always the least.
func (z *zone) resolver(c *clock, search ...string) *Resolver {
	return New(Config{Servers: []string{z.addr}, Search: search, IPv6: true, Now: c.Now, Random: func(int) int { return 0 }})
}

// led is where a query leads, in a word a target.
func led(t testing.TB, r *Resolver, q Query) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	ts, err := r.Resolve(ctx, q)
	for _, sentinel := range []error{ErrNotFound, ErrTransport, ErrRefused, errServers} {
		if errors.Is(err, sentinel) {
			return sentinel.Error()
		}
	}
	if err != nil {
		return err.Error()
	}
	words := make([]string, len(ts))
	for i, one := range ts {
		words[i] = one.String()
		if one.ServerName != "" {
			words[i] += "(" + one.ServerName + ")"
		}
	}
	return strings.Join(words, " ")
}
