package guard

import (
	"net/netip"
	"testing"
	"time"

	"ringfence/phone"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

var (
	office   = netip.MustParseAddr("192.0.2.1")
	stranger = netip.MustParseAddr("198.51.100.7")
)

// world is a guard with a clock that tests move.
type world struct {
	*Guard
	time time.Time
}

func newWorld(change ...func(*Config)) *world {
	w := &world{time: noon}
	c := Config{Rate: 100, Now: func() time.Time { return w.time }}
	for _, f := range change {
		f(&c)
	}
	w.Guard = New(c)
	return w
}

func (w *world) pass(d time.Duration) { w.time = w.time.Add(d) }

func (w *world) banned(a netip.Addr) bool { return !w.Admit("udp", a) }

func trusting(networks ...string) func(*Config) {
	return func(c *Config) {
		for _, n := range networks {
			c.Trusted = append(c.Trusted, netip.MustParsePrefix(n))
		}
	}
}

func username(i int) string {
	return "user" + string(rune('A'+i/26%26)) + string(rune('a'+i%26)) + string(rune('0'+i/676))
}

func TestWhatBansASource(t *testing.T) {
	wrong := func(kind Kind, distinct, each int) func(*world) {
		return func(w *world) {
			for range each {
				for i := range distinct {
					w.Wrong(stranger, username(i), kind)
				}
			}
		}
	}
	times := func(n int, what func(*world)) func(*world) {
		return func(w *world) {
			for range n {
				what(w)
			}
		}
	}
	sign := func(agent, from, to string) func(*world) {
		return func(w *world) { w.Sign(stranger, agent, from, to) }
	}
	broken := func(w *world) { w.Broken(stranger) }
	for name, c := range map[string]struct {
		proven bool // a phone is behind it
		do     func(*world)
		want   bool
	}{
		"thirty usernames with wrong passwords":               {false, wrong(WrongPassword, 30, 1), true},
		"one fewer is not enough":                             {false, wrong(WrongPassword, 29, 1), false},
		"one of them a hundred times counts once":             {false, wrong(WrongPassword, 1, 100), false},
		"nor do a few of them":                                {false, wrong(WrongPassword, 29, 10), false},
		"thirty usernames of nobody, which tells nobody more": {false, wrong(UnknownUser, 30, 1), true},
		"nor are fewer of them":                               {false, wrong(UnknownUser, 29, 20), false},
		"former passwords never":                              {false, wrong(FormerPassword, 500, 3), false},
		"with a phone behind it, thirty are not enough":       {true, wrong(WrongPassword, 299, 1), false},
		"but ten times as many are":                           {true, wrong(WrongPassword, 300, 1), true},
		"a scanner's third packet":                            {false, times(3, sign("friendly-scanner", "100", "100")), true},
		"its second is not enough":                            {false, times(2, sign("friendly-scanner", "100", "100")), false},
		"in any case of letters":                              {false, times(3, sign("Friendly-Scanner 0.3", "", "")), true},
		"sipcli":                                              {false, times(3, sign("sipcli/v1.8", "", "")), true},
		"who calls itself sipvicious in From":                 {false, times(3, sign("Asterisk", "sipvicious", "100")), true},
		"Nmap's probe":                                        {false, times(3, sign("", "nm", "nm2")), true},
		"nm alone is somebody's name":                         {false, times(30, sign("", "nm", "300")), false},
		"an administrator's sipsak":                           {false, times(300, sign("sipsak 0.9.8.1", "sipsak", "100")), false},
		"a phone":                                             {false, times(300, sign("snomD785/10.1", "300", "300")), false},
		"no User-Agent at all":                                {false, times(300, sign("", "", "")), false},
		"signs never ban where a phone is: they are forged":   {true, times(1000, sign("friendly-scanner", "", "")), false},
		"three hundred broken messages":                       {false, times(300, broken), true},
		"one fewer broken messages are not enough":            {false, times(299, broken), false},
		"broken messages never ban where a phone is":          {true, times(5000, broken), false},
		"all sorts together":                                  {false, func(w *world) { wrong(WrongPassword, 10, 1)(w); times(2, sign("smap 0.6", "", ""))(w) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			if c.proven {
				w.Right(stranger, "desk")
			}
			c.do(w)
			if w.banned(stranger) != c.want {
				t.Errorf("banned is %v, %+v", !c.want, w.Stats())
			}
			if w.banned(office) {
				t.Error("somebody else is banned")
			}
		})
	}
}

func TestPointsAreForgottenAfterTheWindow(t *testing.T) {
	w := newWorld()
	for i := range 58 {
		if i == 29 {
			w.pass(window)
		}
		w.Wrong(stranger, username(i), WrongPassword)
	}
	if w.banned(stranger) {
		t.Error("banned for what is ten minutes apart")
	}
}

// guess lets a stranger be banned for wrong passwords, or for signs.
func (w *world) guess() {
	for i := range 30 {
		w.Wrong(stranger, username(i), WrongPassword)
	}
}

func (w *world) scan() {
	for range 3 {
		w.Sign(stranger, "sipvicious", "", "")
	}
}

func TestHowLongABanLasts(t *testing.T) {
	for name, c := range map[string]struct {
		again func(*world)
		rest  time.Duration // between two bans
		want  []time.Duration
	}{
		"each twice as long as the one before, up to a day": {(*world).guess, time.Minute, []time.Duration{
			10 * time.Minute, 20 * time.Minute, 40 * time.Minute, 80 * time.Minute, 160 * time.Minute, 320 * time.Minute, 640 * time.Minute,
			1280 * time.Minute, 24 * time.Hour, 24 * time.Hour}},
		"after a good day it is the first again":  {(*world).guess, 24 * time.Hour, []time.Duration{firstBan, firstBan, firstBan}},
		"what may be forged bans for ten minutes": {(*world).scan, time.Minute, []time.Duration{firstBan, firstBan, firstBan}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			for i, want := range c.want {
				w.pass(c.rest)
				c.again(w)
				w.pass(want - time.Second)
				if !w.banned(stranger) {
					t.Errorf("ban %d ended early", i)
				}
				w.pass(time.Second)
				if w.banned(stranger) {
					t.Fatalf("ban %d lasts longer than %v", i, want)
				}
			}
		})
	}
}

