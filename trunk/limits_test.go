package trunk

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"ringfence/phone"
)

// noon is on a Wednesday.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// limit sets what acme may.
func (w *world) limit(l phone.CustomerLimits) {
	c := *w.book.Customer(acme)
	c.Limits = l
	w.book.PutCustomer(&c)
}

// begin begins a call of acme's desk phone; the reason is "" when it may.
func (w *world) begin(by phone.ID, dialled string) (*Ticket, string) {
	w.Helper()
	ways, r := w.lines.Outbound(Outgoing{Customer: acme, Phone: by, Dialled: dialled})
	if r != nil {
		return nil, r.Reason
	}
	ticket, r := ways[0].Begin(nil)
	if r != nil {
		return nil, r.Reason
	}
	return ticket, ""
}

func TestCallsAtATime(t *testing.T) {
	const other phone.ID = "bbbbbbbbbbbbbbbbbbbbbbb2"
	for _, c := range []struct {
		name           string
		phone, acme, k int
		by             []phone.ID
		want           string // the reasons, one for each
	}{
		{"without limits", 0, 0, 0, []phone.ID{desk, desk, other}, ", , "},
		{"of a phone", 2, 0, 0, []phone.ID{desk, desk, desk, other}, ", , phone-limit, "},
		{"of a customer", 0, 2, 0, []phone.ID{desk, other, desk}, ", , customer-limit"},
		{"of a trunk", 0, 0, 1, []phone.ID{desk, other}, ", trunk-limit"},
		{"of a forward, which no phone makes", 1, 0, 0, []phone.ID{"", ""}, ", "},
	} {
		w := newWorld(t, func(l *Config) { l.PhoneCalls = c.phone })
		k := static(1, acme, "192.0.2.1")
		k.Limits.Calls = c.k
		w.put(k)
		w.limit(phone.CustomerLimits{CallLimits: phone.CallLimits{Calls: c.acme}})
		var reasons []string
		var tickets []*Ticket
		for _, by := range c.by {
			ticket, reason := w.begin(by, "+4588888888")
			reasons = append(reasons, reason)
			if ticket != nil {
				tickets = append(tickets, ticket)
			}
		}
		if got := strings.Join(reasons, ", "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if got := w.status(k).Calls; got != len(tickets) {
			t.Errorf("%s: %d calls, want %d", c.name, got, len(tickets))
		}
		if emergency, reason := w.begin(desk, "112"); emergency == nil {
			t.Errorf("%s: an emergency is refused: %s", c.name, reason)
		} else {
			tickets = append(tickets, emergency)
		}
		for _, one := range tickets {
			one.End()
			one.End()
		}
		if got := w.status(k).Calls; got != 0 {
			t.Errorf("%s: %d calls when all have ended", c.name, got)
		}
		if _, reason := w.begin(c.by[0], "+4588888888"); reason != "" {
			t.Errorf("%s: afterwards: %s", c.name, reason)
		}
	}
}

func TestCallsThatComeInCount(t *testing.T) {
	w := exchange(t)
	w.limit(phone.CustomerLimits{CallLimits: phone.CallLimits{Calls: 1}})
	in, _ := w.lines.Inbound(invite(t, "sip:+4570305052@x", "sip:x@x"), from("192.0.2.1:5060"))
	ticket, r := w.lines.Begin(in)
	if r != nil {
		t.Fatal(r)
	}
	if _, r := w.lines.Begin(in); r == nil || r.Reason != CustomerLimit || r.Code != 503 {
		t.Error("a second one:", r)
	}
	ticket.Answered()
	ticket.End()
	if _, r := w.lines.Begin(in); r != nil {
		t.Error("afterwards:", r)
	}
	nobodys, _ := w.lines.Inbound(invite(t, "sip:+4570309999@x", "sip:x@x"), from("192.0.2.1:5060"))
	if _, r := w.lines.Begin(nobodys); r != nil {
		t.Error("nobody's:", r)
	}
}

func TestCallsASecond(t *testing.T) {
	w := newWorld(t)
	w.set(noon)
	k := static(1, acme, "192.0.2.1")
	k.Limits.CallsPerSecond = 2
	w.put(k)
	for _, step := range []struct {
		after time.Duration
		want  string
	}{{0, ""}, {0, ""}, {0, TrunkLimit}, {400 * time.Millisecond, TrunkLimit}, {100 * time.Millisecond, ""}, {0, TrunkLimit}, {time.Hour, ""}, {0, ""}, {0, TrunkLimit}} {
		w.set(w.clock().Add(step.after))
		ticket, reason := w.begin(desk, "+4588888888")
		if reason != step.want {
			t.Errorf("%s: %q, want %q", w.clock().Format(time.TimeOnly), reason, step.want)
		}
		if ticket != nil {
			ticket.End()
		}
	}
	if _, reason := w.begin(desk, "112"); reason != "" {
		t.Error("an emergency:", reason)
	}
	w.lines.limits.tidy(w.clock().Add(time.Hour))
	if n := len(w.lines.limits.by); n == 0 {
		t.Error("who has a call is forgotten")
	}
}

// dear is a world where acme may spend 100 cents a day, 20 of them at night, and
// a minute abroad costs 60.
func dear(t *testing.T) *world {
	w := newWorld(t)
	w.set(noon)
	k := static(1, acme, "192.0.2.1")
	k.Rates = []phone.TrunkRate{{Prefix: "+49", CentsPerMinute: 60}, {Prefix: "+881", CentsPerMinute: 6000}}
	w.put(k)
	w.limit(phone.CustomerLimits{SpendPerDay: 100, NightSpendPerDay: 20})
	return w
}

const abroad, home, space = "+498912345678", "+4588888888", "+881612345678"

// duration is how long a call may last, "" when it may not be made.
func (w *world) duration(dialled string) string {
	list, r := w.lines.Outbound(Outgoing{Customer: acme, Dialled: dialled})
	if r != nil {
		return r.Error()
	}
	return list[0].MaxDuration.String()
}

func TestMoney(t *testing.T) {
	w := dear(t)
	expect := func(what, dialled, want string) {
		t.Helper()
		if got := w.duration(dialled); got != want {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
	}
	call := func() *Ticket {
		t.Helper()
		ticket, reason := w.begin(desk, abroad)
		if reason != "" {
			t.Fatal(reason)
		}
		return ticket
	}
	expect("at first", abroad, "1m40s")
	expect("dearer", space, "1s")
	expect("for nothing", home, "0s")
	one := call()
	w.set(noon.Add(time.Hour))
	expect("while it rings, nothing is spent", abroad, "1m40s")
	one.Answered()
	one.Answered()
	expect("with another call", abroad, "50s")
	w.set(w.clock().Add(29*time.Second + time.Millisecond))
	one.End()
	expect("when 30 s were paid", abroad, "1m10s")
	two := call()
	two.Answered()
	w.set(w.clock().Add(70 * time.Second))
	expect("when all is spent by a call that lasts", abroad, "403 Spending limit reached")
	expect("what costs nothing", home, "0s")
	expect("an emergency", "112", "0s")
	two.End()
	expect("afterwards", abroad, "403 Spending limit reached")
	w.set(noon.Add(24 * time.Hour))
	expect("the next day", abroad, "1m40s")
	w.set(time.Date(2026, 3, 5, 20, 0, 0, 0, time.UTC))
	expect("in the evening", abroad, "20s")
	night := call()
	night.Answered()
	w.set(w.clock().Add(15 * time.Second))
	night.End()
	w.set(time.Date(2026, 3, 6, 6, 59, 0, 0, time.UTC))
	expect("in the morning it is still the same night", abroad, "5s")
	w.set(time.Date(2026, 3, 6, 7, 0, 0, 0, time.UTC))
	expect("and then a new day", abroad, "1m40s")
}

func TestCallsEndWhenTheMoneyDoes(t *testing.T) {
	w := dear(t)
	way := first(w, Outgoing{Customer: acme, Dialled: abroad})
	over := make(chan string, 10)
	ticket, r := way.Begin(func() { over <- "one" })
	if r != nil {
		t.Fatal(r)
	}
	other, r := first(w, Outgoing{Customer: acme, Dialled: abroad}).Begin(func() { over <- "two" })
	if r != nil {
		t.Fatal(r)
	}
	ticket.Answered()
	other.Answered()
	w.set(noon.Add(49 * time.Second))
	w.lines.purse.look(acme)
	if len(over) > 0 {
		t.Error("ended too soon:", <-over)
	}
	w.set(noon.Add(50 * time.Second))
	for range 2 { // the clock does not wait for us, nor we for it
		select {
		case <-over:
		case <-time.After(patience10):
			t.Fatal("not ended")
		}
	}
	w.lines.purse.look(acme)
	ticket.End()
	other.End()
	if len(over) > 0 {
		t.Error("told twice")
	}
	if n := len(w.lines.purse.clock) + len(w.lines.purse.live); n != 0 {
		t.Error("what has ended is remembered")
	}
}

// ledger keeps what calls cost.
type ledger struct {
	mu    sync.Mutex
	saved map[string]int64
	fails bool
}

func (l *ledger) LoadSpending(_ context.Context, since string) (list []phone.Spent, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fails {
		return nil, errors.New("disk on fire")
	}
	for key, amount := range l.saved {
		customer, period, _ := strings.Cut(key, " ")
		if period >= since {
			list = append(list, phone.Spent{Customer: phone.ID(customer), Period: period, Amount: amount})
		}
	}
	return list, nil
}

func (l *ledger) SaveSpending(_ context.Context, list []phone.Spent) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fails {
		return errors.New("disk on fire")
	}
	for _, s := range list {
		l.saved[string(s.Customer)+" "+s.Period] = s.Amount
	}
	return nil
}

func TestARestartForgetsNothing(t *testing.T) {
	book := &ledger{saved: map[string]int64{string(acme) + " 2026-03-04": 30 * 60, string(acme) + " 2026-03-01": 99 * 60}}
	w := dear(t)
	w.lines.Spending = book
	w.run()
	until(t, "what was spent is not known", func() bool { return w.duration(abroad) == "1m10s" })
	ticket, _ := w.begin(desk, abroad)
	ticket.Answered()
	w.set(noon.Add(10 * time.Second))
	book.mu.Lock()
	book.fails = true
	book.mu.Unlock()
	if err := w.lines.purse.save(t.Context()); err == nil {
		t.Error("no error")
	}
	book.mu.Lock()
	book.fails = false
	book.mu.Unlock()
	if err := w.lines.purse.save(t.Context()); err != nil {
		t.Error(err)
	}
	book.mu.Lock()
	if got := book.saved[string(acme)+" 2026-03-04"]; got != 40*60 {
		t.Error("of a call that lasts, saved is", got)
	}
	book.mu.Unlock()
	w.set(noon.Add(20 * time.Second))
	ticket.End()
	w.stop()
	if got := book.saved[string(acme)+" 2026-03-04"]; got != 50*60 {
		t.Error("at the end, saved is", got)
	}
	w.set(noon.Add(100 * time.Hour))
	w.lines.purse.unsaved()
	if n := len(w.lines.purse.spent); n != 0 {
		t.Error(n, "old days are remembered")
	}
}

func TestWithoutWhatWasSpentNothingBegins(t *testing.T) {
	w := dear(t)
	w.lines.Spending = &ledger{fails: true}
	if err := w.lines.Run(t.Context()); err == nil {
		t.Error("no error")
	}
}

func TestPrefixesAreFoundByTheLongest(t *testing.T) {
	p := prefixes[string]{}
	for _, prefix := range []string{"", "+1", "45", "+4570", "118"} {
		p.put(prefix, "<"+prefix+">")
	}
	for number, want := range map[string]string{
		"+4570305052": "<+4570>", "+4580305052": "<45>", "+12125550100": "<+1>", "112": "<>", "118": "<118>", "4512": "<45>", "+99": "<>", "": "<>",
	} {
		if got, _ := p.longest(number); got != want {
			t.Errorf("%s: %s, want %s", number, got, want)
		}
	}
	if _, n := (prefixes[int]{}).longest("+45"); n != -1 {
		t.Error(n)
	}
}

func TestCallsInTheHouseTakeAPhonesPlaces(t *testing.T) {
	w := newWorld(t, func(l *Config) { l.PhoneCalls = 2 })
	w.put(static(1, acme, "192.0.2.1"))
	inside, refusal := w.lines.Inside(desk)
	if inside == nil || refusal != nil {
		t.Fatal(refusal)
	}
	world, reason := w.begin(desk, "+4588888888")
	if world == nil {
		t.Fatal(reason)
	}
	if _, refusal := w.lines.Inside(desk); refusal == nil || refusal.Reason != PhoneLimit {
		t.Errorf("a third call: %v", refusal)
	}
	if again, refusal := w.lines.Inside("another"); refusal != nil {
		t.Errorf("another phone: %v", refusal)
	} else {
		again.End()
	}
	inside.Answered()
	inside.End()
	if again, refusal := w.lines.Inside(desk); refusal != nil {
		t.Errorf("in its place: %v", refusal)
	} else {
		again.End()
	}
	world.End()
	free := newWorld(t)
	if ticket, refusal := free.lines.Inside(desk); ticket != nil || refusal != nil {
		t.Errorf("without limits: %v, %v", ticket, refusal)
	}
}
