package simphone

import (
	"errors"

	"ringfence/sip"
)

// serve takes every request that is not part of a transaction. It does not
// block.
func (p *Phone) serve(req *sip.Request, f sip.Flow) {
	if tag := req.To().Params.GetOr("tag", ""); tag != "" {
		p.serveWithin(callKey{req.CallID().Value(), tag}, req, f)
		return
	}
	switch req.Method {
	case sip.INVITE:
		p.ring(req, f)
	case sip.NOTIFY:
		p.answer(req, f, 200, "OK")
		if h := req.GetHeader("event"); h != nil {
			p.config.Notified(h.Value())
		}
	default:
		p.serveOther(req, f)
	}
}

// serveOther answers what means the same within a dialog and outside of one.
func (p *Phone) serveOther(req *sip.Request, f sip.Flow) {
	switch req.Method {
	case sip.ACK: // RFC 3261 section 17.1.1.3: never answered
	case sip.OPTIONS:
		p.answer(req, f, 200, "OK")
	case sip.CANCEL: // its INVITE is gone, or the stack would have seen to it
		p.answer(req, f, 481, "Call/Transaction Does Not Exist")
	default:
		p.answer(req, f, 405, "Method Not Allowed")
	}
}

// serveWithin takes a request within a dialog.
func (p *Phone) serveWithin(key callKey, req *sip.Request, f sip.Flow) {
	c := p.find(key)
	switch {
	case c == nil:
		p.serveStray(req, f)
	case req.Method == sip.ACK:
		c.acknowledge(req)
	default:
		switch err := c.accept(req); {
		case err == nil:
			c.serve(req, f)
		case errors.Is(err, sip.ErrOldCSeq):
			p.answer(req, f, 500, "Server Internal Error") // RFC 3261 section 12.2.2
		default:
			p.serveStray(req, f)
		}
	}
}

// serveStray answers what belongs to no call of ours (RFC 3261 section 12.2.2).
func (p *Phone) serveStray(req *sip.Request, f sip.Flow) {
	if req.Method != sip.ACK {
		p.answer(req, f, 481, "Call/Transaction Does Not Exist")
	}
}

// accept judges a request by the dialog. ErrNotAnswered means that there is
// none.
func (c *Call) accept(req *sip.Request) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dialog == nil || !c.dialog.Matches(req) {
		return ErrNotAnswered
	}
	return c.dialog.Accept(req)
}

func (c *Call) serve(req *sip.Request, f sip.Flow) {
	switch req.Method {
	case sip.BYE:
		c.phone.answer(req, f, 200, "OK")
		c.finish()
	case sip.INVITE:
		c.reinvite(req, f)
	default:
		c.phone.serveOther(req, f)
	}
}

// reinvite changes the audio of a call, or takes it on or off hold (RFC 3261
// section 14.2).
func (c *Call) reinvite(req *sip.Request, f sip.Flow) {
	c.mu.Lock()
	defer c.mu.Unlock()
	tx := c.phone.stack.NewServerTx(req, f)
	if c.awaiting.pending() {
		c.phone.respond(tx, c.phone.reply(req, f, 491, "Request Pending"))
		return
	}
	body, err := c.audio.respond(req.Body())
	if err != nil {
		c.phone.respond(tx, c.phone.reply(req, f, 488, "Not Acceptable Here"))
		return
	}
	c.awaiting = unacknowledged{tx, req.CSeq().SeqNo, len(req.Body()) == 0}
	res := c.phone.reply(req, f, 200, "OK")
	attach(res, body)
	c.phone.respond(tx, res)
}

// acknowledge takes the ACK of a 2xx, and with it the answer to our offer.
func (c *Call) acknowledge(ack *sip.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	un := c.awaiting
	if un.tx == nil || ack.CSeq().SeqNo != un.seq {
		return
	}
	if un.offered {
		c.log(c.audio.accept(ack.Body()))
	}
	c.awaiting = unacknowledged{}
	un.tx.Acknowledge()
}

func (u unacknowledged) pending() bool {
	if u.tx == nil {
		return false
	}
	select {
	case <-u.tx.Done():
		return false
	default:
		return true
	}
}

// reply makes a response with what every one of ours has.
func (p *Phone) reply(req *sip.Request, f sip.Flow, code int, reason string) *sip.Response {
	return sip.Reply(req, code, reason,
		&sip.ContactHeader{Address: p.contact(f)},
		sip.NewHeader("Allow", allowed),
		sip.NewHeader("User-Agent", p.kind.agent))
}

// answer answers a request within a transaction, which sees to its
// retransmissions.
func (p *Phone) answer(req *sip.Request, f sip.Flow, code int, reason string) {
	p.respond(p.stack.NewServerTx(req, f), p.reply(req, f, code, reason))
}

func (p *Phone) respond(tx *sip.ServerTx, res *sip.Response) {
	if err := tx.Respond(res); err != nil {
		p.config.Log.Debug("response not sent", "code", res.StatusCode, "error", err)
	}
}
