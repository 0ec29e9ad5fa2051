package b2bua

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

const chaosT1 = 25 * time.Millisecond

var (
	chaosTimers = sip.Timers{T1: chaosT1, T2: 4 * chaosT1, T4: 40 * chaosT1}
	chaosStorms = flag.Int("storms", 6, "how many storms rage in TestChaos")
	chaosSeed   = flag.Uint64("storm", 1, "the first one")
	chaosDump   = flag.String("stormlog", "", "a file for the messages of a storm that does damage")
)

// storm is a world of imps that call each other and do everything that a phone
// may do, at any time, over a network that may be bad.
type storm struct {
	t        *testing.T
	w        *world
	seed     uint64
	weather  weather
	stubborn bool // imps may begin an answer that never comes
	tempo    time.Duration
	tape     *tape
	imps     []*imp
	numbers  []string
	calm     atomic.Bool // nobody begins anything any more
	closing  atomic.Bool

	mu      sync.Mutex // guards dialogs
	dialogs []string
}

// TestChaos lets imps do their worst, and looks for what is left of it: calls,
// legs, transactions, ports, and phones that believe to be in a call that is none.
// What they do follows from the seed; when it happens does not.
func TestChaos(t *testing.T) {
	t.Run("storms", func(t *testing.T) {
		for n := range *chaosStorms {
			seed := *chaosSeed + uint64(n)
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				newStorm(t, seed).rage()
			})
		}
	})
	noGoroutines(t)
}

func newStorm(t *testing.T, seed uint64) *storm {
	s := &storm{t: t, seed: seed, tape: &tape{start: time.Now()}, stubborn: seed%7 == 0,
		tempo:   []time.Duration{60, 150, 400}[seed%3] * time.Millisecond,
		numbers: []string{"101", "102", "103", "104", "105", "101", "102", "103", "104", "105", "200", "300", "999", "*8", "*8102", "*28night", "0705"}}
	if seed%2 == 0 {
		s.weather = weather{lost: 0.08, twice: 0.08, late: 0.2}
	}
	s.w = newWorld(t, settings{ring: 300 * time.Millisecond, silence: 150 * time.Millisecond, timers: chaosTimers, inline: seed%4 > 1})
	names := []string{"alice", "bob", "carol", "dave", "eve", "trunk"}
	for n, name := range names {
		s.join(n, name)
	}
	s.w.gather([]string{"group", "200", "of", "102", "103", "104"})
	s.w.gather([]string{"queue", "300", "SEQUENTIAL", "for", "1s", "of", "103", "104", "105"})
	for _, number := range []string{"101", "103", "105"} {
		s.w.control(number, "200")
	}
	return s
}

// join lets an imp take the place of a phone of the world.
func (s *storm) join(n int, name string) {
	number := fmt.Sprint(101 + n)
	if s.w.handsets[name] == nil {
		s.w.populate(n+1, []string{strings.ToUpper(name), name})
	}
	h := s.w.handsets[name]
	i := newImp(s, name, number, h.Phone, netip.AddrFrom4([4]byte{127, 0, 1, byte(n + 1)}), s.seed)
	s.imps = append(s.imps, i)
	at := port(i.shim.outside)
	s.w.mu.Lock() // fakeLines look at the trunk's address after they have locked it
	defer s.w.mu.Unlock()
	if name == "trunk" {
		h.at = at
		return
	}
	s.w.online[h.ID] = []phone.Binding{{Phone: h.ID, Contact: "sip:secret-of-" + name + "@" + i.at.String(), Transport: "udp", Local: s.w.at, Target: at}}
}

// rage is the storm, the calm after it, and the count of the damage.
func (s *storm) rage() {
	rng := rand.New(rand.NewPCG(s.seed, 7))
	s.blow(rng)
	s.calm.Store(true)
	s.until("all is quiet", func() bool { return s.tape.quiet() > 70*chaosT1 })
	bad := s.ghosts()
	for late := time.Now().Add(3 * patience); len(bad) > 0 && time.Now().Before(late); {
		// An offer that met a 491 is made again after seconds (RFC 3261 section 14.1),
		// and who picks up has ten of them.
		<-time.After(100 * time.Millisecond)
		bad = s.ghosts()
	}
	if s.seed%2 == 0 {
		s.goodbye()
		s.until("all calls end", func() bool { return s.w.sw.Calls() == 0 })
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_ = s.w.sw.Close(ctx)
	bad = append(bad, s.remains()...)
	s.closing.Store(true)
	s.close()
	bad = append(bad, s.records()...)
	bad = append(bad, s.onTheWire()...)
	for _, i := range s.imps {
		bad = append(bad, i.wrong...)
	}
	for _, word := range []string{"panic", "answers no offer"} {
		if lines := grep(s.w.log.String(), word); lines != "" {
			bad = append(bad, "log:\n"+lines)
		}
	}
	for _, b := range bad {
		s.t.Errorf("storm %d: %s", s.seed, b)
	}
	if *chaosDump != "" {
		s.dump(bad)
	}
}

// blow lets calls begin, phones be changed and pages ask for things.
func (s *storm) blow(rng *rand.Rand) {
	const calls = 50
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for n := 0; n < calls; {
		<-tick.C
		switch p := rng.Float64(); {
		case p < 0.1:
			n++
			i := s.imps[rng.IntN(len(s.imps))]
			number := s.numbers[rng.IntN(len(s.numbers))]
			if i.name == "trunk" {
				number = []string{"+45100", "+45200", "+4511111101", "+4511111103"}[rng.IntN(4)]
			}
			i.box.Do(func() { i.dial(number) })
		case p < 0.13:
			s.change(rng)
		case p < 0.17:
			s.command(rng)
		case p < 0.175:
			s.slowDisk()
		}
	}
}

// until waits for something; too long is damage.
func (s *storm) until(what string, f func() bool) bool {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	late := time.NewTimer(2 * patience)
	defer late.Stop()
	for !f() {
		select {
		case <-tick.C:
		case <-late.C:
			s.t.Errorf("storm %d: never %s", s.seed, what)
			return false
		}
	}
	return true
}

func (s *storm) close() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.w.stack.Close(ctx); err != nil {
		s.t.Error(err)
	}
	if err := s.w.engine.Close(); err != nil {
		s.t.Error(err)
	}
	for _, h := range s.w.handsets {
		h.close()
	}
	for _, i := range s.imps {
		i.close()
	}
}

func (s *storm) dump(bad []string) {
	var b strings.Builder
	for _, x := range bad {
		fmt.Fprintln(&b, "BAD:", x)
	}
	for _, p := range s.tape.all() {
		way := "->"
		if p.fromServer {
			way = "<-"
		}
		fmt.Fprintf(&b, "\n=== %8.1f %s %s\n%s", float64(p.at.Microseconds())/1000, p.name, way, p.text)
	}
	fmt.Fprintf(&b, "\n=== LOG since %v\n%s", s.tape.start, s.w.log)
	if err := os.WriteFile(fmt.Sprintf("%s.%d", *chaosDump, s.seed), []byte(b.String()), 0o644); err != nil {
		s.t.Error(err)
	}
}

func grep(text, part string) string {
	lines := slices.Collect(strings.Lines(text))
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return !strings.Contains(l, part) }), "")
}
