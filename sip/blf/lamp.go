package blf

import (
	"strings"

	"ringfence/phone"
)

// lamp is what one who watches is shown.
type lamp struct {
	state phone.DialogState
	dials bool
	known bool // with whom it is: it may be seen, and is somebody

	id             phone.LegID
	number, name   string // with whom
	callID         string
	ourTag, itsTag string
}

// lampOf works out what a subscription shows now. The lock is held; the Book has
// locks of its own and asks for none of ours.
func (n *Notifier) lampOf(s *subscription) lamp {
	on := false
	switch t := s.topic; t.sort {
	case line:
		return n.lineLamp(s)
	case pickup:
		if n.rings(s) {
			return lamp{state: phone.DialogEarly}
		}
	case turned:
		on, _ = n.Book.Switch(t.customer, t.of)
	case member:
		q := n.Book.Queue(phone.ID(t.of))
		on = q != nil && q.Has(s.by)
	case quiet:
		a := n.Book.ByID(phone.ID(t.of))
		on = a != nil && a.DND
	}
	if on {
		return lamp{state: phone.DialogConfirmed}
	}
	return lamp{}
}

// lineLamp is that of an extension.
func (n *Notifier) lineLamp(s *subscription) lamp {
	var most *phone.Dialog
	list := n.dialogs[phone.ID(s.topic.of)]
	for i := range list {
		if d := &list[i]; most == nil || weight(d) > weight(most) {
			most = d
		}
	}
	if most == nil {
		return lamp{}
	}
	l := lamp{state: most.State, dials: most.Dials, id: most.ID}
	if n.Book.Controls(s.by, most.Extension, phone.MayPickUp) {
		l.known, l.number, l.name = most.RemoteNumber != "", most.RemoteNumber, most.RemoteName
		l.callID, l.ourTag, l.itsTag = most.CallID, most.LocalTag, most.RemoteTag
	}
	return l
}

// weight says which of several calls of an extension matters: one that rings can
// be picked up; one that it talks in says more than one that it dials.
func weight(d *phone.Dialog) int {
	if d.State == phone.DialogEarly && !d.Dials {
		return int(phone.DialogConfirmed) + 1
	}
	return int(d.State)
}

// rings says whether who watches would pick something up: the rule is that of the
// feature code.
func (n *Notifier) rings(s *subscription) bool {
	for i := range n.ringing[s.topic.customer] {
		d := &n.ringing[s.topic.customer][i]
		if of := s.topic.of; of != "" && of != d.Number && of != d.Called {
			continue
		}
		if n.Book.Controls(s.by, d.Extension, phone.MayPickUp) {
			return true
		}
	}
	return false
}

// document is the application/dialog-info+xml of a lamp (RFC 4235 section 4). entity is what was subscribed to; number is its user part. There is
// one dialog always, under the same id: an idle extension has one that has ended,
// since not every phone takes an empty document for idle.
func (l *lamp) document(version uint32, entity, number, domain string) []byte {
	var b strings.Builder
	b.Grow(512)
	b.WriteString(`<?xml version="1.0"?>` + "\n" + `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info"`)
	attribute(&b, "version", decimal(version))
	attribute(&b, "state", "full")
	attribute(&b, "entity", entity)
	b.WriteString(">\n<dialog")
	attribute(&b, "id", number)
	if l.callID != "" {
		attribute(&b, "call-id", l.callID)
		attribute(&b, "local-tag", l.ourTag)
		attribute(&b, "remote-tag", l.itsTag)
	}
	if l.id != "" {
		attribute(&b, "direction", direction(l.dials))
	}
	b.WriteString(">\n<state>" + l.state.String() + "</state>\n")
	if l.known {
		party(&b, "local", entity, "")
		party(&b, "remote", "sip:"+userOf(l.number)+"@"+domain, l.name)
	}
	b.WriteString("</dialog>\n</dialog-info>\n")
	return []byte(b.String())
}

func direction(dials bool) string {
	if dials {
		return "initiator"
	}
	return "recipient"
}

func party(b *strings.Builder, element, uri, display string) {
	b.WriteString("<" + element + "><identity")
	if display != "" {
		attribute(b, "display", display)
	}
	b.WriteString(">" + escaped(uri) + "</identity><target")
	attribute(b, "uri", uri)
	b.WriteString("/></" + element + ">\n")
}
