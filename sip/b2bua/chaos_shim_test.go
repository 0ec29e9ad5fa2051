package b2bua

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// weather is what a network does to datagrams, as shares of them.
type weather struct{ lost, twice, late float64 }

// shim is the network between one imp and the server: it loses, doubles and
// delays what passes, and keeps all of it.
type shim struct {
	name            string
	inside, outside *net.UDPConn // towards the imp, towards the server
	imp, server     netip.AddrPort
	readers         sync.WaitGroup
	dead            atomic.Bool // nothing passes
	tape            *tape

	mu      sync.Mutex // guards what follows
	rng     *rand.Rand
	weather weather
}

// tape is all that has passed between the imps of a storm and the server.
type tape struct {
	mu    sync.Mutex // guards list
	start time.Time
	list  []passed
	last  time.Time // when something passed that was no question whether one is there
}

// passed is one message: as the server sent it, or as it reached the server.
type passed struct {
	at         time.Duration
	name       string
	fromServer bool
	text       string
}

func (t *tape) note(name string, fromServer bool, text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	t.list = append(t.list, passed{now.Sub(t.start), name, fromServer, text})
	if !strings.Contains(text, " OPTIONS\r\n") {
		t.last = now
	}
}

func (t *tape) all() []passed {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]passed(nil), t.list...)
}

func (t *tape) quiet() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return time.Since(t.last)
}

func newShim(t *testing.T, name string, host netip.Addr, server netip.AddrPort, w weather, seed uint64, tape *tape) *shim {
	s := &shim{name: name, server: server, weather: w, rng: rand.New(rand.NewPCG(seed, 99)), tape: tape}
	for _, c := range []**net.UDPConn{&s.inside, &s.outside} {
		var err error
		if *c, err = net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(host, 0))); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func port(c *net.UDPConn) netip.AddrPort { return c.LocalAddr().(*net.UDPAddr).AddrPort() }

func (s *shim) run(imp netip.AddrPort) {
	s.imp = imp
	s.readers.Go(func() { s.carry(s.inside, s.outside, s.server, false) })
	s.readers.Go(func() { s.carry(s.outside, s.inside, s.imp, true) })
}

func (s *shim) carry(from, through *net.UDPConn, to netip.AddrPort, fromServer bool) {
	b := make([]byte, 65536)
	for {
		n, _, err := from.ReadFromUDPAddrPort(b)
		if err != nil {
			return
		}
		text := string(b[:n])
		if fromServer {
			s.tape.note(s.name, true, text)
		}
		pass := func() {
			if s.dead.Load() {
				return
			}
			if !fromServer {
				s.tape.note(s.name, false, text)
			}
			_, _ = through.WriteToUDPAddrPort([]byte(text), to)
		}
		for _, pause := range s.fate() {
			if pause == 0 {
				pass()
			} else {
				time.AfterFunc(pause, pass)
			}
		}
	}
}

// fate is when a datagram arrives; twice, or never.
func (s *shim) fate() (pauses []time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 1
	switch x := s.rng.Float64(); {
	case x < s.weather.lost:
		return nil
	case x < s.weather.lost+s.weather.twice:
		n = 2
	}
	for range n {
		var pause time.Duration
		if s.rng.Float64() < s.weather.late {
			pause = time.Duration(s.rng.IntN(int(4 * chaosT1)))
		}
		pauses = append(pauses, pause)
	}
	return pauses
}

func (s *shim) close() {
	s.inside.Close()
	s.outside.Close()
	s.readers.Wait()
}
