package b2bua

import (
	"ringfence/media"
	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/session"
)

// end is one end of a call: our session with it, our media face towards it, and
// who it is. It may move to another call; its call is who hears of it.
type end struct {
	call   *call
	leg    *session.Leg // nil while its address is looked for
	media  *media.End
	link   *media.Link // of a called end: with the caller's
	party  party
	phone  phone.ID  // "" for somebody behind a trunk
	bound  bool      // its call began on the flow of a binding
	ha1    phone.HA1 // with which it was called, to see whether it still is the same
	login  string    // of the same credentials
	at     int       // of its leg in the call's record
	nth    int       // of all legs that the call has had: a place in the record may be another's later
	told   []byte    // the session as it was described to it last; of who calls, also before the answer
	way    *Way      // by which it was called; nil for others than strangers whom we call
	ticket Ticket    // counts the call: of a stranger, or of a phone that calls inside; else nil
	over   bool      // it is out of the call
	serves bool      // it has answered for a queue

	box      *mailbox          // that its session lives in
	turn     turn              // what an ACK of its own with a description is about
	asks     int               // offers that it was passed and has not answered
	asker    *end              // whose offer that is, when it is another end's
	passed   *session.Offer    // which
	stands   bool              // what it is to hear was settled by an offer of its own, before its answer
	said     []byte            // what it has described last
	holds    bool              // it has put the other end on hold
	rings    string            // its tag while it rings
	referred bool              // it has sent a REFER
	seen     phone.DialogState // as which it was shown last
	before   phone.LegMedia    // what came and went in the calls that it was in before
}

// newEnd adds an end to a call and to its record.
func (c *call) newEnd(l phone.CDRLeg, p party) *end {
	l.Started = c.Now()
	if id, err := c.NewID(); err == nil {
		l.ID = id
	}
	e := &end{call: c, party: p, phone: l.SIPPhone, box: c.mailbox}
	e.at, e.nth = c.enter(l)
	if e.phone != "" {
		c.occupy(e.phone)
	}
	return e
}

// maxSeen is how many legs a record has before one that has rung in vain gives its
// place to the next: in a queue the same phones may ring for hours.
const maxSeen = 48

// enter gives a leg its place in the record, and its number.
func (c *call) enter(l phone.CDRLeg) (at, nth int) {
	legs := c.cdr.Legs
	c.entered++
	for i := 1; len(legs) >= maxSeen && i < len(legs); i++ {
		if !legs[i].Ended.IsZero() && legs[i].Answered.IsZero() {
			legs[i] = l
			return i, c.entered - 1
		}
	}
	c.cdr.Legs = append(legs, l)
	return len(legs), c.entered - 1
}

// Do is the mailbox of its session, for what is this end's affair: a panic there
// ends the call that it is in.
func (e *end) Do(f func()) { e.box.do(errand{f, e}) }

func (e *end) survive(p any) {
	if e.call == nil {
		e.box.broke(p)
		return
	}
	e.call.survive(p)
}

// other is the end that e talks with, nil when there is none.
func (e *end) other() *end {
	switch c := e.call; e {
	case c.ends[0]:
		return c.ends[1]
	case c.ends[1]:
		return c.ends[0]
	}
	return nil
}

// log is the leg of the end in the record of its call.
func (e *end) log() *phone.CDRLeg { return &e.call.cdr.Legs[e.at] }

// leave takes an end out of its call: its media rest, its part of the record is
// complete. What there is to say to it has been said.
func (e *end) leave(code int, by, why string) {
	if e.over {
		return
	}
	e.over = true
	if r := e.call.ring; r != nil && r.early == e {
		r.early = nil // another may be heard
		e.call.ringBack()
	}
	l := e.log()
	l.Ended, l.SIPCode, l.EndedBy, l.Reason = e.call.Now(), code, by, why
	e.served()
	if e.leg != nil {
		l.UserAgent = clip(e.leg.RemoteUserAgent())
	}
	if e.passed != nil && e.call.stage == setup {
		e.passed.Reject(491, "Request Pending") // who asked may ask the one that answers
	}
	if e.link != nil && e.link != e.call.path {
		e.link.Withdraw() // what it was offered is over, and the caller keeps what it has
	}
	if e.media != nil {
		e.account(l)
		if err := e.media.Close(); err != nil {
			e.call.Log.Warn("media port not closed", "call", e.call.id, "error", err)
		}
	}
	if e.phone != "" {
		e.call.release(e.phone)
	}
	if e.ticket != nil {
		e.ticket.End()
	}
	e.show()
	e.media, e.link, e.told, e.said, e.asker, e.passed = nil, nil, nil, nil, nil, nil // its session lingers
}

// served counts for the fairness of its queue what a member has done there.
func (e *end) served() {
	if e.serves {
		e.serves = false
		e.call.tally.talked(e.log().Extension, e.call.Now())
	}
}

// forgotten is told when its call is over and recorded: the session of an end
// lingers for 64*T1, and is to keep nothing but itself.
func (e *end) forgotten() {
	if e != nil && e.over {
		e.call = nil
	}
}

// What the session tells goes to the call that the end is in at present; once
// that is forgotten, to nobody.

// Progressed is of session.Events.
func (e *end) Progressed(_ *session.Leg, p session.Progress) {
	if e.call != nil {
		e.call.progressed(e, &p)
	}
}

// Answered is of session.Events.
func (e *end) Answered(_ *session.Leg, res *sip.Response, sdp []byte) {
	if e.call != nil {
		e.call.answered(e, res, sdp)
	}
}

// Failed is of session.Events.
func (e *end) Failed(_ *session.Leg, f session.Failure) {
	if e.call != nil {
		e.call.failed(e, &f)
	}
}

// Cancelled is of session.Events.
func (e *end) Cancelled(_ *session.Leg, why []string) {
	if e.call != nil {
		e.call.cancelled(why)
	}
}

// Acknowledged is of session.Events.
func (e *end) Acknowledged(_ *session.Leg, sdp []byte) {
	if e.call != nil {
		e.call.acknowledged(e, sdp)
	}
}

// Agreed is of session.Events.
func (e *end) Agreed(_ *session.Leg, sdp []byte) {
	if e.call != nil {
		e.call.restated(e, sdp)
	}
}

// Offered is of session.Events.
func (e *end) Offered(_ *session.Leg, o *session.Offer) {
	if e.call != nil {
		e.call.offered(e, o)
	}
}

// Requested is of session.Events.
func (e *end) Requested(_ *session.Leg, in *session.Incoming) {
	if e.call != nil {
		e.call.requested(e, in)
	}
}

// Ended is of session.Events.
func (e *end) Ended(_ *session.Leg, why session.End) {
	if e.call != nil {
		e.call.left(e, &why)
	}
}
