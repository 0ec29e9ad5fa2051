package b2bua

import (
	"time"

	"ringfence/media"
	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/session"
)

// A transfer is ours to make: no REFER and no dialog of one end ever reaches
// another. The conversation goes on in the call that leads to whom it is
// transferred to: one that we place (blind), or the transferor's second one
// (attended). There the transferee takes the place of the transferor, or of a
// stand-in, as soon as both have agreed upon a session with each other. Until then
// everybody stays where they are, so that a transfer that fails has changed
// nothing.
//
// Both calls run in one mailbox meanwhile, and ever after.

// transfer is a conversation that is about to go on in another call.
type transfer struct {
	from    *call
	x       *end // who goes on
	left    *end // whom it leaves: the other end of from; nil for who comes with an INVITE
	to      *call
	old     *end              // whose place it takes there
	asked   *session.Incoming // the REFER, until it is accepted
	report  *subscription
	link    *media.Link // of the new conversation
	joining bool
	clock   *time.Timer // how long they may take to agree
	changed bool        // the target has agreed to talk with x
	over    bool
	code    int // with which it came to nothing
	phrase  string

	waited bool   // for the answer of the transferor's second call
	text   []byte // with which that was answered
	late   bool
}

// referred takes a REFER (RFC 3515). A stranger behind a trunk may not make us
// call somebody.
func (c *call) referred(e *end, in *session.Incoming) {
	x := e.other()
	r, code, phrase := readReferral(in.Request)
	switch {
	case code != 0:
		in.Respond(code, phrase)
	case e.phone == "":
		in.Respond(603, "Decline")
	case c.stage != talking || x == nil || x.over || x.leg == nil:
		in.Respond(480, "Temporarily Unavailable")
	case c.leaving != nil || c.coming != nil:
		in.Respond(491, "Request Pending")
	default:
		c.refer(&transfer{from: c, x: x, left: e, asked: in}, r)
	}
}

// refer begins what a REFER asks for. It is accepted when both calls know of the
// transfer: a transferor that waits for that may hang up then.
func (c *call) refer(t *transfer, r referral) {
	c.leaving = t
	if r.replaces == nil {
		t.accept()
		t.dial(r.number)
		return
	}
	old := c.find(r.replaces)
	if old == nil {
		t.fail(481, "Call/Transaction Does Not Exist")
		return
	}
	c.together(old.box, func() {
		switch {
		case t.over:
		case old.leg == nil || old.call == nil || !matches(r.replaces, old):
			t.fail(481, "Call/Transaction Does Not Exist")
		case r.replaces.EarlyOnly && old.leg.Answered():
			t.fail(486, "Busy Here")
		default:
			t.attend(old)
		}
	})
}

// accept answers the REFER.
func (t *transfer) accept() {
	if in := t.asked; in != nil {
		t.asked = nil
		t.report = subscribe(t.left, in)
	}
}

// together runs f in the mailbox of two calls that are one from now on. It is
// called in the mailbox of c, and nothing that f may touch is used after it.
func (c *call) together(other *mailbox, f func()) {
	c.mailbox.join(other, &c.joins)
	c.Do(f)
}

// place makes the call in which a conversation is to go on, with a stand-in for x
// until then. It runs in the mailbox of the conversation.
func (t *transfer) place(number string) (*call, bool) {
	c, x := t.from, t.x
	to, err := c.newCall(c.customer)
	if err != nil {
		return nil, false
	}
	to.mailbox.into = c.mailbox // before anybody can find it
	if !c.admit(to) {
		return nil, false
	}
	seen := *x.log()
	old := to.newEnd(phone.CDRLeg{
		Direction: seen.Direction, Extension: seen.Extension, SIPPhone: seen.SIPPhone, Trunk: seen.Trunk,
		Number: seen.Number, Address: seen.Address,
	}, x.party)
	old.media, old.said = x.media, x.said
	to.ends[0] = old
	to.cdr.Caller = c.roleOf(x)
	to.cdr.Callee = phone.Party{Number: number}
	if b := t.left; b != nil {
		to.cdr.Callee.DivertedBy = b.party.number
	}
	to.cdr.TransferredFrom = c.id
	to.ring = &ringing{offer: x.wish(), hops: maxHops, by: t.payer()}
	if t.left != nil { // it goes out as what they forward does
		to.ring.diverted = t.left.party.number
	}
	to.coming, t.to, t.old = t, to, old
	return to, true
}

// maxHops is the Max-Forwards of a call that nobody has forwarded yet (RFC 3261
// section 8.1.1.6).
const maxHops = 70

// roleOf is an end in the words of the call's record.
func (c *call) roleOf(e *end) phone.Party {
	if e == c.ends[0] {
		p := c.cdr.Caller
		p.DivertedBy = ""
		return p
	}
	l := e.log()
	kind := phone.PartyExternal
	if e.phone != "" {
		kind = phone.PartySIPPhone
	}
	return phone.Party{Number: e.party.number, Name: e.party.name, Type: kind, Extension: l.Extension, SIPPhone: e.phone}
}

// payer is the extension whose rights a transfer uses: of who transfers or, when
// that is somebody outside, of who is transferred.
func (t *transfer) payer() *phone.Extension {
	for _, e := range [...]*end{t.left, t.x} {
		if e == nil {
			continue
		}
		if x := t.from.Book.Extension(e.log().Extension); x != nil {
			return x
		}
	}
	return nil
}

// dial begins a blind transfer.
func (t *transfer) dial(number string) {
	if t.payer() == nil {
		t.fail(403, "Forbidden")
		return
	}
	to, ok := t.place(number)
	if !ok {
		t.fail(503, "Service Unavailable")
		return
	}
	if x := to.Book.ByNumber(to.customer, number); x != nil {
		to.cdr.Callee.Name, to.cdr.Callee.Extension = x.Name, x.ID
	}
	to.publish(phone.CallStarted, phone.CallEvent{})
	to.dial(number)
}

// attend begins an attended transfer: old is the transferor's end of a second call,
// which may still ring (then x waits with them).
func (t *transfer) attend(old *end) {
	to := old.call
	switch {
	case old.over || to == t.from || to.stage == ended:
		t.fail(481, "Call/Transaction Does Not Exist")
	case to.customer != t.from.customer:
		t.fail(403, "Forbidden")
	case to.coming != nil || to.leaving != nil:
		t.fail(491, "Request Pending")
	case to.stage != talking && old != to.ends[0]: // it rings at the transferor's itself
		t.fail(481, "Call/Transaction Does Not Exist")
	default:
		t.to, t.old, to.coming = to, old, t
		t.accept()
		switch {
		case to.stage == talking:
			t.join()
		case to.ring != nil && to.ring.told:
			to.ringBack()
		}
	}
}

// asserted shows a party to the other end.
func (c *call) asserted(e *end) sip.Header { return e.party.asserted(c.Domain) }

// target is who x is going to talk with.
func (t *transfer) target() *end { return t.old.other() }
