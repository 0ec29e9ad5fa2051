package registrar

import (
	"errors"
	"strings"

	"ringfence/phone"
	"ringfence/sip"
)

// errOrder is a request that comes after a later one (RFC 3261 10.3 step 7).
var errOrder = errors.New("CSeq is not higher")

// plan is what a REGISTER makes of the records of its phone. Nothing has
// happened yet, and it is never changed once it is made.
type plan struct {
	next  []record // what there will be: first those kept, then those set
	kept  int
	steps []step
	// refreshed stands for the one step that a plain refresh is: the last of next.
	refreshed bool
}

// step is one thing that happens to a record.
type step struct {
	event  phone.EventType
	record *record // not changed by anybody
	reason string  // of phone.unregistered
}

// Why a binding went.
const (
	byRequest    = "requested"
	byLimit      = "replaced" // by a newer contact than MaxContacts has room for
	byRenewal    = "credentials renewed"
	byConnection = "connection closed"
)

// planner applies one order to the records that there are, whole or not at all.
// It may be used again; of what it has made only the plan is kept.
type planner struct {
	order  *order
	callID string
	cseq   uint32
	make   func(c *contact, old *record) record // a record of this request

	now   []record
	from  route  // of the request, without our side
	gone  []bool // of now: no longer there
	set   []record
	steps []step
}

// apply works out what becomes of the records. The error is errOrder.
func (p *planner) apply(now []record, limit int, like *record) error {
	p.now, p.set, p.steps = now, p.set[:0], p.steps[:0]
	p.from = route{transport: like.transport, remote: like.remote}
	p.gone = append(p.gone[:0], make([]bool, len(now))...)
	if p.order.all && !p.removeAll() {
		return errOrder
	}
	for i := range p.order.contacts {
		if !p.contact(&p.order.contacts[i]) {
			return errOrder
		}
	}
	for left := p.left(); left > 0 && left+len(p.set) > limit; left-- {
		p.evict()
	}
	return nil
}

// plan is what apply has worked out.
func (p *planner) plan() plan {
	kept := p.left()
	next := make([]record, 0, kept+len(p.set))
	for i := range p.now {
		if !p.gone[i] {
			next = append(next, p.now[i])
		}
	}
	made := plan{next: append(next, p.set...), kept: kept}
	if len(p.steps) == 1 && p.steps[0].event == phone.PhoneRefreshed {
		made.refreshed = true
		return made
	}
	made.steps = make([]step, 0, len(p.steps))
	for _, s := range p.steps {
		if s.record == nil { // the next of those set
			s.record = &made.next[kept]
			kept++
		}
		made.steps = append(made.steps, s)
	}
	return made
}

// changes says whether anything would.
func (p *planner) changes() bool { return len(p.steps) > 0 }

// left is how many records there are still.
func (p *planner) left() (n int) {
	for i := range p.gone {
		if !p.gone[i] {
			n++
		}
	}
	return n
}

// remove is for a record that goes without another in its place.
func (p *planner) remove(i int, why string) {
	p.gone[i] = true
	p.steps = append(p.steps, step{phone.PhoneUnregistered, &p.now[i], why})
}

// removeAll is 10.3 step 6. It returns false when the order comes too late.
func (p *planner) removeAll() bool {
	for i := range p.now {
		if p.stale(&p.now[i]) {
			return false
		}
		p.remove(i, byRequest)
	}
	return true
}

// contact is 10.3 step 7 for one contact. It returns false when the order comes
// too late.
func (p *planner) contact(c *contact) bool {
	event := phone.PhoneRefreshed
	at := p.find(func(r *record) bool { return c.boundTo(r.contact) && (c.regID == 0 || c.sameFlow(r)) })
	if at < 0 && c.asked > 0 {
		event = phone.PhoneRegistered
		at = p.find(func(r *record) bool { return c.sameFlow(r) && !p.named(r) })
	}
	var old *record
	if at >= 0 {
		old = &p.now[at]
		again := p.repeated(c, old)
		switch {
		case again && p.source(old):
			return true
		case p.stale(old) && !again: // by another way it is where the phone is now
			return false
		case c.asked == 0:
			p.remove(at, byRequest)
			return true
		}
		p.gone[at] = true
	}
	if c.asked == 0 {
		return true
	}
	p.set = append(p.set, p.make(c, old))
	p.steps = append(p.steps, step{event: event})
	for i := range p.now { // a device that had more than one: all have gone
		if c.sameFlow(&p.now[i]) && !p.named(&p.now[i]) {
			p.gone[i] = true
		}
	}
	return true
}

// find looks among those that are still there.
func (p *planner) find(fits func(*record) bool) int {
	for i := range p.now {
		if !p.gone[i] && fits(&p.now[i]) {
			return i
		}
	}
	return -1
}

// named says whether the request speaks of the record itself.
func (p *planner) named(r *record) bool {
	for i := range p.order.contacts {
		if p.order.contacts[i].boundTo(r.contact) {
			return true
		}
	}
	return false
}

// stale says whether the order comes after a later one, or with it.
func (p *planner) stale(r *record) bool { return p.callID == r.callID && p.cseq <= r.cseq }

// repeated says whether the record is what this very request has made.
func (p *planner) repeated(c *contact, r *record) bool {
	return p.callID == r.callID && p.cseq == r.cseq && c.text == r.contact && c.q == r.q && c.asked == r.asked
}

// retire ends the records of an address of record that is no more: whoever
// registers with the phone's own credentials has no use for the old ones.
func (p *planner) retire(who *phone.Identity) {
	if !who.Until.IsZero() {
		return
	}
	for i := range p.now {
		if !p.gone[i] && p.now[i].username != "" && p.now[i].username != who.Login {
			p.remove(i, byRenewal)
		}
	}
}

// boundTo says whether the contact is the one with that URI. The same text is
// the same URI: a refresh, which most are, is told by that.
func (c *contact) boundTo(uri string) bool {
	if c.text == uri {
		return true
	}
	if !c.resembles(uri) {
		return false
	}
	a := c.uri()
	b, err := sip.ParseURI(uri)
	return a != nil && err == nil && sameURI(*a, b)
}

// same says whether two contacts of a request are one.
func (c *contact) same(other *contact) bool {
	if c.text == other.text {
		return true
	}
	if !c.resembles(other.text) {
		return false
	}
	a, b := c.uri(), other.uri()
	return a != nil && b != nil && sameURI(*a, *b)
}

// resembles tells quickly most URIs that are not the contact's.
func (c *contact) resembles(uri string) bool {
	if parts, ok := sip.SplitURI(uri); ok && (parts.Port != c.parts.Port || !sameHost(parts.Host, c.parts.Host)) {
		return false // a phone on another port, of old
	}
	return strings.EqualFold(c.parts.User, userOf(uri)) || strings.Contains(uri, "%") || strings.Contains(c.text, "%")
}

// userOf is the user of a URI, with its password.
func userOf(uri string) string {
	_, rest, _ := strings.Cut(uri, ":")
	user, _, found := strings.Cut(rest, "@") // the first, as SplitURI has it
	if !found {
		return ""
	}
	return user
}
