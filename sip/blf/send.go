package blf

import (
	"errors"
	"slices"
	"strconv"

	"ringfence/phone"
	"ringfence/sip"
)

// notification is what one NOTIFY is made of.
type notification struct {
	s      *subscription
	flow   sip.Flow
	bound  bool // the flow was that of a binding
	dialog *sip.Dialog
	state  string // Subscription-State
	event  string
	body   []byte
	last   bool // the subscription is over
}

// notifyNext sends the next notification. It is false when there is none.
func (n *Notifier) notifyNext() bool {
	m := n.next()
	if m == nil {
		return false
	}
	n.count.notified.Add(1)
	b := n.elsewhere(m)
	if b == nil {
		n.send(m, m.flow)
		return true
	}
	n.Stack.Reach(b.Transport, b.Local, b.Target, func(f sip.Flow, err error) {
		if err != nil {
			n.answered(m, 0, err)
			return
		}
		n.moved(m.s, f)
		n.send(m, f)
	})
	return true
}

func (n *Notifier) moved(s *subscription, f sip.Flow) {
	n.mu.Lock()
	defer n.mu.Unlock()
	s.flow = f
}

// next takes the first subscription that there is something to tell of.
func (n *Notifier) next() *notification {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.rested()
	for len(n.pending) > 0 {
		s := n.pending[0]
		n.pending[0] = nil
		n.pending = n.pending[1:]
		s.queued = false
		if m := n.compose(s); m != nil {
			return m
		}
	}
	n.pending = nil
	return nil
}

// compose makes the notification of how a subscription stands, nil when the phone
// knows that. The lock is held.
func (n *Notifier) compose(s *subscription) *notification {
	l := n.lampOf(s)
	if s.at < 0 || s.told && !s.force && s.over == "" && s.shown == l.seen() {
		return nil
	}
	d, err := s.dialog(n.Stack.Contact(s.flow, userOf(s.number)))
	if err != nil { // it was read once, so this does not happen
		n.remove(s)
		return nil
	}
	m := &notification{
		s: s, flow: s.flow, bound: s.bound, dialog: d, event: event, last: s.over != "",
		body: l.document(s.version, s.local, s.number, n.Domain),
	}
	if s.id != "" {
		m.event += ";id=" + s.id
	}
	s.seq++
	s.version++
	s.shown, s.told, s.force, s.asking = l.seen(), true, false, true
	if m.state = "terminated;reason=" + s.over; !m.last {
		left := max(0, s.until-n.Now().UnixMilli()) / 1000
		m.state = "active;expires=" + strconv.FormatInt(left, 10)
		return m
	}
	n.remove(s)
	return m
}

// send sends a notification on a flow.
func (n *Notifier) send(m *notification, f sip.Flow) {
	kind := sip.ContentTypeHeader(document)
	req := m.dialog.NewRequest(sip.NOTIFY,
		sip.NewHeader("Event", m.event), sip.NewHeader("Subscription-State", m.state), &kind)
	req.SetBody(m.body)
	_, err := n.Stack.Request(req, f, func(res *sip.Response, err error) {
		switch {
		case res == nil:
			n.answered(m, 0, err)
		case !res.IsProvisional():
			n.answered(m, res.StatusCode, nil)
		}
	})
	if err != nil {
		n.answered(m, 0, err)
	}
}

// answered goes on with what became of a notification. A phone that knows nothing
// of the subscription, or of the event, ends it, and so does one that is not there
// (RFC 6665 section 4.2.2). Another refusal is of this notification.
func (n *Notifier) answered(m *notification, code int, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	s := m.s
	if !s.asking || m.last || code == 0 && err == nil { // the end of what has its answer
		return
	}
	if code == 0 && !errors.Is(err, sip.ErrClosed) || ends(code) {
		n.count.lost.Add(1)
		n.remove(s)
		return
	}
	n.rest(s)
}

// ends says whether an answer to a NOTIFY ends the subscription (RFC 5057 section
// 5.1).
func ends(code int) bool {
	switch code {
	case 404, 405, 408, 410, 416, 481, 482, 483, 484, 485, 489, 501, 604:
		return true
	}
	return false
}

// bound says whether a flow is that of a binding of the phone.
func (n *Notifier) bound(id phone.ID, f sip.Flow) bool {
	return slices.ContainsFunc(n.Bindings(id), func(b phone.Binding) bool { return b.Transport == f.Network && b.Target == f.Remote })
}

// elsewhere is the binding of a phone that has moved since it subscribed on the flow
// of one: its connection is a new one, or its NAT has given it another port. It is nil for
// the flow itself.
func (n *Notifier) elsewhere(m *notification) *phone.Binding {
	if !m.bound {
		return nil
	}
	var near *phone.Binding
	f, all := m.flow, n.Bindings(m.s.phone)
	for i := range all {
		b := &all[i]
		switch {
		case b.Transport != f.Network:
		case b.Target == f.Remote && f.Open():
			return nil
		case b.Target.Addr() == f.Remote.Addr():
			near = b
		}
	}
	return near
}
