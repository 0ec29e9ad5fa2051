package trunk

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"ringfence/phone"
)

// Outgoing is a call that wants to leave.
type Outgoing struct {
	Customer  phone.ID
	Phone     phone.ID // who calls; "" when nobody of ours does, as in a forward
	Dialled   string
	Caller    Caller
	Forwarded bool // Caller is who has called us: shown, but not vouched for
}

// Refusal is why a call does not leave, as the caller is told.
type Refusal struct {
	Code   int
	Phrase string
	Reason string // a word for records and logs
}

func (r *Refusal) Error() string { return fmt.Sprintf("%d %s", r.Code, r.Phrase) }

// The words of Refusal.Reason.
const (
	NoNumber      = "number"      // it is none
	NoRoute       = "route"       // no trunk takes it
	Blocked       = "blocked"     // the customer has blocked the prefix
	NotServed     = "customer"    // the customer is not served
	Spent         = "spent"       // what the customer may spend is spent
	PhoneLimit    = "phone-limit" // the phone has too many calls, or begins too many
	CustomerLimit = "customer-limit"
	TrunkLimit    = "trunk-limit"
)

func refuse(code int, phrase, reason string) *Refusal { return &Refusal{code, phrase, reason} }

// Outbound says how a dialled number leaves, the best way first: those that work
// before those that do not, then the longest prefix, the lowest priority, one's
// own. An emergency call goes by every line that there is, those made for the
// number first.
func (l *Lines) Outbound(o Outgoing) ([]*Way, *Refusal) {
	c := l.Book.Customer(o.Customer)
	if c == nil || c.State != phone.CustomerActive {
		return nil, refuse(403, "Forbidden", NotServed)
	}
	number, ok := l.Book.DialPlan(c.ID).Read(o.Dialled)
	switch {
	case !ok:
		return nil, refuse(404, "Not Found", NoNumber)
	case !number.Emergency && c.Limits.Blocks(number.Number):
		return nil, refuse(403, "Destination blocked", Blocked)
	}
	now, spent := l.Now(), 0
	ways := []*Way{}
	for _, one := range l.book.Load().lines(c) {
		w := l.way(one, c, &o, number)
		switch {
		case w == nil:
		case !l.purse.allows(w, now):
			spent++
		default:
			ways = append(ways, w)
		}
	}
	switch {
	case len(ways) > 0:
	case spent > 0:
		l.refused.Add(1)
		return nil, refuse(403, "Spending limit reached", Spent)
	default:
		return nil, refuse(404, "No route to destination", NoRoute)
	}
	slices.SortStableFunc(ways, byWorth)
	return ways, nil
}

func byWorth(a, b *Way) int {
	return cmp.Or(
		rank(b.healthy)-rank(a.healthy),
		rank(b.enabled)-rank(a.enabled), // of emergency calls; others go by no other
		cmp.Compare(b.matched, a.matched),
		cmp.Compare(a.priority, b.priority),
	)
}

// way is how the call leaves by a line, nil when it does not.
func (l *Lines) way(one *line, c *phone.Customer, o *Outgoing, number phone.Dialled) *Way {
	t := one.trunk.Load()
	pattern, matched := t.patterns.longest(number.Number)
	if !number.Emergency && (matched < 0 || !t.Outbound.Enabled) {
		return nil
	}
	if number.Emergency {
		pattern.Strip, pattern.Prepend = 0, ""
	}
	cents, _ := t.rates.longest(number.Number)
	w := &Way{
		Trunk: t.Trunk, Number: number.Number, Emergency: number.Emergency, CentsPerMinute: cents,
		line: one, customer: c.ID, phone: o.Phone,
		healthy: one.healthy(), enabled: t.Outbound.Enabled, matched: matched, priority: pattern.Priority,
	}
	w.RequestURI = one.uri(pattern.Apply(number.Number))
	l.identify(w, c, o)
	return w
}

// maxCall is the longest call that is paid for, whatever is left.
const maxCall = 24 * time.Hour
