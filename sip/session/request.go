package session

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"ringfence/sip"
)

// Incoming is a request of the peer within the dialog.
type Incoming struct {
	Request *sip.Request
	Flow    sip.Flow

	leg *Leg
	tx  *sip.ServerTx
}

// Respond answers it, once, with a final response; hs go into it.
func (in *Incoming) Respond(code int, phrase string, hs ...sip.Header) {
	var room [1]sip.Text
	a := sip.Answer{Code: code, Reason: phrase, Headers: hs, Texts: in.leg.cfg.server(room[:0])}
	_ = in.tx.Answer(in.Request, &a) // the peer asks again, or has gone
}

// agreeTo answers a re-INVITE, UPDATE or PRACK with 200.
func (l *Leg) agreeTo(in *Incoming, d *sip.Dialog, sdp []byte) error {
	var room [maxTexts]sip.Text
	ts := l.cfg.server(l.cfg.capable(room[:0]))
	if in.Request.Method != sip.PRACK && d == l.dialog {
		ts = l.timer.grant(l, in.Request, ts)
	}
	a := sip.Answer{Code: 200, Reason: "OK", Contact: &d.Contact, SDP: sdp, Texts: ts}
	if c := l.in; c != nil && c.req == in.Request {
		a.Headers = c.hs
	}
	return in.tx.Answer(in.Request, &a)
}

// transact begins the transaction of a request that the table has found to be ours
// by our tag, the Call-ID and its source. That does not wait for the mailbox: else
// the same request could come again meanwhile, and be taken for another.
func (l *Leg) transact(req *sip.Request, f sip.Flow) (in *Incoming, o *Offer) {
	in = &Incoming{Request: req, Flow: f, leg: l}
	watch := sip.Watch{}
	if req.Method == sip.INVITE {
		o = &Offer{Method: sip.INVITE, in: in}
		seq := seqOf(req)
		watch.Cancelled = func() { l.box.Do(o.cancelled) }
		watch.Done = func(err error) { l.box.Do(func() { l.settled(seq, err) }) }
	}
	in.tx = l.cfg.Stack.Accept(req, f, watch)
	return in, o
}

// receive takes a request other than ACK. o is what may become of a re-INVITE.
func (l *Leg) receive(in *Incoming, o *Offer) {
	req := in.Request
	d := l.dialogOf(req)
	if d == nil || l.state == over && req.Method != sip.BYE {
		l.stranger(in, d)
		return
	}
	if seqOf(req) < d.RemoteSeq {
		in.Respond(500, "CSeq Out of Order") // RFC 3261 section 12.2.2
		return
	}
	d.RemoteSeq = seqOf(req)
	l.flow = in.Flow // a NAT may have given it another port
	l.learn(req)
	l.dispatch(in, d, o)
}

// dialogOf is the dialog of a request: ours, or one of those that our INVITE has
// made and that are not ours yet, or never will be.
func (l *Leg) dialogOf(req *sip.Request) *sip.Dialog {
	if l.dialog != nil && l.dialog.Matches(req) {
		return l.dialog
	}
	if l.out != nil {
		if f := l.out.fork(fromTag(req)); f != nil {
			return f.dialog
		}
	}
	return nil
}

// stranger is a request of no dialog. A BYE may have overtaken the 2xx that makes
// its dialog.
func (l *Leg) stranger(in *Incoming, d *sip.Dialog) {
	if c := l.out; c != nil && d == nil && in.Request.Method == sip.BYE && l.state == early && len(c.forks) < maxForks {
		c.forks = append(c.forks, &fork{tag: strings.Clone(fromTag(in.Request)), gone: true})
		in.Respond(200, "OK")
		return
	}
	in.Respond(481, "Call/Transaction Does Not Exist")
}

