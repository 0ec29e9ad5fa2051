package b2bua

import (
	"fmt"
	"net/url"
	"strings"

	"ringfence/sip"
	"ringfence/sip/session"
)

// referral is what a REFER asks for: somebody to call, or the dialog whose other
// end is to be talked to.
type referral struct {
	number   string
	replaces *replaces
}

// readReferral reads a REFER (RFC 3515 section 2.4.1); code is the refusal of one
// that asks for nothing that we do.
func readReferral(req *sip.Request) (r referral, code int, phrase string) {
	hs := req.GetHeaders("Refer-To")
	if len(hs) != 1 { // section 2.4.2
		return r, 400, "One Refer-To Wanted"
	}
	_, uri, _, err := sip.ParseAddress(hs[0].Value())
	if err != nil {
		return r, 400, "Malformed Refer-To"
	}
	if uri.Scheme != "sip" && uri.Scheme != "sips" {
		return r, 416, "Unsupported URI Scheme"
	}
	if method, ok := uri.UriParams.Get("method"); ok && !strings.EqualFold(method, "INVITE") {
		return r, 403, "Only INVITE"
	}
	r.number = strings.Clone(dialled(uri)) // it goes into the record
	for _, h := range uri.Headers {
		if !strings.EqualFold(h.K, "Replaces") {
			continue // what else our INVITE would have is our business
		}
		text, err := url.PathUnescape(h.V)
		if err == nil {
			r.replaces, err = parseReplaces(text)
		}
		if err != nil {
			return r, 400, "Malformed Replaces"
		}
	}
	if r.number == "" && r.replaces == nil {
		return r, 404, "Not Found"
	}
	return r, 0, ""
}

// replaces names a dialog of ours (RFC 3891 section 6.1): as who has it with us
// does, so that the to-tag is ours.
type replaces struct {
	callID, toTag, fromTag string
	early                  bool // only while it rings
}

func parseReplaces(value string) (*replaces, error) {
	id, rest, _ := strings.Cut(value, ";")
	r := &replaces{callID: strings.TrimSpace(id)}
	for part := range strings.SplitSeq(rest, ";") {
		name, v, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch strings.ToLower(name) {
		case "to-tag":
			r.toTag = v
		case "from-tag":
			r.fromTag = v
		case "early-only":
			r.early = true
		}
	}
	if r.callID == "" || r.toTag == "" || r.fromTag == "" {
		return nil, fmt.Errorf("replaces %q: no dialog", value)
	}
	return r, nil
}

// find is the end that has the dialog. Whether it is the peer's too is for
// matches to say, in the mailbox.
func (s *Switch) find(r *replaces) *end {
	l := s.table.Find(r.callID, r.toTag)
	if l == nil {
		return nil
	}
	e, _ := l.Owner().(*end)
	return e
}

// matches compares the peer's tag too (RFC 3891 section 3): of a phone that rings,
// the one that it rings with.
func (r *replaces) matches(e *end) bool {
	if tag := e.leg.RemoteTag(); tag != "" {
		return tag == r.fromTag
	}
	return e.rings != "" && e.rings == r.fromTag
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
