package session

import (
	"ringfence/sip"
)

// fork is one of the dialogs that our INVITE has made, by the To tag of who made
// it (RFC 3261 section 12.1.2): each has its own route set, target and numbers.
type fork struct {
	tag      string
	dialog   *sip.Dialog // nil: nothing has come of it but a BYE
	rseq     uint32      // of its last reliable response; 0 before the first
	sdp      []byte      // what it describes
	agreed   bool        // and that is settled: offer and answer have been exchanged
	answer   []byte      // our answer, when its offer came in a reliable response
	answered bool        // its 2xx has come
	lost     bool        // and got a BYE
	gone     bool        // it said BYE itself
	ack      []byte      // what the ACK carries
	acked    bool
}

// fork finds the dialog of a tag.
func (c *calling) fork(tag string) *fork {
	for _, f := range c.forks {
		if f.tag == tag {
			return f
		}
	}
	return nil
}

// branch gives the fork of a response, a new one if there is place.
func (l *Leg) branch(res *sip.Response) *fork {
	c := l.out
	if f := c.fork(toTag(res)); f != nil && f.dialog != nil {
		return f
	}
	if len(c.forks) == maxForks {
		return nil
	}
	d, err := sip.UACDialog(l.asked(), res)
	if err != nil {
		return nil
	}
	f := &fork{tag: d.RemoteTag, dialog: d}
	c.forks = append(c.forks, f)
	return f
}

// progressed is a provisional response.
func (l *Leg) progressed(res *sip.Response) {
	c := l.out
	if res.StatusCode == 100 || c.heard == maxProgress {
		return
	}
	p := Progress{Code: res.StatusCode, Phrase: res.Reason, Response: res}
	if f := l.branch(res); f != nil {
		p.Dialog = f.dialog.RemoteTag
		if !l.hear(f, res, &p) {
			return
		}
	} else if toTag(res) != "" {
		return // more dialogs than we follow
	}
	c.heard++
	if c.cancelled {
		return
	}
	l.learn(res)
	l.on.Progressed(l, p)
}

// hear is a response within an early dialog. It is false for a reliable one that
// came before or out of order (RFC 3262 section 4).
func (l *Leg) hear(f *fork, res *sip.Response, p *Progress) bool {
	sdp := sip.SDP(res)
	rseq, ok := sip.RSeqOf(res)
	if !ok || !sip.HasToken(res, "Require", "100rel") {
		if l.out.SDP != nil && !f.agreed && sdp != nil {
			f.sdp, p.SDP = sdp, sdp // a preview: RFC 3261 section 13.2.1
		}
		return true
	}
	if f.rseq != 0 && rseq != f.rseq+1 {
		return false
	}
	f.rseq, p.Reliable = rseq, true
	if sdp == nil || f.agreed {
		l.prack(f.dialog, l.out.seq, rseq, nil)
		return true
	}
	f.sdp, p.SDP = sdp, sdp
	if l.out.SDP != nil {
		f.agreed = true
		l.prack(f.dialog, l.out.seq, rseq, nil)
		return true
	}
	p.Offer = true
	seq := l.out.seq
	l.turn.confirms = append(l.turn.confirms, func(answer []byte) {
		f.agreed, f.answer = true, answer
		l.prack(f.dialog, seq, rseq, answer)
	})
	return true
}

// said is what we have described to it: our offer, or our answer to its own.
func (f *fork) said(c *calling) []byte {
	if c.SDP != nil {
		return c.SDP
	}
	return f.answer
}

// prack acknowledges a reliable response (RFC 3262 section 4). Its own answer
// changes nothing.
func (l *Leg) prack(d *sip.Dialog, cseq, rseq uint32, sdp []byte) {
	req := request(d, sip.PRACK, sdp, sip.RAck{RSeq: rseq, CSeq: cseq, Method: sip.INVITE}.Header())
	l.ask(d, req, func(*sip.Response, error) {})
}

