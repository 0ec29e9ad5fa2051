package blf

import (
	"errors"
	"slices"
	"strings"

	"ringfence/phone"
	"ringfence/sip"
)

// subscription is one lamp of one phone. Its texts lie in one piece of memory.
type subscription struct {
	topic     topic
	phone, by phone.ID // who watches, and the extension of it
	number    string   // as it was asked for
	flow      sip.Flow // that its last SUBSCRIBE came on
	bound     bool     // which was that of a binding

	// The dialog: Call-ID, our tag and the phone's, To and From, Contact, Record-Route.
	callID, tag, peer, local, remote, target, routes string
	id                                               string // of Event
	seq, heard, version                              uint32 // CSeq of ours and theirs; of documents

	until int64  // when it ends, Unix milliseconds
	due   int64  // when it may be notified again, likewise; 0 is now
	over  string // why it ends; "" as long as it does not
	at    int    // in Notifier.all, -1 when it is not

	shown  lampSeen
	told   bool // there was a notification
	force  bool // there is to be one, whether the lamp has changed or not
	queued bool // it is in Notifier.pending
	asking bool // a notification has no answer yet
	stale  bool // it is to be notified when it has, and has rested
}

// lampSeen is what is kept of a lamp that was shown.
type lampSeen struct {
	state  phone.DialogState
	dials  bool
	known  bool
	id     phone.LegID
	number string
}

func (l *lamp) seen() lampSeen { return lampSeen{l.state, l.dials, l.known, l.id, l.number} }

// longest bounds what a phone may write into one subscription; real ones need
// a third of it.
const longest = 1500

var errLong = errors.New("blf: too long")

// newSubscription keeps what is needed of a SUBSCRIBE; tag is that of our answer.
func newSubscription(req *sip.Request, f sip.Flow, tag string) (*subscription, error) {
	d, err := sip.UASDialog(req, tag, sip.URI{Scheme: "sip"})
	if err != nil {
		return nil, err
	}
	event, _ := field(req, "Event")
	s := &subscription{
		number: numberIn(req.Recipient), flow: f, at: -1,
		callID: d.CallID, tag: d.LocalTag, peer: d.RemoteTag, local: d.LocalURI.String(), remote: d.RemoteURI.String(),
		target: d.Target.String(), id: param(event, "id"), heard: d.RemoteSeq,
	}
	var routes []string
	for i := range d.Routes {
		routes = append(routes, d.Routes[i].String())
	}
	s.routes = strings.Join(routes, " ")
	return s, nil
}

// pack puts all texts into one piece of memory, which holds nothing else: those
// of a message would keep it.
func (s *subscription) pack() error {
	all := [...]*string{
		(*string)(&s.topic.customer), &s.topic.of, (*string)(&s.phone), (*string)(&s.by), &s.number,
		&s.callID, &s.tag, &s.peer, &s.local, &s.remote, &s.target, &s.routes, &s.id,
	}
	var b strings.Builder
	n := 0
	for _, t := range all {
		n += len(*t)
	}
	if n > longest {
		return errLong
	}
	b.Grow(n)
	for _, t := range all {
		b.WriteString(*t)
	}
	text := b.String()
	for _, t := range all {
		*t, text = text[:len(*t)], text[len(*t):]
	}
	return nil
}

// dialog is the dialog with the number of the next request.
func (s *subscription) dialog(contact sip.URI) (*sip.Dialog, error) {
	d := &sip.Dialog{
		CallID: s.callID, LocalTag: s.tag, RemoteTag: s.peer, LocalSeq: s.seq, RemoteSeq: s.heard, Contact: contact,
	}
	for _, u := range []struct {
		to   *sip.URI
		text string
	}{{&d.LocalURI, s.local}, {&d.RemoteURI, s.remote}, {&d.Target, s.target}} {
		var err error
		if *u.to, err = sip.ParseURI(u.text); err != nil {
			return nil, err
		}
	}
	for text := range strings.FieldsSeq(s.routes) {
		u, err := sip.ParseURI(text)
		if err != nil {
			return nil, err
		}
		d.Routes = append(d.Routes, u)
	}
	return d, nil
}

// add keeps a new subscription. Others of the same phone to the same topic are
// told how it stands: those that it has forgotten, as it was switched off, it
// refuses. Two that it wants both stay.
func (n *Notifier) add(s *subscription) *refusal {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case n.closed || len(n.all) >= n.Most:
		return &full
	case n.perPhone[s.phone] >= n.PerPhone:
		return &tooMany
	}
	for _, o := range n.byTopic[s.topic] {
		if o.phone == s.phone {
			o.force = true
			n.enqueue(o)
		}
	}
	s.at = len(n.all)
	n.all = append(n.all, s)
	n.byTag[s.tag] = s
	n.byTopic[s.topic] = append(n.byTopic[s.topic], s)
	n.perPhone[s.phone]++
	n.count.subscribed.Add(1)
	return nil
}

// remove forgets a subscription. The lock is held.
func (n *Notifier) remove(s *subscription) {
	if s.at < 0 {
		return
	}
	last := n.all[len(n.all)-1]
	n.all[s.at], last.at = last, s.at
	n.all[len(n.all)-1] = nil
	n.all = n.all[:len(n.all)-1]
	s.at = -1
	delete(n.byTag, s.tag)
	rest := n.byTopic[s.topic]
	if i := slices.Index(rest, s); i >= 0 {
		rest = slices.Delete(rest, i, i+1)
	}
	if n.byTopic[s.topic] = rest; len(rest) == 0 {
		delete(n.byTopic, s.topic)
	}
	if n.perPhone[s.phone]--; n.perPhone[s.phone] <= 0 {
		delete(n.perPhone, s.phone)
	}
}
