package blf

import (
	"slices"

	"ringfence/phone"
)

// Dialog takes what an extension does in a call. It does not block.
func (n *Notifier) Dialog(d phone.Dialog) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.dialogs[d.Extension] = noted(n.dialogs[d.Extension], &d, d.State != phone.DialogTerminated)
	if len(n.dialogs[d.Extension]) == 0 {
		delete(n.dialogs, d.Extension)
	}
	n.stir(topic{d.Customer, line, string(d.Extension)})
	rings := d.State == phone.DialogEarly && !d.Dials
	was := len(n.ringing[d.Customer])
	n.ringing[d.Customer] = noted(n.ringing[d.Customer], &d, rings)
	is := len(n.ringing[d.Customer])
	if is == 0 {
		delete(n.ringing, d.Customer)
	}
	if was == is { // what rings is what rang
		return
	}
	for _, number := range [...]string{"", d.Number, d.Called} {
		n.stir(topic{d.Customer, pickup, number})
	}
}

// noted is the list with d in its place, or without it.
func noted(list []phone.Dialog, d *phone.Dialog, in bool) []phone.Dialog {
	at := slices.IndexFunc(list, func(o phone.Dialog) bool { return o.ID == d.ID })
	switch {
	case at < 0 && in:
		return append(list, *d)
	case at >= 0 && in:
		list[at] = *d
	case at >= 0:
		return slices.Delete(list, at, at+1)
	}
	return list
}

// SwitchChanged follows each change of a switch. It does not block.
func (n *Notifier) SwitchChanged(s *phone.Switch) { n.stirred(topic{s.Customer, turned, s.Name}) }

// QueueChanged follows each change of a queue. It does not block.
func (n *Notifier) QueueChanged(q *phone.Queue) { n.stirred(topic{q.Customer, member, string(q.ID)}) }

// PhoneChanged follows each change of a phone. It does not block. A phone that is
// another one now has to subscribe anew: what it may see depends on its extension.
func (n *Notifier) PhoneChanged(c phone.Change) {
	p := c.Phone()
	switch {
	case c.Before == nil:
		return
	case c.Revoked():
		n.dismiss(p.ID, "rejected")
	case c.Before.Extension != p.Extension:
		n.dismiss(p.ID, "deactivated")
	}
	n.stirred(topic{p.Customer, quiet, string(p.ID)})
}

// dismiss ends all subscriptions of a phone.
func (n *Notifier) dismiss(id phone.ID, why string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.perPhone[id] == 0 {
		return
	}
	for _, s := range n.all {
		if s.phone == id && s.over == "" {
			s.over = why
			n.enqueue(s)
		}
	}
}

func (n *Notifier) stirred(t topic) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.stir(t)
}

// stir lets those be told who watch a topic. The lock is held.
func (n *Notifier) stir(t topic) {
	for _, s := range n.byTopic[t] {
		n.enqueue(s)
	}
}