func (l *Leg) dispatch(in *Incoming, d *sip.Dialog, o *Offer) {
	req := in.Request
	if req.Method == sip.BYE {
		l.left(in, d)
		return
	}
	if r := l.refusal(req); r != nil {
		_ = in.tx.Respond(r)
		return
	}
	switch req.Method {
	case sip.INVITE:
		l.reinvited(in, d, o)
	case sip.UPDATE:
		l.updated(in, d)
	case sip.PRACK:
		l.pracked(in)
	case sip.OPTIONS:
		l.describe(in)
	default:
		if l.state == answered && d != l.dialog {
			in.Respond(481, "Call/Transaction Does Not Exist") // of a dialog that has lost
			return
		}
		if req.Method == sip.REFER || req.Method == sip.NOTIFY || req.Method == sip.SUBSCRIBE {
			l.retarget(d, req) // RFC 3261 section 12.2.2: the target refresh requests
		}
		l.on.Requested(l, in)
	}
}

// refusal is what no request may have: RFC 3261 section 8.2.1, 8.2.2.3, 8.2.3.
func (l *Leg) refusal(req *sip.Request) *sip.Response {
	if req.GetHeader("Require") != nil {
		known := slices.Collect(tokens(l.cfg.supported()))
		if tags := sip.Unsupported(req, known...); len(tags) > 0 {
			return sip.Reply(req, 420, "Bad Extension", sip.NewHeader("Unsupported", strings.Join(tags, ", ")))
		}
	}
	if !among(l.cfg.allow(), string(req.Method)) {
		code, phrase := 501, "Not Implemented"
		if slices.Contains(known, req.Method) {
			code, phrase = 405, "Method Not Allowed"
		}
		return sip.Reply(req, code, phrase, sip.NewHeader("Allow", l.cfg.allow()))
	}
	return nil
}

var known = append(methods[:], sip.REGISTER)

// offerOf is the session description of a request; a body that we would have to
// understand and do not is refused.
func (l *Leg) offerOf(req *sip.Request) ([]byte, *sip.Response) {
	if !sip.Understood(req) {
		return nil, sip.Reply(req, 415, "Unsupported Media Type",
			sip.NewHeader("Accept", "application/sdp"), sip.NewHeader("Accept-Encoding", "identity"))
	}
	return sip.SDP(req), nil
}

// describe answers OPTIONS (RFC 3261 section 11.2).
func (l *Leg) describe(in *Incoming) {
	var room [maxTexts]sip.Text
	ts := append(room[:0], sip.Text{Name: "Accept", Value: "application/sdp"})
	_ = in.tx.Answer(in.Request, &sip.Answer{Code: 200, Reason: "OK", Texts: l.cfg.server(l.cfg.capable(ts))})
}

// soon is the Retry-After of a 500 (RFC 3261 section 14.2): 0 to 10 seconds.
func soon() sip.Header { return sip.NewHeader("Retry-After", strconv.Itoa(rand.IntN(11))) }

// Send sends a request within the dialog: INFO, MESSAGE, NOTIFY, REFER, OPTIONS. on
// may be nil; it gets the final response, or nil when none came. A 481 ends the
// session, and so does silence, but for the methods that do not belong to it (RFC
// 5057 section 5.1), and for what is sent before the ACK of the peer's INVITE: such a
// request may be there before our 2xx is, and whether that comes, the ACK says.
func (l *Leg) Send(m Message, on func(res *sip.Response)) {
	if on == nil {
		on = func(*sip.Response) {}
	}
	if l.dialog == nil || l.state == over {
		l.box.Do(func() { on(nil) })
		return
	}
	var room [8]sip.Header
	hs := append(l.cfg.agent(room[:0]), m.Headers...)
	if m.Body != nil {
		t := sip.ContentTypeHeader(m.Type)
		hs = append(hs, &t)
	}
	req := l.dialog.NewRequest(m.Method, hs...)
	if m.Body != nil {
		req.SetBody(m.Body)
	}
	ahead := l.unacked != nil && l.unacked.initial // of our 2xx, which may not be there yet
	l.ask(l.dialog, req, func(res *sip.Response, err error) {
		on(res)
		if !ahead {
			l.judge(m.Method, res, err)
		}
	})
}

// judge ends a session that the peer does not have any more (RFC 3261 section
// 12.2.1.2).
func (l *Leg) judge(m sip.RequestMethod, res *sip.Response, err error) {
	status := l.noResponse(err).Status
	if res != nil {
		status = res.StatusCode
	}
	if status == 481 || status == 408 && m != sip.OPTIONS && m != sip.MESSAGE {
		l.lose(status)
	}
}
