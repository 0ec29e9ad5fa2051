package keepalive

import (
	"strings"
	"testing"
	"time"
)

// Each case is what a phone did, packet by packet: "a" answers, "l" answers late,
// "m" misses, "M" moves to another address. After each stands in seconds how
// long the next packet waits; a "d" marks that the phone counts as deaf, a "u"
// as unreachable.
func TestPace(t *testing.T) {
	for name, c := range map[string]struct{ did, want string }{
		"it answers":             {"aaa", "25 25 25"},
		"one packet is lost":     {"ama", "25 4 25"},
		"two are lost":           {"amma", "25 4 10 25"},
		"it has never answered":  {"mmmm", "4 10 25d 25d"},
		"it answers after all":   {"mmma", "4 10 25d 25"},
		"it ceases to answer":    {"ammmm", "25 4 10 25u 25u"},
		"it answers again":       {"ammma", "25 4 10 25u 25"},
		"it answers late":        {"mla", "4 25 25"},
		"it moves":               {"amMa", "25 4 25 25"},
		"it moves when deaf":     {"mmmM", "4 10 25d 25"},
		"it is deaf, and misses": {"mmmmmmm", "4 10 25d 25d 25d 25d 25d"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPace(25 * time.Second)
			var g gait
			var got []string
			for _, did := range c.did {
				switch did {
				case 'a', 'l':
					g.answered()
				case 'm':
					g.missed(&p, 0)
				case 'M':
					g = gait{}
				}
				got = append(got, shown(&g, &p))
			}
			if got := strings.Join(got, " "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func shown(g *gait, p *pace) string {
	s := (time.Duration(g.wait(p)) * tick).Truncate(time.Second).String()
	s = strings.TrimSuffix(s, "s")
	switch {
	case g.deaf():
		s += "d"
	case g.silent():
		s += "u"
	}
	return s
}

// What was asked early is asked again within the interval, not all at one time,
// and from then on at the interval.
func TestPaceOfTheEarly(t *testing.T) {
	p := newPace(25 * time.Second)
	seen := map[ticks]bool{}
	for range 1000 {
		g := gait{early: true}
		g.answered()
		first := g.wait(&p)
		if seen[first] = true; first < p.patience || first > p.base || g.wait(&p) != p.base {
			t.Fatalf("it waits %d, then %d", first, g.wait(&p))
		}
	}
	if len(seen) < 100 {
		t.Errorf("they wait for one of %d times", len(seen))
	}
	g := gait{early: true}
	g.missed(&p, 0)
	if got := g.wait(&p); got != p.patience {
		t.Errorf("missed, it waits %d", got)
	}
}

// A NAT that forgets after half a minute keeps a phone of which one packet in a
// row is lost.
func TestALostPacketDoesNotCloseTheNAT(t *testing.T) {
	p := newPace(25 * time.Second) // the default of the program
	if gap := time.Duration(p.base+p.patience) * tick; gap >= 30*time.Second {
		t.Errorf("nothing passes for %v", gap)
	}
}

func TestPaceOfShortIntervals(t *testing.T) {
	for interval, want := range map[time.Duration]pace{
		5 * time.Second:        {base: 50, hurry: 50, patience: 40, again: 36000},
		2 * time.Minute:        {base: 1200, hurry: 100, patience: 40, again: 36000},
		200 * time.Millisecond: {base: 2, hurry: 2, patience: 1, again: 36000},
	} {
		if got := newPace(interval); got != want {
			t.Errorf("%v: %+v, want %+v", interval, got, want)
		}
		if got := newPace(interval); got.base >= ring {
			t.Errorf("%v: the wheel is too small", interval)
		}
	}
}
