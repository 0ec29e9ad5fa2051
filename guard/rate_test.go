package guard

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"testing"
	"time"
)

// send asks for n packets within the time, evenly, and returns how many pass.
func (w *world) send(from netip.Addr, n int, within time.Duration) (passed int) {
	for range n {
		if w.Admit("udp", from) {
			passed++
		}
		w.pass(within / time.Duration(n))
	}
	return passed
}

func (w *world) register(from netip.Addr, phones int) {
	for i := range phones {
		w.Right(from, fmt.Sprint("phone", i))
	}
}

func near(got, want int) bool { return got >= want-want/50-2 && got <= want+want/50+2 }

func TestRates(t *testing.T) {
	const rate = 100
	second := time.Second
	for name, c := range map[string]struct {
		phones int
		n      int
		within time.Duration
		want   int
	}{
		"a stranger may send its rate":                    {0, 20 * rate, 20 * second, 20 * rate},
		"and ten seconds of it at once":                   {0, 50 * rate, 0, 10 * rate},
		"a flood passes at the rate":                      {0, 100 * 20 * rate, 20 * second, 30 * rate},
		"where a phone is, half as much again":            {1, 100 * 20 * rate, 20 * second, 45 * rate},
		"twenty phones: eleven times":                     {20, 100 * 20 * rate, 20 * second, 30 * 11 * rate},
		"what many phones may send is not worth limiting": {1000, 200_000, 4 * second, 200_000},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(func(c *Config) { c.Rate = rate })
			w.register(office, c.phones)
			got := w.send(office, c.n, c.within)
			slack := c.want / 4 * min(c.phones, 20) / 20 // how many phones there are is estimated
			if got < c.want-slack && !near(got, c.want) || got > c.want+slack && !near(got, c.want) {
				t.Errorf("%d of %d pass, want %d", got, c.n, c.want)
			}
			if want := uint64(c.n - got); w.Stats().Limited != want {
				t.Errorf("%d counted, want %d", w.Stats().Limited, want)
			}
		})
	}
}

func TestAPhonesRateEndsWithItsRegistration(t *testing.T) {
	w := newWorld()
	w.register(office, 1000)
	w.pass(time.Hour)
	w.second() // some stranger made the guard look at its clock
	if got := w.send(office, 100_000, 0); !near(got, 1000) {
		t.Errorf("%d pass, want those of a stranger", got)
	}
}

func TestARateOfNoneLimitsNobody(t *testing.T) {
	w := newWorld(func(c *Config) { c.Rate = 0 })
	if got := w.send(stranger, 100_000, 0); got != 100_000 {
		t.Errorf("%d pass", got)
	}
}

// The power is back: all phones of a site send their REGISTER without
// credentials, twice because the answer is slow, before any of them has proven
// itself. Nobody is refused.
func TestAWholeSiteComesBackAtOnce(t *testing.T) {
	w := newWorld(func(c *Config) { c.Rate = DefaultRate })
	const phones = 4000
	for range 2 * phones {
		if !w.Admit("udp", office) {
			t.Fatal("refused before the first phone is in")
		}
	}
	for i := range phones {
		if !w.Admit("udp", office) {
			t.Fatalf("refused after %d phones", i)
		}
		w.Right(office, fmt.Sprint(i))
	}
}

// Every phone of a load generator behind one address registers as fast as it
// can, from the first packet on.
func TestAGeneratorOfLoadIsNotRefused(t *testing.T) {
	for _, perSecond := range []int{10_000, 100_000, 300_000} {
		for _, phones := range []int{1000, 100_000} {
			w := newWorld(func(c *Config) { c.Rate = DefaultRate })
			for i := range 100_000 {
				if !w.Admit("udp", office) {
					t.Fatalf("%d packets a second of %d phones: packet %d is refused", perSecond, phones, i)
				}
				if i%2 == 1 {
					w.Right(office, fmt.Sprint(i/2%phones))
				}
				w.pass(time.Second / time.Duration(perSecond))
			}
		}
	}
}

func TestAFloodOfStrangersStarvesNoPhone(t *testing.T) {
	w := newWorld(func(c *Config) { c.Rate = DefaultRate })
	w.register(office, 5)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range 500_000 {
		w.Admit("udp", netip.AddrFrom4([4]byte{byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32())}))
		w.Admit("udp", stranger)
		if i%100 == 0 && !w.Admit("udp", office) {
			t.Fatalf("the office is refused after %d", i)
		}
	}
}

// What comes under a forged address over UDP does not count for connections.
func TestConnectionsHaveARateOfTheirOwn(t *testing.T) {
	for _, phones := range []int{0, 3} {
		w := newWorld()
		w.register(office, phones)
		w.send(office, 100_000, 0)
		if w.Admit("udp", office) || !w.Admit("tcp", office) {
			t.Errorf("with %d phones a flood of UDP holds up connections, or nothing", phones)
		}
	}
}

