package provision

import (
	"fmt"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"ringfence/phone"
)

// unknown is the path of a device that is none, or one that is fenced.
func unknown(n int) string { return fmt.Sprintf("/0004130000%02X.xml", n) }

// Who tries address after address is stopped, and the phones behind the same
// address go on.
func TestEnumeration(t *testing.T) {
	s := newSite(t)
	s.put(phone.Phone{ID: "1", MAC: mac, IP: locked(away)})
	s.put(phone.Phone{ID: "2", MAC: "000413AABB02"})
	s.put(phone.Phone{ID: "3", MAC: "000413AABB03", IP: phone.Fence{Mode: phone.Roaming, Countries: "DK"}})
	s.put(phone.Phone{ID: "4", MAC: "000413000004", IP: locked(office)}) // among those that are tried
	token := under(t, s.FirstURL("000413AABB03"))
	token = token[:len(token)-len("000413AABB01.xml")] + "000413AABB03.xml"
	for n := range mostRefused {
		for range 3 { // a phone that asks again and again is no seeker
			s.status(unknown(n), away)
		}
		if n < mostRefused-1 && s.strangers.blocked(netip.MustParseAddr(away), s.now) {
			t.Fatalf("blocked after %d", n+1)
		}
	}
	if len(s.events) != 1 || s.events[0].Type != phone.SourceBlocked || s.events[0].Data["reason"] != "unknown" {
		t.Fatalf("told %v", s.events)
	}
	for _, c := range []struct {
		name, path, from string
		after            time.Duration
		want             int
	}{
		{"a phone that is locked to it", "/000413AABB01.xml", away, 0, 200},
		{"a phone with its token", token, away, 0, 200},
		{"a phone without", "/000413AABB03.xml", away, 0, 404},
		{"an open phone", "/000413AABB02.xml", away, 0, 404},
		{"the same from elsewhere", "/000413AABB02.xml", "203.0.113.1", 0, 200},
		{"a phone without, later", "/000413AABB03.xml", away, refusedFor, 200},
	} {
		s.now = s.now.Add(c.after)
		if got := s.status(c.path, c.from); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// Phones ask for much that there is not, and seekers are counted apart.
func TestWhatIsNoEnumeration(t *testing.T) {
	for name, c := range map[string]struct {
		path  func(int) string
		pause time.Duration
	}{
		"paths without a device":    {func(n int) string { return fmt.Sprint("/x", n, ".cfg") }, 0},
		"a few in each ten minutes": {unknown, time.Minute},
	} {
		s := newSite(t)
		for n := range 3 * mostRefused {
			s.status(c.path(n), office)
			s.now = s.now.Add(c.pause)
		}
		if len(s.events) > 0 {
			t.Errorf("%s: told %v", name, s.events)
		}
	}
}

// An office whose phones were all set back to what they left the factory with comes
// with tokens that are spent, which nobody can guess.
func TestSpentTokensAreNoEnumeration(t *testing.T) {
	s := newSite(t)
	for n := range 2 * mostRefused {
		mac := phone.MAC(unknown(n)[1:13])
		s.put(phone.Phone{ID: phone.ID(mac), MAC: mac, IP: locked(away)})
		if err := s.SpendToken(t.Context(), mac); err != nil {
			t.Fatal(err)
		}
		if got := s.status("/"+s.firstOf(mac)+unknown(n), office); got != http.StatusNotFound {
			t.Fatalf("a spent token: %d", got)
		}
	}
	if len(s.events) > 0 {
		t.Errorf("told %v", s.events)
	}
}

// Whatever the file is that an address is tried with, it counts; for phones that
// are welcome there, it does not.
func TestEveryFileCounts(t *testing.T) {
	for _, name := range []string{"snomD785-%s.htm", "%s.boot", "%s.bin", "cfg%s", "%s-local.cfg", "%s/startup.cfg", "%s/firmware/x"} {
		for _, known := range []bool{false, true} {
			s := newSite(t)
			for n := range mostRefused {
				mac := fmt.Sprintf("0015650000%02X", n)
				if known {
					s.put(phone.Phone{ID: phone.ID(mac), MAC: phone.MAC(mac), IP: locked(away)})
				}
				s.status("/"+fmt.Sprintf(name, mac), office)
			}
			if !s.strangers.blocked(netip.MustParseAddr(office), s.now) {
				t.Errorf("%s, known %v: whoever tries it is not stopped", name, known)
			}
		}
	}
	s := newSite(t)
	for n := range 2 * mostRefused {
		mac := fmt.Sprintf("0015650000%02X", n)
		s.put(phone.Phone{ID: phone.ID(mac), MAC: phone.MAC(mac), Model: snom, IP: locked(office)})
		s.status("/"+mac+".bin", office)
	}
	if s.strangers.blocked(netip.MustParseAddr(office), s.now) {
		t.Error("an office is stopped for asking what its phones ask")
	}
}

// A MAC address that no phone has is asked for by nobody who knows phones.
func TestCanaries(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Canaries = []phone.MAC{"000413CA0A71", mac} })
	s.put(phone.Phone{ID: "1", MAC: mac})
	if got := s.status("/000413AABB01.xml", office); got != http.StatusOK {
		t.Errorf("a phone that is listed as a canary by mistake: %d", got)
	}
	for range 2 {
		if got := s.status("/000413CA0A71.xml", away); got != http.StatusNotFound {
			t.Errorf("a canary: %d", got)
		}
	}
	if len(s.events) != 2 || s.events[1].Data["reason"] != "canary" || s.Stats()["canaries"] != 1 {
		t.Errorf("told %v, counted %v", s.events, s.Stats())
	}
	s.put(phone.Phone{ID: "2", MAC: "000413AABB02"})
	for after, want := range map[time.Duration]int{0: 404, trapped - time.Second: 404, trapped: 200} {
		s.now = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC).Add(after)
		s.put(phone.Phone{ID: "2", MAC: "000413AABB02"})
		if got := s.status("/000413AABB02.xml", away); got != want {
			t.Errorf("an open phone behind the same address, after %v: %d, want %d", after, got, want)
		}
	}
}

// What is remembered of strangers has a bound, and of those who are blocked more
// is remembered than of others.
func TestStrangersAreBounded(t *testing.T) {
	s, now := newStrangers(), time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	seeker := netip.MustParseAddr("203.0.113.1")
	s.trap(seeker, now)
	for n := range mostSources + 1000 {
		s.refuse(netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}), mac, now)
	}
	if len(s.sources) > mostSources {
		t.Errorf("%d sources are remembered", len(s.sources))
	}
	if !s.blocked(seeker, now) {
		t.Error("the one that counts is forgotten")
	}
}

// A subscriber with IPv6 has many addresses.
func TestSourceOf(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8:0:1:2:3:4:5": "2001:db8:0:1::", "fe80::1%eth0": "fe80::",
	} {
		if got := sourceOf(netip.MustParseAddr(in)); got.String() != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}
