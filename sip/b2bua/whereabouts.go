package b2bua

import (
	"slices"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/session"
)

// A phone in a call may lose its connection, or its NAT give it another port: then it
// registers anew, and that is where its call is to be heard of from then on. Else it
// would never learn that the other end has hung up.

// bound says whether a flow is that of a binding of the phone.
func (s *Switch) bound(id phone.ID, f sip.Flow) bool {
	return id != "" && slices.ContainsFunc(s.Bindings(id), func(b phone.Binding) bool { return at(&b, f) })
}

func at(b *phone.Binding, f sip.Flow) bool {
	return b.Transport == f.Network && b.Target == f.Remote
}

// elsewhere is where the phone of a leg has moved to, which began on the flow of a
// binding: to its only one now, or to that with the Contact of the leg.
func (s *Switch) elsewhere(l *session.Leg) (p session.Place, moved bool) {
	e, ok := l.Owner().(*end)
	if !ok || !e.bound {
		return p, false
	}
	f, all := l.Flow(), s.Bindings(e.phone)
	for i := range all {
		b := &all[i]
		switch {
		case at(b, f) && f.Open():
			return p, false
		case b.Transport != f.Network || b.Target.Addr() != f.Remote.Addr():
		case len(all) == 1 || sameContact(b, l.Dialog()):
			p, moved = session.Place{Network: b.Transport, Local: b.Local, Remote: b.Target}, true
		}
	}
	return p, moved
}

// sameContact says whether a dialog's target is the Contact of a binding.
func sameContact(b *phone.Binding, d *sip.Dialog) bool {
	u, err := sip.RequestURI(b.Contact)
	return err == nil && d != nil && u.Host == d.Target.Host && u.Port == d.Target.Port
}
