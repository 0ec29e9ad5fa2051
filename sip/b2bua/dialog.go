package b2bua

import (
	"strings"

	"ringfence/sip"
)

// inbound is a request within a dialog of the call.
type inbound struct {
	req  *sip.Request
	flow sip.Flow
	leg  *leg          // nil: the caller's dialog
	tx   *sip.ServerTx // nil for an ACK
}

func (in inbound) respond(code int, phrase string, hs ...sip.Header) {
	if in.tx != nil {
		_ = in.tx.Respond(sip.Reply(in.req, code, phrase, hs...)) // the peer asks again, or has gone
	}
}

// whileRinging takes what the ends say before the call is answered.
func (c *call) whileRinging(in inbound) *outcome {
	switch {
	case in.req.Method == sip.BYE && in.leg == nil: // in an early dialog: RFC 3261 section 15
		in.respond(200, "OK")
		return givenUp
	case in.req.Method == sip.BYE: // its 2xx is still on the way to us
		in.respond(200, "OK")
		in.leg.hungUp = true
	case in.req.Method == sip.INVITE || in.req.Method == sip.UPDATE:
		in.respond(500, "Not answered yet", retryAfter()) // RFC 3261 section 14.2, RFC 3311 section 5.2
	default:
		in.refuse()
	}
	return nil
}

// whileTalking takes what the ends say in the conversation.
func (c *call) whileTalking(in inbound) *outcome {
	p := c.sender(in)
	if p == nil {
		in.respond(481, "Call/Transaction Does Not Exist")
		return nil
	}
	if in.req.Method == sip.ACK {
		p.acknowledge(in.req)
		return nil
	}
	if err := p.dialog.Accept(in.req); err != nil {
		in.respond(500, "CSeq out of order") // RFC 3261 section 12.2.2
		return nil
	}
	p.moved(in.flow)
	switch in.req.Method {
	case sip.BYE:
		return c.leave(p, in)
	case sip.INVITE, sip.UPDATE:
		c.offered(p, in)
	case sip.INFO:
		c.passSignal(p, in)
	default:
		in.refuse()
	}
	return nil
}

// sender is the end that a request comes from, nil when it belongs to neither
// of the two dialogs (RFC 3261 section 12.2.2).
func (c *call) sender(in inbound) *peer {
	p := c.caller
	if in.leg != nil {
		p = c.callee
		if in.leg != c.winner {
			return nil
		}
	}
	if p == nil || !p.dialog.Matches(in.req) {
		return nil
	}
	return p
}

func (c *call) other(p *peer) *peer {
	if p == c.caller {
		return c.callee
	}
	return c.caller
}

// leave is a BYE (RFC 3261 section 15.1.2). Whoever says it has got the 2xx,
// even if its ACK was lost.
func (c *call) leave(p *peer, in inbound) *outcome {
	in.respond(200, "OK")
	p.gone = true
	p.hush()
	if p == c.caller {
		return hungUpByCaller
	}
	return hungUpByCallee
}

// refuse answers what a dialog of ours does not do.
func (in inbound) refuse() {
	switch in.req.Method {
	case sip.OPTIONS:
		if in.tx != nil {
			_ = in.tx.Respond(options(in.req))
		}
	case sip.REFER: // transfer is not offered; phones show "declined"
		in.respond(603, "Decline")
	case sip.INFO, sip.MESSAGE, sip.NOTIFY, sip.SUBSCRIBE, sip.PRACK, sip.PUBLISH, sip.REGISTER:
		in.respond(405, "Method Not Allowed", sip.NewHeader("Allow", allow))
	default:
		in.respond(501, "Not Implemented", sip.NewHeader("Allow", allow))
	}
}

// maxSignal bounds the body of an INFO; a digit and its duration are less.
const maxSignal = 1024

// passSignal passes a pressed key on (INFO with application/dtmf-relay, as
// phones send it when asked to). It is acknowledged here: the other end's
// opinion of it changes nothing.
func (c *call) passSignal(p *peer, in inbound) {
	kind := in.req.ContentType()
	if kind == nil || !isDTMF(kind.Value()) || len(in.req.Body()) > maxSignal {
		in.respond(415, "Unsupported Media Type", sip.NewHeader("Accept", dtmf))
		return
	}
	in.respond(200, "OK")
	to := c.other(p)
	req := to.dialog.NewRequest(sip.INFO)
	req.AppendHeader(contentType(dtmf))
	req.SetBody(in.req.Body())
	c.request(req, to.flow)
}

const dtmf = "application/dtmf-relay"

func isDTMF(kind string) bool {
	kind, _, _ = strings.Cut(kind, ";")
	return strings.EqualFold(strings.TrimSpace(kind), dtmf)
}
