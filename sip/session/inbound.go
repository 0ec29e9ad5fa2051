package session

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"ringfence/sip"
)

// called is what an inbound leg has of its INVITE until its final response.
type called struct {
	req     *sip.Request
	tx      *sip.ServerTx
	hs      []sip.Header
	offered bool // the INVITE has an offer
	agreed  bool // offer and answer have been exchanged, reliably
	must    bool // the peer requires 100rel
	rseq    uint32
	waiting *reliable     // for its PRACK
	queue   []provisional // behind it
	accept  *provisional  // the 2xx, behind it too
	still   alarm         // to the next time that the caller is told how far it is
}

var errAgain = errors.New("session: this INVITE has a leg")

// NewInbound is the leg of an INVITE that a handler got on f and that has no To
// tag. It begins the transaction and sends 100; hs go into each other response
// below 300. An error is a *Failure and there is no leg: the INVITE has been refused
// with that, for what it is (400, 415, 420, 422); a 482 was not sent, since another
// leg is at this very INVITE, which has come again.
func NewInbound(c *Config, m Mailbox, e Events, req *sip.Request, f sip.Flow, hs ...sip.Header) (*Leg, error) {
	l := &Leg{
		cfg: c, box: m, on: e, inbound: true, flow: f, source: f.Remote.Addr(),
		id: strings.Clone(callIDOf(req)), tag: strings.Clone(sip.ReplyTag(req)),
		in: &called{req: req, hs: hs},
	}
	l.timer.min = c.minSE()
	if !c.Table.enter(l) {
		return nil, &Failure{Status: 482, Phrase: "Loop Detected", Err: errAgain}
	}
	seq := seqOf(req)
	tx := c.Stack.Accept(req, f, sip.Watch{
		Cancelled: func() { m.Do(l.cancelled) },
		Done:      func(err error) { m.Do(func() { l.settled(seq, err) }) },
	})
	l.in.tx = tx
	if r := l.begin(req); r != nil {
		_ = tx.Respond(r)
		l.in = nil
		l.finish()
		return nil, &Failure{Status: r.StatusCode, Phrase: r.Reason, Err: fmt.Errorf("session: refused: %s", r.Reason)}
	}
	l.respond(&sip.Answer{Code: 100, Reason: "Trying"})
	return l, nil
}

// begin reads the INVITE; it gives the refusal of one that makes no session.
func (l *Leg) begin(req *sip.Request) *sip.Response {
	l.learn(req)
	if r := l.refusal(req); r != nil {
		return r
	}
	if r := l.timer.tooShort(l.cfg, req); r != nil {
		return r
	}
	sdp, r := l.offerOf(req)
	if r != nil {
		return r
	}
	d, err := sip.UASDialog(req, l.tag, l.cfg.Stack.Contact(l.flow, req.Recipient.User))
	if err != nil {
		return sip.Reply(req, 400, "No Dialog")
	}
	l.dialog = d
	l.in.offered, l.in.must = sdp != nil, sip.HasToken(req, "Require", "100rel")
	l.peer.reliable = l.peer.reliable || l.in.must
	return nil
}

// SDP is the offer of the INVITE, nil when the peer wants one from us or when
// the leg has its final response.
func (l *Leg) SDP() []byte {
	if l.in == nil {
		return nil
	}
	return sip.SDP(l.in.req)
}

// Settled says whether an answer has been given reliably before the call is
// answered: then what Accept has to say of the session is not said, and if it is
// something else, an Offer has to follow. It may follow at once, since it waits for
// the ACK by itself.
func (l *Leg) Settled() bool { return l.in != nil && l.in.agreed }

// Accept answers the INVITE with 200: sdp is the answer, or the offer when the
// INVITE had none. It leaves sdp out when an answer has been given reliably: that
// stands, and another is an Offer of its own. It waits until what was given
// reliably is acknowledged (RFC 3262 section 3).
func (l *Leg) Accept(sdp []byte, hs ...sip.Header) {
	c := l.in
	if c == nil || c.accept != nil {
		return
	}
	c.queue = nil
	c.accept = &provisional{sdp: sdp, hs: hs}
	l.accept()
}

// accepted says whether there is a 200 that something is in the way of.
func (l *Leg) accepted() bool { return l.in != nil && l.in.accept != nil }

// accept sends the 200 when nothing is in its way.
func (l *Leg) accept() {
	c := l.in
	if c.waiting != nil && c.waiting.sdp || l.turn.theirs != nil {
		return
	}
	sdp := c.accept.sdp
	if c.agreed {
		sdp = nil
	}
	var room [maxTexts]sip.Text
	res := sip.Answer{
		Code: 200, Reason: "OK", Contact: &l.dialog.Contact, SDP: sdp, Headers: c.with(c.accept.hs),
		Texts: l.timer.grant(l, c.req, l.cfg.server(l.cfg.capable(room[:0]))),
	}
	if err := c.tx.Answer(c.req, &res); errors.Is(err, sip.ErrUnsafe) || errors.Is(err, sip.ErrTooLarge) {
		l.refuse(500, "Server Internal Error", nil)
		l.box.Do(func() { l.on.Ended(l, End{Cause: Lost, Status: 500}) })
		return
	} // other errors end the transaction, which tells them
	u := &unacked{tx: c.tx, seq: seqOf(c.req), late: !c.offered && !c.agreed, initial: true}
	if c.waiting != nil {
		u.rseq = c.waiting.rseq
		c.waiting.alarm.stop()
	}
	c.still.stop()
	offer := sip.SDP(c.req)
	l.in, l.state, l.unacked = nil, answered, u
	if !u.late && sdp != nil {
		l.agree(sdp, offer)
	}
	if u.late {
		l.turn.local = sdp
	}
}

// maxTexts is how many header fields of the leg are in a response.
const maxTexts = 6

// with adds what goes into each response below 300.
func (c *called) with(hs []sip.Header) []sip.Header {
	switch {
	case len(c.hs) == 0:
		return hs
	case len(hs) == 0:
		return c.hs
	}
	return slices.Concat(c.hs, hs)
}

// respond sends a response to the INVITE; an error ends its transaction, which
// tells it.
func (l *Leg) respond(a *sip.Answer) { _ = l.in.tx.Answer(l.in.req, a) }

// Reject refuses the INVITE with 300 to 699. The leg is over.
func (l *Leg) Reject(code int, phrase string, hs ...sip.Header) {
	if l.in == nil || l.state != early {
		return
	}
	l.refuse(code, phrase, hs)
}

func (l *Leg) refuse(code int, phrase string, hs []sip.Header) {
	var room [1]sip.Text
	l.respond(&sip.Answer{Code: code, Reason: phrase, Headers: hs, Texts: l.cfg.server(room[:0])})
	l.stopRinging()
	l.in = nil
	l.finish()
}

// giveUp is the end that the caller wants before the call is answered.
func (l *Leg) giveUp(why []string) {
	mine := l.turn.mine
	l.refuse(487, "Request Terminated", nil)
	mine.fail()
	l.on.Cancelled(l, why)
}

func (l *Leg) stopRinging() {
	if w := l.in.waiting; w != nil {
		w.alarm.stop()
	}
	l.in.still.stop()
	l.in.queue, l.in.accept = nil, nil
}

// cancelled is a CANCEL in time; the 200 to it has been sent (RFC 3261 section
// 9.2).
func (l *Leg) cancelled() {
	if l.in == nil || l.state != early {
		return
	}
	why := l.in.tx.Reasons()
	l.giveUp(why)
}
