package b2bua

import (
	"fmt"
	"strings"

	"ringfence/sip"
	"ringfence/sip/session"
)

// referral is what a REFER asks for: somebody to call, or the dialog whose other
// end is to be talked to.
type referral struct {
	number   string
	replaces *sip.Replaces // its to-tag is ours: it is named as who has it with us does
}

// readReferral reads a REFER (RFC 3515 section 2.4.1); code is the refusal of one
// that asks for nothing that we do. What else our INVITE would have by it is our
// business.
func readReferral(req *sip.Request) (r referral, code int, phrase string) {
	asked, err := sip.ReferOf(req)
	switch scheme := asked.Target.Scheme; {
	case err != nil: // section 2.4.2
		return r, 400, "Malformed Refer-To"
	case scheme != "sip" && scheme != "sips":
		return r, 416, "Unsupported URI Scheme"
	case !strings.EqualFold(string(asked.Method), string(sip.INVITE)):
		return r, 403, "Only INVITE"
	}
	r = referral{strings.Clone(dialled(asked.Target)), asked.Replaces} // the number goes into the record
	if r.number == "" && r.replaces == nil {
		return r, 404, "Not Found"
	}
	return r, 0, ""
}

// find is the end that has the dialog. Whether it is the peer's too is for
// matches to say, in the mailbox.
func (s *Switch) find(r *sip.Replaces) *end {
	l := s.table.Find(r.CallID, r.ToTag)
	if l == nil {
		return nil
	}
	e, _ := l.Owner().(*end)
	return e
}

// matches compares the peer's tag too (RFC 3891 section 3): of a phone that rings,
// the one that it rings with.
func matches(r *sip.Replaces, e *end) bool {
	if tag := e.leg.RemoteTag(); tag != "" {
		return tag == r.FromTag
	}
	return e.rings != "" && e.rings == r.FromTag
}

// subscription is the one that a REFER makes (RFC 3515 section 2.4.4): in it the
// transferor is told how the transfer goes.
type subscription struct {
	leg    *session.Leg
	event  string // with the id that tells several apart
	silent bool   // it is not wanted (RFC 4488)
	told   int    // the last status
	closed bool
}

// subscribe accepts a REFER.
func subscribe(e *end, in *session.Incoming) *subscription {
	s := &subscription{leg: e.leg, event: "refer"}
	if e.referred { // section 2.4.6: the first needs no id, and not all know it
		s.event = fmt.Sprintf("refer;id=%d", in.Request.CSeq().SeqNo)
	}
	e.referred = true
	var hs []sip.Header
	if h := in.Request.GetHeader("Refer-Sub"); h != nil && strings.HasPrefix(strings.ToLower(strings.TrimSpace(h.Value())), "false") {
		s.silent = true
		hs = []sip.Header{sip.NewHeader("Refer-Sub", "false")}
	}
	in.Respond(202, "Accepted", hs...)
	s.notify(100, "Trying", nil)
	return s
}

// subscribed is how long a subscription may last: longer than anything rings.
const subscribed = 180

// notify tells a status, a provisional one once, and closes the subscription with
// a final one; then follows when that has been heard, or cannot be.
func (s *subscription) notify(code int, phrase string, then func()) {
	if then == nil {
		then = func() {}
	}
	if s == nil || s.silent || s.closed || code < 200 && code <= s.told {
		then()
		return
	}
	s.told = code
	state := fmt.Sprintf("active;expires=%d", subscribed)
	if code >= 200 {
		s.closed = true
		state = "terminated;reason=noresource" // RFC 3515 section 2.4.7
	}
	s.leg.Send(session.Message{
		Method: sip.NOTIFY, Type: "message/sipfrag;version=2.0",
		Body:    fmt.Appendf(nil, "SIP/2.0 %d %s\r\n", code, phrase),
		Headers: []sip.Header{sip.NewHeader("Event", s.event), sip.NewHeader("Subscription-State", state)},
	}, func(*sip.Response) { then() })
}
