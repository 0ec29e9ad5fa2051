package b2bua

import (
	"ringfence/media"
	"ringfence/sip"
)

// reoffer is an offer that one end makes within the call (hold, another codec,
// a moved phone) while the other has not answered it (RFC 3261 section 14,
// RFC 3311). It goes on as a re-INVITE always: not every phone knows UPDATE.
type reoffer struct {
	from, to  *peer
	in        inbound        // the request that is to be answered
	want      media.Expected // where the offerer wants its media, if it is agreed
	before    []byte         // what the other end was told last
	client    *sip.ClientTx
	invite    *sip.Request // the re-INVITE
	cancelled <-chan struct{}
}

// offered takes a re-INVITE or an UPDATE. Only one may be under way in a call.
func (c *call) offered(p *peer, in inbound) {
	switch {
	case unsupported(in.req) != nil:
		_ = in.tx.Respond(unsupported(in.req))
	case c.turn != nil || in.req.Method == sip.INVITE && p.awaitsACK():
		in.respond(491, "Request Pending")
	case len(in.req.Body()) == 0:
		c.refresh(p, in)
	default:
		c.passOffer(p, in)
	}
}

// refresh answers a request without an offer: a sign of life, or a new Contact.
// A re-INVITE wants an offer back: the session as it is.
func (c *call) refresh(p *peer, in inbound) {
	if in.req.Method == sip.INVITE {
		c.agree(p, in, p.said)
		return
	}
	in.respond(200, "OK", &sip.ContactHeader{Address: p.dialog.Contact})
}

// passOffer sends the offer to the other end.
func (c *call) passOffer(p *peer, in inbound) {
	to := c.other(p)
	t := &reoffer{from: p, to: to, in: in, before: to.said, cancelled: in.tx.Cancelled()}
	var err error
	if t.want, err = expected(in.req.Body(), p.flow); err == nil {
		t.invite, err = c.reinvite(to, in.req.Body())
	}
	if err != nil {
		c.Log.Debug("offer refused", "call", c.id, "error", err)
		in.respond(488, "Not Acceptable Here")
		return
	}
	if t.client, err = c.Stack.NewClientTx(t.invite, to.flow); err != nil {
		to.said = t.before
		in.respond(500, "Server Internal Error")
		return
	}
	if in.req.Method == sip.INVITE {
		in.respond(100, "Trying")
	}
	c.turn = t
}

func (c *call) reinvite(to *peer, sdp []byte) (*sip.Request, error) {
	text, err := to.describe(sdp, &c.media)
	if err != nil {
		return nil, err
	}
	req := to.dialog.NewRequest(sip.INVITE)
	req.AppendHeader(sip.NewHeader("Allow", allow))
	req.AppendHeader(sdpType())
	req.SetBody(text)
	return req, nil
}

// turned takes what the other end says to the offer; ok is false when there
// will be no answer.
func (c *call) turned(res *sip.Response, ok bool) *outcome {
	t := c.turn
	code, phrase := 408, "Request Timeout"
	if ok {
		code, phrase = res.StatusCode, res.Reason
	}
	switch {
	case code < 200:
		return nil
	case code < 300:
		c.turn = nil
		return c.agreed(t, res)
	case code < 400 || code == 401 || code == 407: // nothing that the offerer could follow
		code, phrase = 488, "Not Acceptable Here"
	}
	c.turn = nil
	t.to.said = t.before // all stays as it was: RFC 3261 section 14.1
	t.in.respond(code, phrase)
	if code == 408 || code == 481 { // the dialog is gone: RFC 3261 section 12.2.1.2
		t.to.gone = code == 481
		return brokenOff
	}
	return nil
}

// agreed is a 2xx: the session is another one from now on. An answer that we
// cannot read leaves the two ends with different ideas of it, so that the call
// is over.
func (c *call) agreed(t *reoffer, res *sip.Response) *outcome {
	t.to.dialog.Refresh(res)
	c.confirm(t)
	want, err := expected(res.Body(), t.to.flow)
	var text []byte
	if err == nil {
		text, err = t.from.describe(res.Body(), &c.media)
	}
	if err != nil {
		c.Log.Warn("answer not understood", "call", c.id, "error", err)
		t.in.respond(500, "Server Internal Error")
		return brokenOff
	}
	t.from.side.Expect(t.want)
	t.to.side.Expect(want)
	c.agree(t.from, t.in, text)
	return nil
}

// agree answers a re-INVITE or UPDATE with a session description. From then on
// the re-INVITE's ACK is awaited.
func (c *call) agree(p *peer, in inbound, sdp []byte) {
	res := sip.Reply(in.req, 200, "OK",
		&sip.ContactHeader{Address: p.dialog.Contact}, sip.NewHeader("Allow", allow), sdpType())
	res.SetBody(sdp)
	if err := in.tx.Respond(res); err != nil {
		c.Log.Debug("answer not sent", "call", c.id, "error", err)
		return
	}
	if in.req.Method == sip.INVITE {
		p.tx, p.invited = in.tx, in.req.CSeq().SeqNo
	}
}

// confirm acknowledges the 2xx of our re-INVITE, each time it comes.
func (c *call) confirm(t *reoffer) {
	ack := c.ackFor(t)
	c.send(t.to.flow, ack)
	c.acknowledgeAll(t, ack)
}

func (c *call) ackFor(t *reoffer) *sip.Request {
	ack := t.to.dialog.NewACK(t.invite)
	ack.PrependHeader(c.Stack.Via(t.to.flow))
	return ack
}

func (c *call) acknowledgeAll(t *reoffer, ack *sip.Request) {
	flow := t.to.flow
	c.follow(t.client, c.ending, func(res *sip.Response) {
		if res.IsSuccess() {
			c.send(flow, ack)
		}
	})
}

// responses, withdrawn: the channels of an offer; none without one.
func (t *reoffer) responses() <-chan *sip.Response {
	if t == nil {
		return nil
	}
	return t.client.Responses()
}

func (t *reoffer) withdrawn() <-chan struct{} {
	if t == nil {
		return nil
	}
	return t.cancelled
}

// withdraw passes a CANCEL on. The answer decides: it may still be a 2xx.
func (t *reoffer) withdraw() {
	t.cancelled = nil
	_ = t.client.Cancel() // then the answer comes
}

// dropTurn ends an offer that the end of the call has overtaken (RFC 3261
// section 15.1.2).
func (c *call) dropTurn() {
	t := c.turn
	if t == nil {
		return
	}
	c.turn = nil
	t.in.respond(487, "Request Terminated")
	_ = t.client.Cancel() // the BYE ends it anyway
	c.acknowledgeAll(t, c.ackFor(t))
}
