package sip

import "errors"

// Cancel cancels the INVITE after RFC 3261 section 9.1: at once when a
// provisional response has come, else as soon as one does. The INVITE goes on
// to its final response, which may yet be a 2xx; without any it ends with
// ErrTimeout after 64*T1. After the final response it does nothing. The CANCEL
// carries hs, such as a Reason (RFC 3326). Errors: that it is no INVITE, or
// those of Flow.Send.
func (t *ClientTx) Cancel(hs ...Header) error {
	if !t.invite {
		return errors.New("sip: only an INVITE can be cancelled")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.wanted {
		t.wanted, t.why = true, hs
	}
	if t.state != txProceeding {
		return nil
	}
	return t.sendCancel()
}

func (t *ClientTx) sendCancel() error {
	if t.canceled {
		return nil
	}
	t.canceled = true
	t.clocks.until(t.stack.cfg.Timers.timeout(), t.expired) // 9.1, last paragraph
	cancel := cancelOf(t.req)
	for _, h := range t.why {
		cancel.AppendHeader(h)
	}
	_, err := t.stack.begin(cancel, t.flow)
	return err
}

// cancelOf is RFC 3261 section 9.1.
func cancelOf(invite *Request) *Request {
	c := hopRequest(CANCEL, invite)
	if to := invite.To(); to != nil {
		c.AppendHeader(CloneHeader(to))
	}
	return c
}

// ackOf is RFC 3261 section 17.1.1.3.
func ackOf(invite *Request, res *Response) *Request {
	a := hopRequest(ACK, invite)
	a.AppendHeader(CloneHeader(res.To()))
	return a
}

// hopRequest is what CANCEL and ACK have of their INVITE: its top Via, Route,
// From, Call-ID and CSeq number.
func hopRequest(method RequestMethod, invite *Request) *Request {
	r := NewRequest(method, invite.Recipient)
	r.AppendHeader(CloneHeader(invite.Via()))
	copyAll(r, invite, "Route")
	hops := MaxForwardsHeader(70)
	r.AppendHeader(&hops)
	copyAll(r, invite, "From")
	copyAll(r, invite, "Call-ID")
	if seq := invite.CSeq(); seq != nil {
		r.AppendHeader(&CSeqHeader{SeqNo: seq.SeqNo, MethodName: method})
	}
	return r
}
