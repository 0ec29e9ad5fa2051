package policy

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"ringfence/phone"
)

var noon = time.Date(2030, 1, 2, 12, 0, 0, 0, time.UTC)

// disk is a Locker: one phone's fence, and what to do before it is looked at.
type disk struct {
	mu     sync.Mutex
	fence  phone.Fence
	before func(*phone.Fence)
	err    error
	calls  int
}

func (d *disk) Lock(_ context.Context, _ phone.ID, addr netip.Addr) (phone.Fence, bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls++
	if d.before != nil {
		d.before(&d.fence)
	}
	if d.err != nil {
		return phone.Fence{}, false, d.err
	}
	if d.fence.Mode != phone.Open {
		return d.fence, false, nil
	}
	d.fence.Mode, d.fence.Address = phone.Locked, addr.String()
	return d.fence, true, nil
}

// story is what a gate told.
type story struct {
	mu     sync.Mutex
	events []string
}

func (s *story) tell(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, fmt.Sprintf(format, args...))
}

func newGate(d *disk, s *story) *Gate {
	return NewGate(GateConfig{
		Country: func(a netip.Addr) string { return map[string]string{"192.0.2.1": "DK"}[a.String()] },
		Active:  func(customer phone.ID) bool { return customer == "acme" },
		Locker:  d,
		Now:     func() time.Time { return noon },
		Rejected: func(who phone.Identity, r phone.Rejection) {
			s.tell("rejected %s %s %s %q %s %s", who.ID, r.Time.Format(time.TimeOnly), r.Address, r.Country, r.Reason, r.Via)
		},
		Locked: func(who phone.Identity, a netip.Addr, via phone.Via) { s.tell("locked %s %s %s", who.ID, a, via) },
	})
}

func TestGate(t *testing.T) {
	open := phone.Fence{Mode: phone.Open}
	elsewhere := phone.Fence{Mode: phone.Locked, Address: "192.0.2.9"}
	becomes := func(f phone.Fence) *disk {
		return &disk{fence: open, before: func(now *phone.Fence) { *now = f }}
	}
	for name, c := range map[string]struct {
		fence    phone.Fence // as the Book has it
		customer phone.ID
		disk     *disk
		addr     string
		want     Verdict
		told     []string
		locks    int
	}{
		"an open phone is locked and told": {
			open, "acme", &disk{fence: open}, "192.0.2.1", Verdict{Allowed: true, Lock: true, Country: "DK"},
			[]string{"locked 1 192.0.2.1 register"}, 1,
		},
		"an IPv4-mapped address locks as IPv4": {
			open, "acme", &disk{fence: open}, "::ffff:192.0.2.1", Verdict{Allowed: true, Lock: true, Country: "DK"},
			[]string{"locked 1 192.0.2.1 register"}, 1,
		},
		"a locked phone passes without a word": {
			phone.Fence{Mode: phone.Locked, Address: "192.0.2.1"}, "acme", &disk{}, "192.0.2.1",
			Verdict{Allowed: true, Country: "DK"}, nil, 0,
		},
		"a refusal is told with its reason": {
			elsewhere, "acme", &disk{}, "192.0.2.1", Verdict{Reason: ReasonAddress, Country: "DK"},
			[]string{`rejected 1 12:00:00 192.0.2.1 "DK" address register`}, 0,
		},
		"a blocked customer's phone is not even locked": {
			open, "blocked", &disk{fence: open}, "192.0.2.1", Verdict{Reason: ReasonCustomer, Country: "DK"},
			[]string{`rejected 1 12:00:00 192.0.2.1 "DK" customer register`}, 0,
		},
		"who loses the race to another address is refused": {
			open, "acme", becomes(elsewhere), "192.0.2.1", Verdict{Reason: ReasonAddress, Country: "DK"},
			[]string{`rejected 1 12:00:00 192.0.2.1 "DK" address register`}, 1,
		},
		"who loses the race to its own address passes": {
			open, "acme", becomes(phone.Fence{Mode: phone.Locked, Address: "192.0.2.1"}), "192.0.2.1",
			Verdict{Allowed: true, Country: "DK"}, nil, 1,
		},
		"who finds the phone roaming by now is judged as roaming": {
			open, "acme", becomes(phone.Fence{Mode: phone.Roaming, Countries: "SE"}), "192.0.2.1",
			Verdict{Reason: ReasonCountry, Country: "DK"},
			[]string{`rejected 1 12:00:00 192.0.2.1 "DK" country register`}, 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var s story
			who := phone.Identity{ID: "1", Customer: c.customer, IP: c.fence}
			got, err := newGate(c.disk, &s).Admit(t.Context(), who, netip.MustParseAddr(c.addr), phone.ViaRegister)
			if err != nil || got != c.want {
				t.Errorf("got %+v, %v; want %+v", got, err, c.want)
			}
			if !reflect.DeepEqual(s.events, c.told) || c.disk.calls != c.locks {
				t.Errorf("told %q in %d locks, want %q in %d", s.events, c.disk.calls, c.told, c.locks)
			}
		})
	}
}

func TestAFailingLockLetsNobodyPass(t *testing.T) {
	full := errors.New("disk full")
	var s story
	who := phone.Identity{ID: "1", Customer: "acme", IP: phone.Fence{Mode: phone.Open}}
	v, err := newGate(&disk{err: full}, &s).Admit(t.Context(), who, netip.MustParseAddr("192.0.2.1"), phone.ViaCall)
	if !errors.Is(err, full) || v.Allowed || len(s.events) > 0 {
		t.Errorf("got %+v, %v, told %q", v, err, s.events)
	}
}

