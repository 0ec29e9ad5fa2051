package trunk

import (
	"sync"
	"time"

	"ringfence/phone"
)

// When it is night: when nobody notices that a phone calls the other end of the
// world.
const (
	nightBegins = 20
	nightEnds   = 7
)

// centSeconds are the units of money: a second at one cent a minute.
const centSeconds = 60

// purse knows what customers have spent, and ends calls when nothing is left.
type purse struct {
	lines *Lines

	mu    sync.Mutex // guards what follows
	spent map[account]int64
	dirty map[account]struct{}     // not saved yet
	live  map[phone.ID][]*Ticket   // calls that cost something now, by customer
	clock map[phone.ID]*time.Timer // when to look whether anything is left
}

// account is one customer in one day or night.
type account struct {
	customer phone.ID
	period   string
}

// bill is what a call costs.
type bill struct {
	customer phone.ID
	cents    int64 // a minute
	free     bool  // never ended for want of money
	over     func()

	answered time.Time // zero before; guarded by the purse
	charged  int64
}

func newPurse(l *Lines) purse {
	return purse{
		lines: l, spent: map[account]int64{}, dirty: map[account]struct{}{},
		live: map[phone.ID][]*Ticket{}, clock: map[phone.ID]*time.Timer{},
	}
}

// periods are the day and, at night, the night that a moment is of.
func (p *purse) periods(now time.Time) (day, night string) {
	now = now.In(p.lines.Location)
	day = now.Format(time.DateOnly)
	switch {
	case now.Hour() >= nightBegins:
		night = day + "N"
	case now.Hour() < nightEnds:
		night = now.AddDate(0, 0, -1).Format(time.DateOnly) + "N"
	}
	return day, night
}

// left is what the customer may still spend; ok is false without a limit. The
// caller holds mu.
func (p *purse) left(customer phone.ID, now time.Time) (amount int64, ok bool) {
	c := p.lines.Book.Customer(customer)
	if c == nil {
		return 0, false
	}
	day, night := p.periods(now)
	if n := int64(c.Limits.SpendPerDay); n > 0 {
		amount, ok = n*centSeconds-p.spent[account{customer, day}], true
	}
	if n := int64(c.Limits.NightSpendPerDay); n > 0 && night != "" {
		rest := n*centSeconds - p.spent[account{customer, night}]
		if !ok || rest < amount {
			amount, ok = rest, true
		}
	}
	return amount, ok
}

// allows says whether there is money for a call, and sets for how long.
func (p *purse) allows(w *Way, now time.Time) bool {
	if w.Emergency || w.CentsPerMinute == 0 {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.charge(w.customer, now)
	left, limited := p.left(w.customer, now)
	if !limited {
		return true
	}
	rate := p.rate(w.customer) + int64(w.CentsPerMinute)
	w.MaxDuration = min(time.Duration(max(left, 0)/rate)*time.Second, maxCall)
	return w.MaxDuration > 0
}

// rate is what the customer's calls cost a second.
func (p *purse) rate(customer phone.ID) (cents int64) {
	for _, t := range p.live[customer] {
		cents += t.bill.cents
	}
	return cents
}

// charge brings what live calls cost up to now. A second that has begun counts.
func (p *purse) charge(customer phone.ID, now time.Time) {
	for _, t := range p.live[customer] {
		b := &t.bill
		due := b.cents * int64((now.Sub(b.answered)+time.Second-1)/time.Second)
		if due > b.charged {
			p.pay(customer, due-b.charged, now)
			b.charged = due
		}
	}
}

func (p *purse) pay(customer phone.ID, amount int64, now time.Time) {
	day, night := p.periods(now)
	for _, period := range []string{day, night} {
		if period != "" {
			a := account{customer, period}
			p.spent[a] += amount
			p.dirty[a] = struct{}{}
		}
	}
}

func (p *purse) answered(t *Ticket) {
	if t.bill.cents == 0 {
		return
	}
	now := p.lines.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if !t.bill.answered.IsZero() {
		return
	}
	t.bill.answered = now
	customer := t.bill.customer
	p.live[customer] = append(p.live[customer], t)
	p.wind(customer, now)
}

func (p *purse) ended(t *Ticket) {
	now := p.lines.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	customer := t.bill.customer
	for i, other := range p.live[customer] {
		if other != t {
			continue
		}
		p.charge(customer, now)
		list := p.live[customer]
		list[i] = list[len(list)-1]
		list[len(list)-1] = nil
		if p.live[customer] = list[:len(list)-1]; len(list) == 1 {
			delete(p.live, customer)
		}
		p.wind(customer, now)
		return
	}
}

// wind sets the clock for when the money of the customer ends: at most a minute
// from now, for a day may begin, a night, or another limit. The caller holds mu.
func (p *purse) wind(customer phone.ID, now time.Time) {
	if old := p.clock[customer]; old != nil {
		old.Stop()
		delete(p.clock, customer)
	}
	rate := p.rate(customer)
	left, limited := p.left(customer, now)
	if rate == 0 {
		return
	}
	wait := time.Minute
	if limited {
		wait = min(wait, time.Duration(max(left, 0))*time.Second/time.Duration(rate))
	}
	p.clock[customer] = time.AfterFunc(max(wait, p.lines.pace.look), func() { p.look(customer) })
}

// look ends the calls of a customer who has nothing left.
func (p *purse) look(customer phone.ID) {
	var over []func()
	now := p.lines.Now()
	p.mu.Lock()
	p.charge(customer, now)
	if left, limited := p.left(customer, now); limited && left <= 0 {
		for _, t := range p.live[customer] {
			if !t.bill.free && t.bill.over != nil {
				over = append(over, t.bill.over)
				t.bill.over = nil // once
			}
		}
	}
	p.wind(customer, now)
	p.mu.Unlock()
	for _, f := range over {
		p.lines.overspent.Add(1)
		f()
	}
}
