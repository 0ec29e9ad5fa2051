package b2bua

import (
	"ringfence/sip"
	"ringfence/sip/session"
)

// again finds the way to an end whose connection has gone: that on which its phone
// has registered since, from the address that its requests must come from, or one
// that we open.
func (s *Switch) again(owner session.Events, gone sip.Flow, on func(f sip.Flow, err error)) {
	if e, ok := owner.(*end); ok && e.phone != "" {
		for _, b := range s.Bindings(e.phone) {
			if b.Transport == gone.Network && b.Target != gone.Remote && b.Target.Addr() == gone.Remote.Addr() {
				s.Stack.Reach(b.Transport, b.Local, b.Target, on)
				return
			}
		}
	}
	s.Stack.Again(gone, on)
}
