package store

import (
	"fmt"
	"net/netip"
	"sync"
	"testing"

	"ringfence/phone"
)

func TestOfManyFirstConnectionsOneLocks(t *testing.T) {
	var mu sync.Mutex
	var changes []phone.Change
	s := world(t, func(c *Config) {
		c.Changed = func(c phone.Change) { mu.Lock(); defer mu.Unlock(); changes = append(changes, c) }
	})
	p := add(t, s, func(*phone.Phone) {})
	type result struct {
		fence phone.Fence
		won   bool
		err   error
	}
	const racers = 32
	results := make([]result, racers)
	var wg sync.WaitGroup
	for i := range racers {
		wg.Go(func() {
			var r result
			r.fence, r.won, r.err = s.Lock(t.Context(), p.ID, netip.MustParseAddr(fmt.Sprintf("192.0.2.%d", i+1)))
			results[i] = r
		})
	}
	wg.Wait()
	winners := 0
	for i, r := range results {
		must(t)(nil, r.err)
		equal(t, "the fence that a racer is told", r.fence, results[0].fence)
		if r.won {
			winners++
			equal(t, "the winner's fence", r.fence, locked("", fmt.Sprintf("192.0.2.%d", i+1)))
		}
	}
	equal(t, "winners", winners, 1)
	equal(t, "the fence in the Book", s.Book.ByID(p.ID).IP, results[0].fence)
	mu.Lock()
	defer mu.Unlock()
	equal(t, "changes: created, locked", len(changes), 2)
	equal(t, "the change's fence", changes[1].After.IP, results[0].fence)
}

func locked(countries phone.Countries, address string) phone.Fence {
	return phone.Fence{Mode: phone.Locked, Countries: countries, Address: address}
}

func TestLock(t *testing.T) {
	roaming := phone.Fence{Mode: phone.Roaming, Countries: "DK"}
	for _, c := range []struct {
		name   string
		before phone.Fence
		addr   string
		after  phone.Fence
		won    bool
	}{
		{"an open one", phone.Fence{Mode: phone.Open}, "192.0.2.1", locked("", "192.0.2.1"), true},
		{"a mapped address is its IPv4", phone.Fence{Mode: phone.Open}, "::ffff:192.0.2.1", locked("", "192.0.2.1"), true},
		{"countries stay", phone.Fence{Mode: phone.Open, Countries: "DK"}, "2001:db8::1", locked("DK", "2001:db8::1"), true},
		{"a locked one", locked("", "192.0.2.9"), "192.0.2.1", locked("", "192.0.2.9"), false},
		{"a roaming one", roaming, "192.0.2.1", roaming, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := world(t)
			p := add(t, s, func(p *phone.Phone) { p.IP = c.before })
			fence, won, err := s.Lock(t.Context(), p.ID, netip.MustParseAddr(c.addr))
			must(t)(nil, err)
			equal(t, "won", won, c.won)
			equal(t, "fence", fence, c.after)
			read, err := s.Phones.Get(t.Context(), p.ID)
			must(t)(read, err)
			equal(t, "fence on disk", read.IP, c.after)
			equal(t, "config saved", s.Record(p.ID).ConfigSaved, noon)
		})
	}
}

func TestNoAddressLocksNothing(t *testing.T) {
	s := world(t)
	p := add(t, s, func(*phone.Phone) {})
	if _, _, err := s.Lock(t.Context(), p.ID, netip.Addr{}); err == nil {
		t.Error("it was locked to nothing")
	}
	equal(t, "mode", s.Book.ByID(p.ID).IP.Mode, phone.Open)
}
