package b2bua

import "ringfence/sip"

// send writes an ACK, or what else has no transaction.
func (s *Switch) send(f sip.Flow, req *sip.Request) {
	if err := f.Send(req); err != nil {
		s.Log.Debug("not sent", "method", req.Method, "to", f.String(), "error", err)
	}
}

// request sends a request whose answer changes nothing. The channel is closed
// when its transaction has ended.
func (s *Switch) request(req *sip.Request, f sip.Flow) <-chan struct{} {
	tx, err := s.Stack.NewClientTx(req, f)
	if err != nil {
		s.Log.Debug("not sent", "method", req.Method, "to", f.String(), "error", err)
		return closed()
	}
	return s.follow(tx, s.leaving, func(*sip.Response) {})
}

// follow reads what a transaction still brings, in a goroutine of its own, until
// quit is closed.
func (s *Switch) follow(tx *sip.ClientTx, quit <-chan struct{}, each func(*sip.Response)) <-chan struct{} {
	end := make(chan struct{})
	s.followers.Go(func() {
		defer close(end)
		for {
			select {
			case res, ok := <-tx.Responses():
				if !ok {
					return
				}
				each(res)
			case <-quit:
				return
			}
		}
	})
	return end
}

// bye ends a dialog (RFC 3261 section 15.1.1). Whatever comes back, it is over.
func (s *Switch) bye(d *sip.Dialog, f sip.Flow, hs ...sip.Header) <-chan struct{} {
	req := d.NewRequest(sip.BYE)
	for _, h := range hs {
		req.AppendHeader(h)
	}
	return s.request(req, f)
}

// hangUp says BYE to an end that is still there.
func (c *call) hangUp(p *peer) {
	if !p.gone {
		p.bye = c.bye(p.dialog, p.flow)
	}
}

// awaitACK waits until the caller has acknowledged our 2xx or has failed to: a
// callee must not say BYE before (RFC 3261 section 15). It returns at once when
// the caller itself has hung up.
func (c *call) awaitACK() {
	for c.caller.tx != nil && !c.caller.gone {
		select {
		case in := <-c.in:
			c.afterwards(in)
		case <-c.caller.tx.Done():
			c.caller.tx = nil
		case <-c.leaving:
			return
		}
	}
}

// linger stays until the BYE to an end is answered, or crossed by a BYE of its
// own: then it has nothing more to say, and may never answer ours.
func (c *call) linger(p *peer) {
	for p.bye != nil && !p.gone {
		select {
		case in := <-c.in:
			c.afterwards(in)
		case <-p.bye:
			p.bye = nil
		}
	}
	p.hush()
}

// afterwards takes what the ends say when the call is over.
func (c *call) afterwards(in inbound) {
	p := c.sender(in)
	switch {
	case p != nil && in.req.Method == sip.ACK:
		p.acknowledge(in.req)
	case p != nil && in.req.Method == sip.BYE:
		in.respond(200, "OK")
		p.gone = true
		p.hush()
	default:
		in.respond(481, "Call/Transaction Does Not Exist")
	}
}

// hush stops the repetition of a 2xx whose ACK nobody waits for any more.
func (p *peer) hush() {
	if p.tx != nil {
		p.tx.Acknowledge()
	}
}

func closed() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}
