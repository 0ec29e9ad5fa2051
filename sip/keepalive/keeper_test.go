package keepalive

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

func TestWhatLeaves(t *testing.T) {
	always := func(code int) func(*packet) int { return func(*packet) int { return code } }
	for name, c := range map[string]struct {
		answer func(*packet) int
		run    time.Duration
		want   string
	}{
		"to a phone that answers":               {always(200), 90 * time.Second, "0o 20o 40o 60o 80o"},
		"to one that refuses":                   {always(405), 50 * time.Second, "0o 20o 40o"},
		"to one that only says that it is busy": {always(100), 40 * time.Second, "0o 4o 14o 34b"},
		"to one that is deaf":                   {nil, 100 * time.Second, "0o 4o 14o 34b 54b 74b 94b"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(20 * time.Second)
				w.answer = c.answer
				w.register("desk", inside, nat)
				w.until(c.run)
				if got := w.left(); got != c.want {
					t.Errorf("left %s\nwant %s", got, c.want)
				}
			})
		})
	}
}

// until runs the keeper to a time after the first packet.
func (w *world) until(d time.Duration) {
	for len(w.packets) == 0 {
		w.run(tick)
	}
	w.run(d - time.Since(w.start.Add(w.packets[0].at)))
}

func TestADeafPhoneIsAskedAgainEachHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(20 * time.Second)
		hears := time.Now().Add(90 * time.Minute)
		w.answer = func(*packet) int {
			if time.Now().After(hears) {
				return 200
			}
			return 0
		}
		w.register("desk", inside, nat)
		w.until(2*time.Hour + 3*time.Minute)
		var asked []string
		for p := range strings.SplitSeq(w.left(), " ") {
			if strings.HasSuffix(p, "o") {
				asked = append(asked, p)
			}
		}
		// The two hours are from the ends of the patience: 18 s and 3638 s.
		if got, want := strings.Join(asked, " "), "0o 4o 14o 3634o 7254o 7274o 7294o 7314o 7334o 7354o 7374o"; got != want {
			t.Errorf("asked %s\nwant  %s", got, want)
		}
		if s := w.Stats(); s.Deaf != 0 || s.Missed != 4 {
			t.Errorf("%+v", s)
		}
	})
}

func TestHealth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(20 * time.Second)
		w.after = 23400 * time.Microsecond
		health := func(wantTrip time.Duration, want string) {
			t.Helper()
			trip, reachable := w.Health("desk")
			got := "unknown"
			if reachable != nil {
				got = map[bool]string{true: "yes", false: "no"}[*reachable]
			}
			if trip != wantTrip || got != want {
				t.Errorf("round trip %v, reachable: %s; want %v, %s", trip, got, wantTrip, want)
			}
		}
		health(0, "unknown")
		w.register("desk", inside, nat)
		w.until(time.Second)
		health(0, "unknown")

		w.answer = func(*packet) int { return 501 }
		w.run(30 * time.Second)
		health(w.after, "yes")
		w.answer = nil
		w.run(2 * time.Minute)
		health(w.after, "no")
		if s := w.Stats(); s.Unreachable != 1 || s.Deaf != 0 {
			t.Errorf("%+v", s)
		}
		w.answer = func(*packet) int { return 501 }
		w.run(30 * time.Second)
		health(w.after, "yes")

		w.register("desk", inside, nat2)
		health(0, "unknown")
		if s := w.Stats(); s.Flows != 1 || s.Unreachable != 0 || len(w.trips) == 0 {
			t.Errorf("%+v, observed %v", s, w.trips)
		}
	})
}

// A NAT that has just been opened anew is not left alone for as long as the old
// one was.
func TestAPhoneThatMovesIsAskedWithinTheInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(20 * time.Second)
		w.answer = func(*packet) int { return 200 }
		w.register("desk", inside, nat)
		w.until(61 * time.Second) // the next would be at 80
		w.register("desk", inside, nat2)
		w.run(20*time.Second + 2*tick)
		if last := w.packets[len(w.packets)-1]; last.flow.Remote != nat2 || len(w.packets) != 5 {
			t.Errorf("%d packets, the last to %s", len(w.packets), last.flow.Remote)
		}
	})
}

func TestWhatIsGoneIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(20 * time.Second)
		phones := []string{"a", "b", "c"}
		for _, id := range phones {
			w.register(phone.ID(id), inside, nat)
			w.register(phone.ID(id), inside+";line=2", nat)
			w.register(phone.ID(id), inside+";line=3", nat)
		}
		w.run(5 * time.Second)
		if s := w.Stats(); s.Flows != 9 {
			t.Errorf("%+v", s)
		}
		w.mu.Lock()
		w.bindings["a"] = w.bindings["a"][1:2]
		w.bindings["b"] = nil
		w.bindings["c"][0].Contact, w.bindings["c"][0].Target = "sip:c@10.0.0.5:5060", at("10.0.0.5:5060") // not behind a NAT any more
		w.mu.Unlock()
		w.run(time.Minute)
		if s := w.Stats(); s.Flows != 3 || len(w.phones) != 2 {
			t.Errorf("%+v, %d phones", s, len(w.phones))
		}
		w.bindings = nil
		w.run(time.Minute)
		for _, id := range phones {
			w.bindings = map[phone.ID][]phone.Binding{}
			w.register(phone.ID(id), inside, nat) // into places that have become free
		}
		if s := w.Stats(); s.Flows != 3 || s.Deaf != 0 || w.shelf.used != 9 {
			t.Errorf("%+v, %d places", s, w.shelf.used)
		}
	})
}

