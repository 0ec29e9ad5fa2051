package blf

import (
	"context"
	"strconv"
	"strings"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

const (
	event    = "dialog"
	document = "application/dialog-info+xml"

	normalExpires = 3600 // seconds; RFC 4235 section 3.4
	minExpires    = 60
	maxExpires    = 3600

	fenceTime = 10 * time.Second // the disk only
)

// Serve takes a SUBSCRIBE outside of dialogs, or within one of its own; of
// another one it says false. What is refused leaves nothing. It does not block.
func (n *Notifier) Serve(req *sip.Request, f sip.Flow) bool {
	if tag := tagOf(req.To().Params); tag != "" && !n.knows(tag, req) {
		return false
	}
	if r := judge(req); r != nil {
		n.reply(f, r.to(req))
		return true
	}
	a, challenge := n.Door.AuthenticateRequest(req, f)
	if challenge != nil {
		n.reply(f, challenge)
		return true
	}
	n.passFence(req, f, a, n.Stack.Accept(req, f, sip.Watch{}))
	return true
}

// knows says whether it is a dialog of ours.
func (n *Notifier) knows(tag string, req *sip.Request) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	s := n.byTag[tag]
	return s != nil && req.CallID() != nil && s.callID == req.CallID().Value() && s.peer == tagOf(req.From().Params)
}

// judge is the answer to what can make no subscription whoever asks (RFC 6665
// section 4.2.1), nil when it can.
func judge(req *sip.Request) *refusal {
	name, _ := field(req, "Event")
	name, _, _ = strings.Cut(name, ";")
	expires, ok := expires(req)
	switch hops := req.MaxForwards(); {
	case hops != nil && hops.Val() == 0:
		return &refusal{code: 483, phrase: "Too Many Hops"}
	case strings.TrimSpace(name) != event:
		return &refusal{489, "Bad Event", []sip.Header{sip.NewHeader("Allow-Events", event)}}
	case len(sip.Unsupported(req)) > 0:
		return &refusal{420, "Bad Extension", []sip.Header{sip.NewHeader("Unsupported", strings.Join(sip.Unsupported(req), ", "))}}
	case !accepts(req):
		return &refusal{406, "Not Acceptable", []sip.Header{sip.NewHeader("Accept", document)}}
	case !ok || req.Contact() == nil || req.Contact().Address.Wildcard:
		return &malformed
	case expires > 0 && expires < minExpires:
		return &refusal{423, "Interval Too Brief", []sip.Header{sip.NewHeader("Min-Expires", strconv.Itoa(minExpires))}}
	}
	return nil
}

// expires is how many seconds are asked for; false for what is no number.
func expires(req *sip.Request) (int, bool) {
	text, given := field(req, "Expires")
	if !given {
		return normalExpires, true
	}
	s, err := strconv.ParseUint(text, 10, 32)
	return int(min(s, maxExpires)), err == nil
}

// accepts says whether the phone takes the one form that there is. Without an
// Accept it does (RFC 4235 section 3.5).
func accepts(req *sip.Request) bool {
	all := req.GetHeaders("Accept")
	for _, h := range all {
		for kind := range strings.SplitSeq(h.Value(), ",") {
			kind, _, _ = strings.Cut(kind, ";")
			switch strings.ToLower(strings.TrimSpace(kind)) {
			case document, "application/*", "*/*":
				return true
			}
		}
	}
	return len(all) == 0
}

// passFence is the gate of all doors, as for a call. Only a phone that is to be
// locked to its address, or whose old credentials are to end, waits for the disk,
// and so does it on a goroutine of its own.
func (n *Notifier) passFence(req *sip.Request, f sip.Flow, a *phone.Account, tx *sip.ServerTx) {
	admit := func() {
		ctx, cancel := context.WithTimeout(context.Background(), fenceTime)
		defer cancel()
		res := n.Door.AdmitRequest(ctx, req, a, f, phone.ViaCall)
		if res == nil {
			res = n.take(req, f, a.ID)
		}
		if res.StatusCode >= 300 {
			n.count.refused.Add(1)
		}
		if err := tx.Respond(res); err != nil {
			n.Log.Debug("answer not sent", "to", f.String(), "error", err)
		}
		if res.IsSuccess() {
			n.announce(tagOf(res.To().Params))
		}
	}
	if a.IP.Mode != phone.Open && len(a.Old) == 0 || !n.later(admit) {
		admit()
	}
}

