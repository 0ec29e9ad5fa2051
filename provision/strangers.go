package provision

import (
	"net/netip"
	"sync"
	"time"

	"ringfence/phone"
)

const (
	mostRefused   = 20               // devices that a source may be refused
	refusedFor    = 10 * time.Minute // within so long, and so long it is blocked then
	trapped       = 24 * time.Hour   // so long, who has asked for what nobody can know of
	mostSources   = 32_768           // that are remembered
	looksToForget = 8
	subscriber    = 64 // bits of an IPv6 address that a subscriber does not choose
)

// strangers are the sources that were refused something. Who asks for device
// after device is looking for one that is there.
type strangers struct {
	mu      sync.Mutex // guards sources
	sources map[netip.Addr]*stranger
}

type stranger struct {
	since, until time.Time           // of the first refusal, and until when it is blocked
	devices      [mostRefused]uint64 // that it was refused, each once
	count        int
}

func newStrangers() *strangers { return &strangers{sources: map[netip.Addr]*stranger{}} }

// blocked says whether the source is.
func (s *strangers) blocked(from netip.Addr, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.sources[sourceOf(from)]
	return r != nil && now.Before(r.until)
}

// refuse counts a device that the source was refused, and says whether it is
// blocked for that from now.
func (s *strangers) refuse(from netip.Addr, mac phone.MAC, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.claim(from, now)
	n := number(mac)
	for _, known := range r.devices[:r.count] {
		if known == n {
			return false
		}
	}
	r.devices[r.count] = n
	if r.count++; r.count < mostRefused {
		return false
	}
	r.count, r.until = 0, later(r.until, now.Add(refusedFor))
	return true
}

// trap blocks the source, and says whether it was not blocked so long before.
func (s *strangers) trap(from netip.Addr, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.claim(from, now)
	fresh := r.until.Before(now.Add(refusedFor))
	r.until = now.Add(trapped)
	return fresh
}

// claim is what is remembered of a source.
func (s *strangers) claim(from netip.Addr, now time.Time) *stranger {
	key := sourceOf(from)
	r := s.sources[key]
	if r == nil {
		if len(s.sources) >= mostSources {
			s.forget(now)
		}
		r = &stranger{since: now}
		s.sources[key] = r
	}
	if now.Sub(r.since) > refusedFor {
		r.since, r.count = now, 0
	}
	return r
}

// forget makes room: of some sources the one that has done least.
func (s *strangers) forget(now time.Time) {
	var least netip.Addr
	worth, looked := 0, 0
	for key, r := range s.sources { // begins anywhere
		if w := r.worth(now); looked == 0 || w < worth {
			least, worth = key, w
		}
		if looked++; looked == looksToForget {
			break
		}
	}
	delete(s.sources, least)
}

func (r *stranger) worth(now time.Time) int {
	switch {
	case now.Before(r.until):
		return mostRefused
	case now.Sub(r.since) > refusedFor:
		return 0
	}
	return r.count
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// sourceOf is an IPv4 address, or the network of an IPv6 one.
func sourceOf(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(subscriber); err == nil {
			return p.Addr()
		}
	}
	return a
}