func TestWhoIsKept(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*phone.Binding)
		want   int
	}{
		"a phone behind a NAT":           {func(*phone.Binding) {}, 1},
		"one with a name in its contact": {func(b *phone.Binding) { b.Contact = "sip:desk@phone.invalid" }, 1},
		"one on another port":            {func(b *phone.Binding) { b.Contact = "sip:desk@203.0.113.7" }, 1},
		"one that knows its NAT":         {func(b *phone.Binding) { b.Contact = "sip:desk@203.0.113.7:40000;x=1" }, 1},
		"one behind a firewall for IPv6": {func(b *phone.Binding) { b.Contact, b.Target = "sip:[2001:db8::1]:5061", at("[2001:db8::1]:5061") }, 1},
		"one that is where it says":      {func(b *phone.Binding) { b.Contact, b.Target = "sip:desk@10.0.0.5:40000;x=1", at("10.0.0.5:40000") }, 0},
		"one that sends from another port": {func(b *phone.Binding) {
			b.Contact, b.Target, b.Remote = "sip:desk@10.0.0.5:40000", at("10.0.0.5:40000"), at("10.0.0.5:50000")
		}, 0},
		"one with a contact without a port": {func(b *phone.Binding) { b.Contact, b.Target = "sip:desk@10.0.0.5", at("10.0.0.5:5060") }, 0},
		"one with a local IPv6 address":     {func(b *phone.Binding) { b.Contact, b.Target = "sip:[fd00::1]:5061", at("[fd00::1]:5061") }, 0},
		"one on our own host":               {func(b *phone.Binding) { b.Contact, b.Target = "sip:[::1]:5061", at("[::1]:5061") }, 0},
		"one over TCP":                      {func(b *phone.Binding) { b.Transport = "tcp" }, 0},
		"a contact that cannot be read":     {func(b *phone.Binding) { b.Contact = "tel:1" }, 0},
	} {
		k := New(Config{Interval: time.Second})
		b := phone.Binding{Phone: "desk", Contact: inside, Transport: "udp", Local: here, Remote: nat, Target: nat}
		c.change(&b)
		k.Bound(b)
		if n := k.Stats().Flows; n != c.want {
			t.Errorf("%s: %d flows, want %d", name, n, c.want)
		}
	}
}

func TestABindingWithoutAListenerIsNoTrouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(20 * time.Second)
		w.register("desk", inside, nat)
		w.bindings["desk"][0].Local = at("198.51.100.9:5060")
		w.run(time.Minute)
		if s := w.Stats(); s.Unsent != 3 && s.Unsent != 2 || s.Flows != 1 || s.Missed != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// Whatever strangers answer, and phones answer twice, counts for nothing.
func TestForgedAndReplayedAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(20 * time.Second)
		w.register("desk", inside, nat)
		w.until(time.Second)
		p := w.packets[0]
		branch := p.branch()
		stranger := sip.NewFlow("udp", here, at("192.0.2.66:40000"), nil)
		for _, forged := range []string{
			branch[:len(branch)-1], branch + "0", sip.ProbeBranch, sip.ProbeBranch + strings.Repeat("x", 40),
			flip(branch, len(sip.ProbeBranch)+7), flip(branch, len(branch)-17), flip(branch, len(branch)-1),
		} {
			w.Answered(forged, 200, p.flow)
		}
		w.Answered(branch, 200, stranger)
		if s := w.Stats(); s.Forged != 8 || s.Answered != 0 {
			t.Errorf("%+v", s)
		}
		w.Answered(branch, 200, p.flow)
		w.Answered(branch, 200, p.flow)
		w.run(30 * time.Second)
		w.Answered(branch, 200, p.flow) // of a packet before the last
		synctest.Wait()
		if s := w.Stats(); s.Forged != 8 || s.Answered != 1 || s.Replayed != 2 {
			t.Errorf("%+v", s)
		}
	})
}

// flip changes a hexadecimal digit.
func flip(s string, i int) string {
	other := "0"
	if s[i] == '0' {
		other = "1"
	}
	return s[:i] + other + s[i+1:]
}

// Whoever has a phone's password may send contacts that are another each time.
func TestAPhoneWithEverNewContactsLeavesFewFlows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(20 * time.Second)
		most := 0
		for i := range 20_000 {
			b := phone.Binding{Phone: "desk", Contact: fmt.Sprintf("sip:%d@10.0.0.5", i), Transport: "udp", Local: here, Remote: nat, Target: nat}
			w.bindings["desk"] = append(w.bindings["desk"], b)
			w.bindings["desk"] = w.bindings["desk"][max(0, len(w.bindings["desk"])-5):]
			w.Bound(b)
			if i%100 == 0 { // a thousand of them a second
				w.run(tick)
				most = max(most, w.Stats().Flows)
			}
		}
		if most > 1000 {
			t.Errorf("%d flows of one phone", most)
		}
		w.run(time.Minute)
		if s := w.Stats(); s.Flows != 5 {
			t.Errorf("%d flows at the end", s.Flows)
		}
	})
}

// A phone may register just when its flow is found to be nobody's any more.
func TestABindingThatComesBackAtTheLastMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(20 * time.Second)
		w.answer = func(*packet) int { return 200 }
		w.register("desk", inside, nat)
		w.until(time.Second)
		has := w.Keeper.Bindings
		w.Keeper.Bindings = func(id phone.ID) []phone.Binding {
			w.Keeper.Bindings = has
			w.register("desk", inside, nat2)
			return nil // as it was before
		}
		w.run(45 * time.Second)
		if s := w.Stats(); s.Flows != 1 {
			t.Errorf("%+v", s)
		}
		if last := w.packets[len(w.packets)-1]; last.flow.Remote != nat2 {
			t.Errorf("the last packet went to %s", last.flow.Remote)
		}
	})
}
