package registrar

import (
	"errors"
	"slices"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

// errOrder is a request that comes after a later one (RFC 3261 10.3 step 7).
var errOrder = errors.New("CSeq is not higher")

// plan is what a REGISTER makes of the bindings of its phone. Nothing has
// happened yet.
type plan struct {
	kept  []phone.Binding // as they were
	set   []phone.Binding // new or updated
	steps []step
}

// step is one thing that happens to a binding.
type step struct {
	event   phone.EventType
	binding phone.Binding
	reason  string // of phone.unregistered
}

// Why a binding went.
const (
	byRequest    = "requested"
	byLimit      = "replaced" // by a newer contact than MaxContacts has room for
	byRenewal    = "credentials renewed"
	byConnection = "connection closed"
)

func (p *plan) changes() bool { return len(p.steps) > 0 }

// bindings are those that there will be.
func (p *plan) bindings() []phone.Binding { return slices.Concat(p.kept, p.set) }

// plan applies an order to the bindings that there are, whole or not at all. A
// new binding is like the given one in all that the order does not say. The
// error is errOrder.
func (o order) plan(now []phone.Binding, like phone.Binding, limit int) (plan, error) {
	p := plan{kept: slices.Clone(now)}
	if o.all && !p.removeAll(o) {
		return plan{}, errOrder
	}
	for _, c := range o.contacts {
		if !p.apply(c, o, like) {
			return plan{}, errOrder
		}
	}
	for len(p.kept) > 0 && len(p.kept)+len(p.set) > limit {
		p.evict(like)
	}
	return p, nil
}

// removeAll is 10.3 step 6. It returns false when the order comes too late.
func (p *plan) removeAll(o order) bool {
	for _, b := range p.kept {
		if o.stale(b) {
			return false
		}
		p.steps = append(p.steps, step{phone.PhoneUnregistered, b, byRequest})
	}
	p.kept = nil
	return true
}

// apply is 10.3 step 7 for one contact. It returns false when the order comes
// too late.
func (p *plan) apply(c contact, o order, like phone.Binding) bool {
	old, event := p.at(c.uri), phone.PhoneRefreshed
	if len(old) == 0 && c.lifetime > 0 {
		old, event = p.of(c, o), phone.PhoneRegistered
	}
	for _, b := range old {
		if c.repeated(o, b) {
			return true
		}
		if o.stale(b) {
			return false
		}
	}
	p.kept = slices.DeleteFunc(p.kept, func(b phone.Binding) bool { return slices.Contains(old, b) })
	if c.lifetime == 0 {
		for _, b := range old {
			p.steps = append(p.steps, step{phone.PhoneUnregistered, b, byRequest})
		}
		return true
	}
	b := c.binding(o, like)
	p.set = append(p.set, b)
	p.steps = append(p.steps, step{event: event, binding: b})
	return true
}

// at is the binding of a URI, if any.
func (p *plan) at(u sip.URI) []phone.Binding {
	return p.find(func(b phone.Binding) bool { return boundTo(b, u) })
}

// of are the bindings that the same device had, but those that this request
// speaks of itself.
func (p *plan) of(c contact, o order) []phone.Binding {
	return p.find(func(b phone.Binding) bool {
		named := slices.ContainsFunc(o.contacts, func(other contact) bool { return boundTo(b, other.uri) })
		return c.instance != "" && b.Instance == c.instance && !named
	})
}

func (p *plan) find(fits func(phone.Binding) bool) (found []phone.Binding) {
	for _, b := range p.kept {
		if fits(b) {
			found = append(found, b)
		}
	}
	return found
}

// evict makes room: of what came from the same source as the request, or else
// of all, the binding that expires first goes.
func (p *plan) evict(like phone.Binding) {
	victim := 0
	for i := range p.kept {
		if sooner(&p.kept[i], &p.kept[victim], like) {
			victim = i
		}
	}
	p.steps = append(p.steps, step{phone.PhoneUnregistered, p.kept[victim], byLimit})
	p.kept = slices.Delete(p.kept, victim, victim+1)
}

func sooner(a, b *phone.Binding, like phone.Binding) bool {
	mine := func(x *phone.Binding) bool { return x.Transport == like.Transport && x.Remote == like.Remote }
	if mine(a) != mine(b) {
		return mine(a)
	}
	return a.Expires.Before(b.Expires)
}

// stale says whether the order comes after a later one, or with it.
func (o order) stale(b phone.Binding) bool { return o.callID == b.CallID && o.cseq <= b.CSeq }

// repeated says whether the binding is what this very request has made.
func (c contact) repeated(o order, b phone.Binding) bool {
	return o.callID == b.CallID && o.cseq == b.CSeq && c.text == b.Contact &&
		c.q == b.Q && c.lifetime == b.Expires.Sub(b.Registered)
}

func (c contact) binding(o order, like phone.Binding) phone.Binding {
	b := like
	b.Contact, b.Instance, b.Q = c.text, c.instance, c.q
	b.CallID, b.CSeq = o.callID, o.cseq
	b.Expires = b.Registered.Add(c.lifetime)
	b.Target = c.target(o, b)
	return b
}

func boundTo(b phone.Binding, u sip.URI) bool {
	bound, err := sip.ParseURI(b.Contact)
	return err == nil && sameURI(bound, u)
}

// retire ends the bindings of an address of record that is no more: whoever
// registers with the phone's own credentials has no use for the old ones.
func (p *plan) retire(a *phone.Account) {
	if !a.Until.IsZero() {
		return
	}
	over := func(b phone.Binding) bool { return b.Username != "" && b.Username != a.Login }
	for _, b := range p.find(over) {
		p.steps = append(p.steps, step{phone.PhoneUnregistered, b, byRenewal})
	}
	p.kept = slices.DeleteFunc(p.kept, over)
}

// endBy lets no binding outlive the credentials that it is made with; end is zero
// for the phone's own.
func (o order) endBy(end, now time.Time) {
	if end.IsZero() {
		return
	}
	left := max(time.Second, end.Sub(now).Truncate(time.Second))
	for i := range o.contacts {
		o.contacts[i].lifetime = min(o.contacts[i].lifetime, left)
	}
}
