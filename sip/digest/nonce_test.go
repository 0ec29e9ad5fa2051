package digest

import (
	"encoding/base64"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	here  = netip.MustParseAddr("192.0.2.1")
)

// clock is a hand-set time.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func TestCheckTellsTheAgeOfANonce(t *testing.T) {
	tests := []struct {
		name  string
		later time.Duration
		want  NonceState
	}{
		{"at once", 0, Fresh},
		{"at the end of its life", 2 * time.Minute, Fresh},
		{"just after its life", 2*time.Minute + 1, Stale},
		{"years later", 10 * 365 * 24 * time.Hour, Stale},
		{"by a clock that is behind", -1, Stale},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := clock{start}
			n := NewNonces([32]byte{1}, 2*time.Minute, c.now)
			nonce := n.Issue(here)
			c.at = start.Add(tt.later)
			if got := n.Check(nonce, here); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestCheckTellsWhoseANonceIs(t *testing.T) {
	c := clock{start}
	ours := NewNonces([32]byte{1}, time.Minute, c.now)
	twin := NewNonces([32]byte{1}, time.Minute, c.now)
	other := NewNonces([32]byte{2}, time.Minute, c.now)
	six := netip.MustParseAddr("2001:db8::1")
	tests := []struct {
		name, nonce string
		src         netip.Addr
		want        NonceState
	}{
		{"ours, for an IPv4 address", ours.Issue(here), here, Fresh},
		{"ours, for an IPv6 address", ours.Issue(six), six, Fresh},
		{"ours, when the address comes mapped into IPv6", ours.Issue(here),
			netip.MustParseAddr("::ffff:192.0.2.1"), Fresh},
		{"that of a node with the same key", twin.Issue(here), here, Fresh},
		{"that of a node with another key", other.Issue(here), here, Foreign},
		{"ours, from another address", ours.Issue(here), netip.MustParseAddr("192.0.2.2"), Foreign},
		{"ours, without an address", ours.Issue(here), netip.Addr{}, Foreign},
		{"none", "", here, Foreign},
		{"one that is cut", ours.Issue(here)[:31], here, Foreign},
		{"one with more behind", ours.Issue(here) + "A", here, Foreign},
		{"one that is not base64", strings.Repeat("=", 32), here, Foreign},
		{"one with line breaks, which base64 passes over",
			"\n\n\n\n" + ours.Issue(here)[4:], here, Foreign},
		{"nothing but zeros", strings.Repeat("A", 32), here, Foreign},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := ours.Check(tt.nonce, tt.src); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// Whatever bit is changed, of version, time or tag, the nonce is no longer ours.
func TestNoBitOfANonceCanBeChanged(t *testing.T) {
	c := clock{start}
	n := NewNonces([32]byte{1}, time.Minute, c.now)
	raw, err := base64.RawURLEncoding.DecodeString(n.Issue(here))
	if err != nil {
		t.Fatal(err)
	}
	for bit := range len(raw) * 8 {
		raw[bit/8] ^= 1 << (bit % 8)
		if got := n.Check(base64.RawURLEncoding.EncodeToString(raw), here); got != Foreign {
			t.Errorf("with bit %d changed: %s", bit, got)
		}
		raw[bit/8] ^= 1 << (bit % 8)
	}
}

func TestTwoPhonesBehindOneAddressGetTwoNonces(t *testing.T) {
	c := clock{start}
	n := NewNonces([32]byte{1}, time.Minute, c.now)
	first := n.Issue(here)
	c.at = c.at.Add(1)
	if second := n.Issue(here); first == second {
		t.Errorf("both got %s", first)
	}
}

// The race detector is the judge here: the keyed hashes are shared.
func TestNoncesServeManyAtOnce(t *testing.T) {
	n := NewNonces([32]byte{1}, time.Hour, func() time.Time { return start })
	var wg sync.WaitGroup
	for i := range 8 {
		src := netip.AddrFrom4([4]byte{192, 0, 2, byte(i)})
		wg.Go(func() {
			for range 200 {
				if got := n.Check(n.Issue(src), src); got != Fresh {
					t.Errorf("got %s", got)
				}
			}
		})
	}
	wg.Wait()
}
