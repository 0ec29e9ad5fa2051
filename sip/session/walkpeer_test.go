package session

import (
	"fmt"
	"strings"

	"ringfence/sip"
)

// settleDown answers all that we have sent so far.
func (o *walker) settleDown() {
	o.Helper()
	p := o.peer
	p.branch++
	mark := fmt.Sprintf("mark%d", p.branch)
	p.send([]string{
		"OPTIONS sip:x@" + o.at.String() + " SIP/2.0", "Via: SIP/2.0/UDP " + p.at.String() + ";branch=z9hG4bK" + mark,
		"Max-Forwards: 70", "From: <sip:q@example.com>;tag=q", "To: <sip:x@example.com>", "Call-ID: " + mark, "CSeq: 1 OPTIONS",
	}, "")
	for {
		switch m := p.next().(type) {
		case *sip.Response:
			if callIDOf(m) == mark {
				return
			}
			o.answered(m)
		case *sip.Request:
			o.react(m)
		}
	}
}

func (o *walker) answered(res *sip.Response) {
	if tag := toTag(res); tag != "" && o.peer.theirs == "" {
		o.peer.theirs = tag
	}
	if res.StatusCode >= 200 {
		o.answers[res.CSeq().Value()] = res.StatusCode
	}
	if rseq, ok := sip.RSeqOf(res); ok && o.r.IntN(4) > 0 {
		o.ask("PRACK", "", fmt.Sprintf("RAck: %d %d INVITE", rseq, seqOf(res)))
	}
	if res.CSeq().MethodName == sip.INVITE && res.StatusCode == 200 && o.r.IntN(4) > 0 {
		o.peer.asksAs("ACK", int(seqOf(res)), answerD)
	}
}

func (o *walker) react(req *sip.Request) {
	p := o.peer
	if p.theirs == "" {
		p.theirs, p.callID = fromTag(req), callIDOf(req)
	}
	o.note("we " + string(req.Method))
	switch req.Method {
	case sip.ACK:
	case sip.INVITE:
		p.answer(req, "183 Session Progress", p.tag, answerB, "Require: 100rel", "RSeq: "+itoa(1+o.r.IntN(2)), allowsUpdate)
		status := []string{"200 OK", "200 OK", "200 OK", "488 Not Acceptable Here", "401 Unauthorized", "500 Server Internal Error"}[o.r.IntN(6)]
		body := ""
		if strings.HasPrefix(status, "200") {
			body = answerB
		}
		p.answer(req, status, p.tag, body)
	default:
		p.answer(req, []string{"200 OK", "200 OK", "500 Server Internal Error", "401 Unauthorized"}[o.r.IntN(4)], p.tag, "")
	}
}
