package keepalive

import (
	"strings"
	"testing"
	"time"
)

// Each case is what a phone did, packet by packet: "a" answers, "l" answers late,
// "m" misses, "M" moves to another address. The intervals after each are in
// seconds; a "d" marks that the phone counts as deaf, a "u" as unreachable.
func TestPace(t *testing.T) {
	for name, c := range map[string]struct{ did, want string }{
		"it answers":                             {"aaaaa", "25 30 35 40 40"},
		"one packet is lost":                     {"am", "25 12"},
		"one is lost, and never again so seldom": {"amaaaa", "25 12 17 20 20 20"},
		"it has never answered":                  {"mmmm", "10 10 20d 20d"},
		"it answers after all":                   {"mmma", "10 10 20d 25"},
		"it ceases to answer":                    {"ammmm", "25 12 10 20u 20u"},
		"it answers again":                       {"ammma", "25 12 10 20u 20"},
		"it answers late":                        {"ml", "10 10"},
		"it moves before it was slower":          {"Maaaaaa", "20 25 30 35 40 40 40"},
		"it moves when it was slower":            {"aMaa", "25 20 20 20"},
		"it moves when it is deaf":               {"mmmM", "10 10 20d 20"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPace(20 * time.Second)
			g := gait{interval: p.base}
			var got []string
			for _, did := range c.did {
				g.waiting, g.open = did == 'a', true
				switch did {
				case 'a', 'l':
					g.answered(&p)
				case 'm':
					g.missed(&p, 0)
				case 'M':
					g.moved(&p)
				}
				got = append(got, shown(&g))
			}
			if got := strings.Join(got, " "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func shown(g *gait) string {
	s := (time.Duration(g.interval) * tick).Truncate(time.Second).String()
	s = strings.TrimSuffix(s, "s")
	switch {
	case g.deaf():
		s += "d"
	case g.silent():
		s += "u"
	}
	return s
}

func TestPaceOfShortIntervals(t *testing.T) {
	for interval, want := range map[time.Duration]pace{
		5 * time.Second:        {base: 50, most: 100, hurry: 50, patience: 40, again: 36000},
		2 * time.Minute:        {base: 1200, most: 2400, hurry: 100, patience: 40, again: 36000},
		200 * time.Millisecond: {base: 2, most: 4, hurry: 2, patience: 1, again: 36000},
	} {
		if got := newPace(interval); got != want {
			t.Errorf("%v: %+v, want %+v", interval, got, want)
		}
		if got := newPace(interval); got.most >= ring {
			t.Errorf("%v: the wheel is too small", interval)
		}
	}
}