func TestABanOfBeforeARestartMakesTheNextLonger(t *testing.T) {
	w := newWorld()
	w.Put(&phone.Ban{Address: "198.51.100.7", Origin: phone.BanAutomatic, Created: noon.Add(-10 * time.Minute), Until: noon.Add(10 * time.Minute)})
	if !w.banned(stranger) {
		t.Error("not banned")
	}
	w.pass(10 * time.Minute)
	w.guess()
	w.pass(40*time.Minute - time.Second)
	if !w.banned(stranger) {
		t.Error("the ban after one of 20 minutes does not last 40")
	}
}

func TestWhatIsBanned(t *testing.T) {
	for name, c := range map[string]struct {
		address, from string
		want          bool
	}{
		"the address itself":                {"192.0.2.1", "192.0.2.1", true},
		"written as IPv6":                   {"192.0.2.1", "::ffff:192.0.2.1", true},
		"its neighbour is not":              {"192.0.2.1", "192.0.2.2", false},
		"all of a network":                  {"192.0.2.0/24", "192.0.2.77", true},
		"also as IPv6":                      {"192.0.2.0/24", "::ffff:192.0.2.77", true},
		"not beyond it":                     {"192.0.2.0/24", "192.0.3.1", false},
		"a smaller part":                    {"192.0.2.8/30", "192.0.2.11", true},
		"of IPv6 the /64":                   {"2001:db8::1", "2001:db8::ffff:1", true},
		"not the next":                      {"2001:db8::1", "2001:db8:0:1::1", false},
		"a larger network":                  {"2001:db8::/32", "2001:db8:77::1", true},
		"one address alone":                 {"2001:db8::1/128", "2001:db8::1", true},
		"and not the rest of its /64":       {"2001:db8::1/128", "2001:db8::2", false},
		"also with a zone":                  {"fe80::/64", "fe80::1%eth0", true},
		"loopback of IPv6":                  {"::1", "::1", true},
		"what is no address bans nobody":    {"everybody", "192.0.2.1", false},
		"trusted networks are never banned": {"10.0.0.0/8", "10.1.2.3", false},
		"nor as IPv6":                       {"10.1.2.3", "::ffff:10.1.2.3", false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(trusting("10.0.0.0/8"))
			b := &phone.Ban{Address: c.address, Origin: phone.BanManual}
			w.Put(b)
			if got := w.banned(netip.MustParseAddr(c.from)); got != c.want {
				t.Errorf("banned is %v", got)
			}
			w.Drop(b)
			if w.banned(netip.MustParseAddr(c.from)) || w.Stats().Bans != 0 {
				t.Errorf("still banned: %+v", w.Stats())
			}
		})
	}
}