func TestIPv6CountsByItsNetwork(t *testing.T) {
	w := newWorld()
	a := netip.MustParseAddr("2001:db8::").As16()
	passed := 0
	for i := range 5000 {
		a[14], a[15] = byte(i>>8), byte(i)
		if w.Admit("udp", netip.AddrFrom16(a)) {
			passed++
		}
	}
	if !near(passed, 1000) {
		t.Errorf("%d pass, want those of one stranger", passed)
	}
}

// Whatever strangers send, the guard takes no more memory.
func TestAMillionSourcesTakeNoMemory(t *testing.T) {
	w := newWorld()
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	names := make([]string, 100_003)
	for i := range names {
		names[i] = fmt.Sprint("name", i)
	}
	r := rand.New(rand.NewPCG(3, 4))
	flood := func(n int) {
		for i := range n {
			var b [16]byte
			for j := range b {
				b[j] = byte(r.Uint32())
			}
			a := netip.AddrFrom16(b)
			if i%2 == 0 {
				a = netip.AddrFrom4([4]byte(b[:4]))
			}
			w.Admit("udp", a)
			switch name := names[i%len(names)]; i / 2 % 5 {
			case 0:
				w.Broken(a)
			case 1:
				w.Sign(a, "sipvicious", "", "")
			case 2:
				w.Wrong(a, name, UnknownUser)
			case 3:
				w.Wrong(a, name, WrongPassword)
			case 4:
				w.Right(a, name)
			}
		}
	}
	flood(1000)
	before := heap()
	flood(1_000_000)
	if after := heap(); after > before+1<<20 {
		t.Errorf("the heap grew from %d to %d bytes", before, after)
	}
	if n := len(w.made); n > 0 {
		t.Errorf("%d were banned for one sign each", n)
	}
	runtime.KeepAlive(w)
	runtime.KeepAlive(names)
}

func TestBansAreLimitedInNumber(t *testing.T) {
	w := newWorld()
	at := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}) }
	for i := range mostForged + 1000 {
		for range 3 {
			w.Sign(at(i), "sipvicious", "", "")
		}
	}
	if got := w.Stats(); got.Bans != mostForged || got.Full != 1000 {
		t.Errorf("of forged ones: %+v", got)
	}
	for i := range mostBans { // who guesses finds room all the same
		for j := range 30 {
			w.Wrong(at(1<<20+i), username(j), WrongPassword)
		}
	}
	if got := w.Stats(); got.Bans != mostBans || got.Full != 1000+mostForged || len(w.made) != mostBans {
		t.Errorf("%+v", got)
	}
}

func TestWhomThereWasNoRoomToBanIsNotForgotten(t *testing.T) {
	w := newWorld()
	for i := range mostForged {
		w.ban(source(0xffff<<32|i), "test", time.Hour, !proved)
	}
	w.scan()
	if w.banned(stranger) {
		t.Fatal("banned for what may be forged")
	}
	w.guess()
	if !w.banned(stranger) {
		t.Error("its guesses did not count")
	}
}

func BenchmarkAdmit(b *testing.B) {
	for name, prepare := range map[string]func(*Guard){
		"stranger": func(*Guard) {},
		"phone":    func(g *Guard) { g.Right(office, "desk") },
		"phone beside a thousand bans": func(g *Guard) {
			g.Right(office, "desk")
			for i := range 1000 {
				g.ban(source(0xffff<<32|i), "test", time.Hour, proved)
			}
		},
	} {
		b.Run(name, func(b *testing.B) {
			g := New(Config{Rate: 1e6})
			prepare(g)
			b.ReportAllocs()
			for b.Loop() {
				g.Admit("udp", office)
			}
		})
	}
	b.Run("flood", func(b *testing.B) {
		g := New(Config{Rate: 10})
		b.ReportAllocs()
		for b.Loop() {
			g.Admit("udp", office)
		}
	})
}

func BenchmarkRight(b *testing.B) {
	g := New(Config{})
	b.ReportAllocs()
	for b.Loop() {
		g.Right(office, "jr1ce5hu849dn2kbn6qonlrb7cfmagi8")
	}
}

func BenchmarkHeld(b *testing.B) {
	g := New(Config{})
	for range pairMost {
		g.Wrong(stranger, "desk", WrongPassword)
	}
	b.ReportAllocs()
	for b.Loop() {
		g.Held(office, "jr1ce5hu849dn2kbn6qonlrb7cfmagi8")
	}
}

func BenchmarkSign(b *testing.B) {
	g := New(Config{})
	b.ReportAllocs()
	for b.Loop() {
		g.Sign(office, "snomD785/10.1.175.16", "300", "300")
	}
}
