package resolve

import (
	"net/netip"
	"slices"
	"testing"
	"time"
)

func target(s string) Target { return Target{Network: "udp", AddrPort: netip.MustParseAddrPort(s)} }

func TestTheDeadAreLeftAloneForLongerEachTime(t *testing.T) {
	c := newClock()
	d, one := NewDead(c.Now), target("192.0.2.1:5060")
	for _, want := range []time.Duration{32, 64, 128, 256, 512, 600, 600} {
		d.Mark(one, 0)
		c.pass(time.Second)
		d.Mark(one, 0) // another call notices the same
		c.pass(want*time.Second - 2*time.Second)
		if !d.Is(one) {
			t.Errorf("tried again before %d s", want)
		}
		c.pass(time.Second)
		if d.Is(one) {
			t.Errorf("left alone for longer than %d s", want)
		}
	}
	d.Clear(one)
	d.Mark(one, 0)
	c.pass(32 * time.Second)
	if d.Is(one) {
		t.Error("one that has answered does not begin anew")
	}
}

func TestRetryAfterIsObeyedWithinABound(t *testing.T) {
	c := newClock()
	d, one, two := NewDead(c.Now), target("192.0.2.1:5060"), target("192.0.2.2:5060")
	d.Mark(one, 2*time.Minute)
	d.Mark(two, 0)
	d.Mark(two, time.Hour)
	c.pass(2*time.Minute - time.Second)
	if !d.Is(one) || !d.Is(two) {
		t.Error("tried too soon")
	}
	c.pass(8 * time.Minute)
	if d.Is(one) || !d.Is(two) {
		t.Error("one:", d.Is(one), "two:", d.Is(two))
	}
	c.pass(time.Minute)
	if d.Is(two) {
		t.Error("an hour is too long")
	}
}

func TestTheLivingComeAloneUnlessThereAreNone(t *testing.T) {
	c := newClock()
	d := NewDead(c.Now)
	all := []Target{target("192.0.2.1:5060"), target("192.0.2.2:5060"), target("192.0.2.3:5060")}
	d.Mark(all[0], 0)
	if got := d.Living(all); !slices.Equal(got, all[1:]) {
		t.Error(got)
	}
	c.pass(time.Second)
	d.Mark(all[2], 0)
	d.Mark(all[1], time.Minute)
	if got := d.Living(all); !slices.Equal(got, []Target{all[0], all[2], all[1]}) {
		t.Error(got)
	}
}

func TestTheDeadHaveABound(t *testing.T) {
	d := NewDead(nil)
	for i := range 3 * deadKept {
		d.Mark(Target{AddrPort: netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, 1}), uint16(i))}, 0)
	}
	if len(d.by) > deadKept {
		t.Error(len(d.by))
	}
}