func TestAGateNeedsNoHooks(t *testing.T) {
	g := NewGate(GateConfig{
		Country: func(netip.Addr) string { return "" }, Active: func(phone.ID) bool { return true },
		Locker: &disk{fence: phone.Fence{Mode: phone.Open}}, Now: time.Now,
	})
	for addr, want := range map[string]bool{"192.0.2.1": true, "192.0.2.2": false} {
		who := phone.Identity{ID: "1", IP: phone.Fence{Mode: phone.Locked, Address: "192.0.2.1"}}
		if want {
			who.IP = phone.Fence{Mode: phone.Open}
		}
		v, err := g.Admit(t.Context(), who, netip.MustParseAddr(addr), phone.ViaCall)
		if err != nil || v.Allowed != want {
			t.Errorf("%s: %+v, %v", addr, v, err)
		}
	}
}

// neverWon is a Locker of a phone that somebody opens again and again.
type neverWon struct{ calls int }

func (l *neverWon) Lock(context.Context, phone.ID, netip.Addr) (phone.Fence, bool, error) {
	l.calls++
	return phone.Fence{Mode: phone.Open}, false, nil
}

func TestAFenceThatOpensAgainAndAgainIsGivenUp(t *testing.T) {
	var s story
	g, l := newGate(nil, &s), &neverWon{}
	g.c.Locker = l
	who := phone.Identity{ID: "1", Customer: "acme", IP: phone.Fence{Mode: phone.Open}}
	v, err := g.Admit(t.Context(), who, netip.MustParseAddr("192.0.2.1"), phone.ViaConfig)
	if err == nil || v.Allowed || l.calls != rounds {
		t.Errorf("got %+v, %v after %d locks", v, err, l.calls)
	}
}

// Two connections from each of 25 addresses meet an open phone at once: one
// address gets in, with both of its connections.
func TestOneAddressWinsAnOpenPhone(t *testing.T) {
	var s story
	d := &disk{fence: phone.Fence{Mode: phone.Open}}
	g := newGate(d, &s)
	who := phone.Identity{ID: "1", Customer: "acme", IP: d.fence}
	var (
		mu       sync.Mutex
		admitted = map[netip.Addr]int{}
		start    = make(chan struct{})
		all      sync.WaitGroup
	)
	for i := range 50 {
		addr := netip.AddrFrom4([4]byte{198, 51, 100, byte(i / 2)})
		all.Go(func() {
			<-start
			v, err := g.Admit(context.Background(), who, addr, phone.ViaRegister)
			if err != nil {
				t.Error(err)
			}
			if v.Allowed {
				mu.Lock()
				defer mu.Unlock()
				admitted[addr]++
			}
		})
	}
	close(start)
	all.Wait()

	locked, rejected := 0, 0
	for _, e := range s.events {
		switch e[:8] {
		case "locked 1":
			locked++
		case "rejected":
			rejected++
		}
	}
	if len(admitted) != 1 || admitted[d.fence.Addr()] != 2 || locked != 1 || rejected != 48 {
		t.Errorf("admitted %v, locked %d times, rejected %d; the fence is %+v", admitted, locked, rejected, d.fence)
	}
}

// A glance gives the verdict of Admit, but closes no fence, and asks for the
// country only where that matters.
func TestGlance(t *testing.T) {
	locked := phone.Fence{Mode: phone.Locked, Address: "192.0.2.1"}
	for name, c := range map[string]struct {
		fence    phone.Fence
		customer phone.ID
		addr     string
		want     Verdict
		decided  bool
		told     []string
	}{
		"a locked phone passes, wherever that lies":  {locked, "acme", "192.0.2.1", Verdict{Allowed: true}, true, nil},
		"an IPv4-mapped address is its IPv4 address": {locked, "acme", "::ffff:192.0.2.1", Verdict{Allowed: true}, true, nil},
		"a refusal is told with its country": {
			phone.Fence{Mode: phone.Locked, Address: "192.0.2.9"}, "acme", "192.0.2.1", Verdict{Reason: ReasonAddress, Country: "DK"}, true,
			[]string{`asked`, `rejected 1 12:00:00 192.0.2.1 "DK" address register`},
		},
		"a roaming phone is where it may be": {
			phone.Fence{Mode: phone.Roaming, Countries: "DK"}, "acme", "192.0.2.1", Verdict{Allowed: true, Country: "DK"}, true, []string{`asked`},
		},
		"an open phone is for Admit": {phone.Fence{Mode: phone.Open}, "acme", "192.0.2.1", Verdict{}, false, nil},
		"an open phone of a blocked customer is refused at once": {
			phone.Fence{Mode: phone.Open}, "blocked", "192.0.2.1", Verdict{Reason: ReasonCustomer, Country: "DK"}, true,
			[]string{`asked`, `rejected 1 12:00:00 192.0.2.1 "DK" customer register`},
		},
		"a locked phone of a blocked customer too": {
			locked, "blocked", "192.0.2.1", Verdict{Reason: ReasonCustomer, Country: "DK"}, true,
			[]string{`asked`, `rejected 1 12:00:00 192.0.2.1 "DK" customer register`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var s story
			g := newGate(nil, &s)
			country := g.c.Country
			g.c.Country = func(a netip.Addr) string { s.tell("asked"); return country(a) }
			who := phone.Identity{ID: "1", Customer: c.customer, IP: c.fence}
			got, decided := g.Glance(who, netip.MustParseAddr(c.addr), phone.ViaRegister)
			if got != c.want || decided != c.decided || !slices.Equal(s.events, c.told) {
				t.Errorf("got %+v, %t, told %q; want %+v, %t, %q", got, decided, s.events, c.want, c.decided, c.told)
			}
		})
	}
}
