package trunk

import (
	"sync"
	"time"

	"ringfence/phone"
)

// limits count the calls with the world of phones, customers and trunks.
type limits struct {
	mu sync.Mutex // guards what follows
	by map[phone.ID]*meter
}

// meter counts those of one. Its tokens fill up with a second's worth, and each
// call that begins takes one.
type meter struct {
	calls  int
	tokens float64
	filled time.Time
}

// bound is one of the things that a call counts for.
type bound struct {
	id     phone.ID
	most   phone.CallLimits
	reason string
}

// Ticket is one call that counts. End must be called, once or more.
type Ticket struct {
	lines  *Lines
	bounds []bound
	bill   bill

	once sync.Once
}

// Begin counts a call that is about to leave this way, or says why it must not.
// over is called when the customer's money is spent while it lasts, from a
// goroutine of its own; the call should end then. What the trunk refuses
// (TrunkLimit) another one may take.
func (w *Way) Begin(over func()) (*Ticket, *Refusal) {
	l := w.line.all
	if !l.purse.allows(w, l.Now()) {
		l.refused.Add(1)
		return nil, refuse(403, "Spending limit reached", Spent)
	}
	t := &Ticket{lines: l, bounds: l.bounds(w.customer, w.phone, w.Trunk)}
	t.bill = bill{customer: w.customer, cents: int64(w.CentsPerMinute), over: over, free: w.Emergency}
	if r := l.limits.enter(t.bounds, l.Now(), w.Emergency); r != nil {
		l.refused.Add(1)
		return nil, r
	}
	l.outbound.Add(1)
	return t, nil
}

// Inside counts a call of a phone that does not leave the house: it takes a place
// all the same. The ticket is nil when phones have no limits.
func (l *Lines) Inside(by phone.ID) (*Ticket, *Refusal) {
	most := phone.CallLimits{Calls: l.PhoneCalls, CallsPerSecond: l.PhoneCallsPerSecond}
	if most == (phone.CallLimits{}) {
		return nil, nil
	}
	t := &Ticket{lines: l, bounds: []bound{{by, most, PhoneLimit}}}
	if r := l.limits.enter(t.bounds, l.Now(), false); r != nil {
		l.refused.Add(1)
		return nil, r
	}
	return t, nil
}

// Begin counts a call that has come in on a line.
func (l *Lines) Begin(in *Inbound) (*Ticket, *Refusal) {
	t := &Ticket{lines: l}
	if in.Trunk != nil {
		t.bounds = l.bounds(in.Trunk.Customer, "", in.Line)
	} else {
		t.bounds = []bound{{in.Line.ID, in.Line.Limits, TrunkLimit}}
	}
	if r := l.limits.enter(t.bounds, l.Now(), false); r != nil {
		l.refused.Add(1)
		return nil, r
	}
	l.inbound.Add(1)
	return t, nil
}

func (l *Lines) bounds(customer, by phone.ID, t *phone.Trunk) []bound {
	all := make([]bound, 0, 3)
	if by != "" {
		all = append(all, bound{by, phone.CallLimits{Calls: l.PhoneCalls, CallsPerSecond: l.PhoneCallsPerSecond}, PhoneLimit})
	}
	if c := l.Book.Customer(customer); c != nil {
		all = append(all, bound{customer, c.Limits.CallLimits, CustomerLimit})
	}
	return append(all, bound{t.ID, t.Limits, TrunkLimit})
}

// Answered begins to charge.
func (t *Ticket) Answered() { t.lines.purse.answered(t) }

// End counts the call no more, and charges for it.
func (t *Ticket) End() {
	t.once.Do(func() {
		t.lines.limits.leave(t.bounds, t.lines.Now())
		t.lines.purse.ended(t)
	})
}

// enter counts a call for all, or for none. An emergency call is counted
// whatever the limits are.
func (l *limits) enter(all []bound, now time.Time, always bool) *Refusal {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, b := range all {
		m := l.meter(b, now)
		if always {
			continue
		}
		switch {
		case b.most.Calls > 0 && m.calls >= b.most.Calls:
			return refuse(503, "Too many calls", b.reason)
		case b.most.CallsPerSecond > 0 && m.tokens < 1:
			return refuse(503, "Too many calls per second", b.reason)
		}
	}
	for _, b := range all {
		m := l.by[b.id]
		m.calls++
		m.tokens = max(m.tokens-1, 0)
	}
	return nil
}

// meter finds or makes one, and fills it up.
func (l *limits) meter(b bound, now time.Time) *meter {
	most := float64(max(b.most.CallsPerSecond, 1))
	m := l.by[b.id]
	if m == nil {
		m = &meter{tokens: most, filled: now}
		l.by[b.id] = m
	}
	m.tokens = min(m.tokens+now.Sub(m.filled).Seconds()*most, most)
	m.filled = now
	return m
}

func (l *limits) leave(all []bound, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, b := range all {
		l.by[b.id].calls--
	}
}

// tidy forgets who has no call and has begun none for a while.
func (l *limits) tidy(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, m := range l.by {
		if m.calls == 0 && now.Sub(m.filled) > time.Minute {
			delete(l.by, id)
		}
	}
}

func (l *limits) calls(id phone.ID) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if m := l.by[id]; m != nil {
		return m.calls
	}
	return 0
}
