package session

import "ringfence/sip"

// ask sends a request of a dialog and gives its final response, or why there is
// none, within the mailbox. A challenge is answered once. It gives the transaction
// of the first try, nil when it could not be sent.
func (l *Leg) ask(d *sip.Dialog, req *sip.Request, on func(res *sip.Response, err error)) {
	l.try(d, req, l.prove, on)
}

func (l *Leg) try(d *sip.Dialog, req *sip.Request, prove credentials, on func(*sip.Response, error)) {
	var final bool
	l.reach(func(f sip.Flow, err error) {
		if err == nil {
			_, err = l.cfg.Stack.Request(req, f, func(res *sip.Response, err error) {
				l.box.Do(func() {
					if final || res != nil && res.StatusCode < 200 {
						return
					}
					final = true
					if res != nil && l.again(d, req, res, prove) {
						l.try(d, req, nil, on)
						return
					}
					on(res, err)
				})
			})
		}
		if err != nil {
			l.box.Do(func() { on(nil, err) })
		}
	})
}

// again makes the next try of a request that is challenged (RFC 3261 section 22.2).
func (l *Leg) again(d *sip.Dialog, req *sip.Request, res *sip.Response, prove credentials) bool {
	if prove == nil || res.StatusCode != 401 && res.StatusCode != 407 {
		return false
	}
	proof, err := prove(req, res)
	if err != nil || proof == nil {
		return false
	}
	req.RemoveHeader(proof.Name())
	req.AppendHeader(proof)
	d.LocalSeq++
	req.ReplaceHeader(&sip.CSeqHeader{SeqNo: d.LocalSeq, MethodName: req.Method})
	return true
}

// reach gives the flow, at once as long as it is open and the peer has not moved. A
// connection that has gone is opened anew, if that is ours to do (RFC 3261 section
// 18.1.1).
func (l *Leg) reach(on func(f sip.Flow, err error)) {
	to, moved := l.elsewhere()
	if !moved && l.flow.Open() {
		on(l.flow, nil)
		return
	}
	reached := func(f sip.Flow, err error) {
		l.box.Do(func() {
			if err == nil {
				l.flow = f
			}
			on(f, err)
		})
	}
	if moved {
		l.cfg.Stack.Reach(to.Network, to.Local, to.Remote, reached)
		return
	}
	l.cfg.Stack.Again(l.flow, reached)
}

// elsewhere is where the peer has moved to. Its address is the same, since its
// requests are taken from that alone.
func (l *Leg) elsewhere() (to Place, moved bool) {
	if l.cfg.Elsewhere == nil {
		return Place{}, false
	}
	to, moved = l.cfg.Elsewhere(l)
	return to, moved && to.Remote.Addr() == l.source
}

// acknowledge sends the ACK to a 2xx: with the number of its INVITE and with the
// credentials of that (RFC 3261 section 13.2.2.4, 22.1).
func (l *Leg) acknowledge(d *sip.Dialog, seq uint32, proofs []sip.Header, sdp []byte) {
	l.reach(func(f sip.Flow, err error) {
		if err == nil {
			_ = l.cfg.Stack.SendACK(d, seq, f, sdp, proofs...) // the 2xx comes again, and so does this
		}
	})
}

// proofsOf are the credentials of a request.
func proofsOf(req *sip.Request) []sip.Header {
	return append(req.GetHeaders("Authorization"), req.GetHeaders("Proxy-Authorization")...)
}

// failure is a final response that is no success.
func failure(res *sip.Response) Failure {
	f := Failure{Status: res.StatusCode, Phrase: res.Reason, Response: res}
	if res.StatusCode < 400 {
		f.Contacts = contactsOf(res)
	}
	return f
}