func TestANarrowBanThatEndsLeavesTheWideOne(t *testing.T) {
	w := newWorld()
	w.Put(&phone.Ban{Address: "192.0.2.1", Until: noon.Add(time.Minute)}, &phone.Ban{Address: "192.0.2.0/24"})
	w.pass(time.Hour)
	if !w.banned(office) {
		t.Error("not banned any more")
	}
	w.bans.sweep(w.now())
	if !w.banned(office) || w.Stats().Bans != 1 {
		t.Errorf("swept: %+v", w.Stats())
	}
}

// A ban that ends by itself is told of late: meanwhile there may be another.
func TestTheEndOfABanDoesNotLiftTheNext(t *testing.T) {
	w := newWorld()
	old := &phone.Ban{Address: stranger.String(), Origin: phone.BanAutomatic, Created: noon, Until: noon.Add(time.Minute)}
	w.Put(old)
	w.pass(time.Minute)
	w.guess()
	w.Drop(old)
	if !w.banned(stranger) {
		t.Error("lifted")
	}
}

func TestWhoseBanIsLiftedBeginsAnew(t *testing.T) {
	w := newWorld()
	w.guess()
	w.Drop(&phone.Ban{Address: stranger.String(), Until: noon.Add(firstBan)})
	if w.banned(stranger) {
		t.Fatal("still banned")
	}
	w.pass(window)
	w.guess()
	w.pass(firstBan)
	if w.banned(stranger) {
		t.Error("the next ban is longer than a first one")
	}
}

func TestTrustedNetworksAreLeftAlone(t *testing.T) {
	w := newWorld(trusting("198.51.100.0/24", "2001:db8::/32"), func(c *Config) { c.Rate = 1 })
	for _, a := range []netip.Addr{stranger, netip.MustParseAddr("::ffff:198.51.100.7"), netip.MustParseAddr("2001:db8::7")} {
		for i := range 1000 {
			w.Sign(a, "sipvicious", "", "")
			w.Wrong(a, username(i), UnknownUser)
			w.Wrong(a, "desk", WrongPassword)
			if !w.Admit("udp", a) || w.Held(a, "desk") {
				t.Fatalf("%s is refused after %d", a, i)
			}
		}
	}
}

func TestTrunksHaveNoRateAndMayBeBanned(t *testing.T) {
	w := newWorld(func(c *Config) {
		c.Rate = 1
		c.Busy = func(a netip.Addr) bool { return a == stranger }
	})
	for i := range 1000 {
		if !w.Admit("udp", stranger) {
			t.Fatalf("message %d of a trunk is refused", i)
		}
	}
	for range 3 {
		w.Sign(stranger, "sipvicious", "", "")
	}
	if w.Admit("udp", stranger) {
		t.Error("a ban does not hold for it")
	}
}