// later runs f on a goroutine of its own, unless the notifier is closing.
func (n *Notifier) later(f func()) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return false
	}
	n.background.Go(f)
	return true
}

// take makes the subscription of a phone that may call, or goes on with it.
func (n *Notifier) take(req *sip.Request, f sip.Flow, id phone.ID) *sip.Response {
	a := n.Book.ByID(id)
	if a == nil {
		return forbidden.to(req)
	}
	own := n.Book.Extension(a.Extension)
	if own == nil { // as for calls
		return forbidden.to(req)
	}
	seconds, _ := expires(req)
	user := req.Recipient.User
	contact := &sip.ContactHeader{Address: n.Stack.Contact(f, user)}
	res := sip.Reply(req, 200, "OK", sip.NewHeader("Expires", strconv.Itoa(seconds)), contact, sip.NewHeader("Allow-Events", event))
	until := n.Now().Add(time.Duration(seconds) * time.Second).UnixMilli()
	var r *refusal
	if tag := tagOf(req.To().Params); tag != "" {
		r = n.renew(tag, req, f, a, own, until)
	} else {
		r = n.begin(req, f, a, own, tagOf(res.To().Params), until)
	}
	if r != nil {
		return r.to(req)
	}
	return res
}

func (n *Notifier) begin(req *sip.Request, f sip.Flow, a *phone.Account, own *phone.Extension, tag string, until int64) *refusal {
	s, err := newSubscription(req, f, tag)
	if err != nil {
		return &malformed
	}
	t, r := n.topicOf(a, own, s.number)
	if r != nil {
		return r
	}
	s.topic, s.phone, s.by, s.until, s.bound = t, a.ID, own.ID, until, n.bound(a.ID, f)
	if s.pack() != nil {
		return &malformed
	}
	return n.add(s)
}

// renew goes on with a subscription: where the phone is now, and for how long. What
// its number names by now, and whether the phone may see that, is looked up anew.
func (n *Notifier) renew(tag string, req *sip.Request, f sip.Flow, a *phone.Account, own *phone.Extension, until int64) *refusal {
	bound := n.bound(a.ID, f)
	n.mu.Lock()
	defer n.mu.Unlock()
	s := n.byTag[tag]
	switch seq := req.CSeq(); {
	case s == nil || s.over != "":
		return &gone
	case s.phone != a.ID:
		return &forbidden
	case seq.SeqNo <= s.heard:
		return &oldCSeq
	default:
		s.heard = seq.SeqNo
	}
	t, r := n.topicOf(a, own, s.number)
	if r == nil && t != s.topic {
		r = &gone
	}
	if r != nil {
		n.remove(s)
		return r
	}
	s.flow, s.bound, s.until = f, bound, until
	if target := req.Contact().Address.String(); target != s.target && len(target) <= longest {
		s.target = strings.Clone(target)
	}
	return nil
}

// announce lets a subscription be told how it stands: each SUBSCRIBE is followed
// by a NOTIFY (RFC 6665 section 4.2.1.2).
func (n *Notifier) announce(tag string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if s := n.byTag[tag]; s != nil {
		s.force = true
		if s.until <= n.Now().UnixMilli() {
			s.over = timeout
		}
		n.enqueue(s)
	}
}

func (r *refusal) to(req *sip.Request) *sip.Response {
	return sip.Reply(req, r.code, r.phrase, r.hs...)
}

func (n *Notifier) reply(f sip.Flow, res *sip.Response) {
	if err := f.Reply(res); err != nil {
		n.Log.Debug("answer not sent", "to", f.String(), "error", err)
	}
}