// succeeded is a 2xx. The first makes the dialog; each gets its ACK as often as
// it comes, and those of other dialogs a BYE (RFC 3261 section 13.2.2.4).
func (l *Leg) succeeded(res *sip.Response) {
	c := l.out
	f := c.fork(toTag(res))
	switch {
	case f != nil && f.answered:
		if f.acked {
			l.acknowledge(f.dialog, c.seq, c.proofs, f.ack)
		}
		return
	case f == nil && len(c.forks) == maxForks:
		return
	case f == nil:
		f = &fork{tag: toTag(res)}
		c.forks = append(c.forks, f)
	}
	if err := l.confirmFork(f, res); err != nil {
		if !c.told {
			l.fail(Failure{Status: 502, Phrase: "Bad Gateway", Response: res, Err: err})
		}
		return
	}
	switch {
	case c.cancelled && !c.told:
		c.told = true
		l.dismiss(f, c.why)
		l.close()
		l.on.Failed(l, Failure{Status: 487, Phrase: "Request Terminated", Response: res})
	case c.told:
		why := sip.Reason{Protocol: "SIP", Cause: 200, Text: "Call completed elsewhere"}
		l.dismiss(f, []sip.Header{why.Header()})
	default:
		c.told = true
		l.established(f, res)
	}
}

// asked is the INVITE as far as dialogs and ACKs are made of it.
func (l *Leg) asked() *sip.Request {
	c := l.out
	if c.invite != nil {
		return c.invite
	}
	first := sip.Dialog{
		CallID: l.id, LocalTag: l.tag, LocalName: l.dialog.LocalName, LocalURI: l.dialog.LocalURI,
		RemoteURI: l.dialog.RemoteURI, Target: c.uri, Contact: l.dialog.Contact, LocalSeq: c.seq - 1,
	}
	return first.NewRequest(sip.INVITE)
}

// confirmFork makes the dialog anew of its 2xx: route set and target are those of
// the 2xx, the numbers go on (RFC 3261 section 13.2.2.4). A 2xx without Contact is
// broken, but who sent it is still there: the INVITE's Request-URI, or the early
// dialog's target, leads to it.
func (l *Leg) confirmFork(f *fork, res *sip.Response) error {
	if res.Contact() == nil {
		target := l.out.uri
		if f.dialog != nil {
			target = f.dialog.Target
		}
		res.AppendHeader(&sip.ContactHeader{Address: target})
	}
	d, err := sip.UACDialog(l.asked(), res)
	if err != nil {
		return err
	}
	if f.dialog != nil {
		d.LocalSeq, d.RemoteSeq = f.dialog.LocalSeq, f.dialog.RemoteSeq
	}
	f.dialog, f.tag, f.answered = d, d.RemoteTag, true
	return nil
}

// established is the 2xx that makes the leg's dialog.
func (l *Leg) established(f *fork, res *sip.Response) {
	l.dialog, l.state = f.dialog, answered
	l.learn(res)
	l.turn.confirms = nil
	sdp := sip.SDP(res)
	c := l.out
	late := c.SDP == nil && !f.agreed && sdp != nil
	if f.agreed || sdp == nil {
		sdp = f.sdp // what was settled stands, whatever the 2xx says: 13.2.1
	}
	confirm := func(answer []byte) {
		f.acked, f.ack = true, answer
		l.acknowledge(f.dialog, c.seq, c.proofs, answer)
	}
	if late {
		l.turn.confirms = append(l.turn.confirms, func(answer []byte) {
			l.agree(answer, sdp)
			confirm(answer)
		})
	} else {
		confirm(nil)
		l.agree(f.said(c), sdp)
	}
	l.timer.granted(l, res)
	// Others may still answer for 64*T1: what their ACK and BYE need of the INVITE
	// is in the dialog.
	c.invite, c.Outbound = nil, nil
	for _, f := range c.forks {
		f.sdp, f.answer = nil, nil
	}
	l.on.Answered(l, res, sdp)
	if f.gone { // its BYE has overtaken its 2xx
		l.end(End{Cause: ByPeer})
	}
}

// dismiss hangs up a dialog that nobody wants.
func (l *Leg) dismiss(f *fork, why []sip.Header) {
	f.acked, f.lost = true, true
	l.acknowledge(f.dialog, l.out.seq, l.out.proofs, nil)
	if !f.gone {
		l.ask(f.dialog, l.newBye(f.dialog, why), func(*sip.Response, error) {})
	}
}
