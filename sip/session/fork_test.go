package session

import (
	"fmt"
	"testing"

	"ringfence/sip"
)

// RFC 3261 section 13.2.2.4: of several 2xx the first is the session, the others
// get an ACK and a BYE, each in its own dialog.
func TestForked2xx(t *testing.T) {
	w := newWorld(t)
	w.call(offerA)
	invite := w.peer.gets(sip.INVITE)
	w.peer.answer(invite, "180 Ringing", "a", "", "Record-Route: <sip:192.0.2.1;lr>")
	w.hears("progressed 180 a -")
	w.peer.answer(invite, "180 Ringing", "b", "", "Record-Route: <sip:192.0.2.2;lr>")
	w.hears("progressed 180 b -")
	w.peer.answer(invite, "200 OK", "b", answerB, "Record-Route: <sip:192.0.2.3;lr>")
	ack := w.peer.gets(sip.ACK)
	w.peer.wants(ack, "Route", "<sip:192.0.2.3;lr>") // of the 2xx: 13.2.2.4
	w.hears("answered b b")
	w.peer.answer(invite, "200 OK", "a", answerD, "Record-Route: <sip:192.0.2.1;lr>")
	ack = w.peer.gets(sip.ACK)
	w.peer.wants(ack, "To", "<sip:200@example.com>;tag=a")
	w.peer.wants(ack, "Route", "<sip:192.0.2.1;lr>")
	bye := w.peer.gets(sip.BYE)
	w.peer.wants(bye, "To", "<sip:200@example.com>;tag=a")
	w.peer.wants(bye, "CSeq", "2 BYE")
	w.peer.wants(bye, "Reason", `SIP;cause=200;text="Call completed elsewhere"`)
	w.peer.answer(bye, "200 OK", "", "")
	w.peer.answer(invite, "200 OK", "a", answerD)
	w.peer.gets(sip.ACK)
	w.peer.quiet()
}

// RFC 3262 section 4: each early dialog has numbers of its own; a PRACK is for
// the early dialog's target and route set.
func TestPRACKPerEarlyDialog(t *testing.T) {
	w := newWorld(t)
	w.call(offerA)
	invite := w.peer.gets(sip.INVITE)
	rel := func(tag string, rseq int, sdp string) {
		w.peer.contact = "sip:" + tag + "@" + w.peer.at.String()
		w.peer.answer(invite, "183 Session Progress", tag, sdp, "Require: 100rel", fmt.Sprintf("RSeq: %d", rseq),
			"Record-Route: <sip:192.0.2.1;lr>, <sip:"+tag+".example.com;lr>")
	}
	prack := func(tag, rack, cseq string) {
		t.Helper()
		p := w.peer.gets(sip.PRACK)
		w.peer.wants(p, "RAck", rack)
		w.peer.wants(p, "CSeq", cseq)
		w.peer.wants(p, "Route", "<sip:"+tag+".example.com;lr>")
		if p.Recipient.User != tag {
			t.Errorf("PRACK for %s", p.Recipient.String())
		}
		w.peer.answer(p, "200 OK", "", "")
	}
	rel("a", 10, answerB)
	prack("a", "10 1 INVITE", "2 PRACK")
	w.hears("progressed 183 a b reliable")
	rel("b", 900, "")
	prack("b", "900 1 INVITE", "2 PRACK")
	w.hears("progressed 183 b - reliable")
	rel("a", 10, answerB) // again
	rel("a", 12, "")      // one is missing
	w.peer.quiet()
	rel("a", 11, answerD) // its answer is given already
	prack("a", "11 1 INVITE", "3 PRACK")
	w.hears("progressed 183 a - reliable")
	w.peer.answer(invite, "200 OK", "a", "")
	w.peer.gets(sip.ACK)
	w.hears("answered a b")
	w.do(func(l *Leg) { l.Bye() })
	w.peer.wants(w.peer.gets(sip.BYE), "CSeq", "4 BYE")
}

// RFC 3262 section 5: an offer in a reliable response is answered in the PRACK,
// and the 2xx brings nothing new.
func TestOfferInReliableResponse(t *testing.T) {
	w := newWorld(t)
	w.call("")
	invite := w.peer.gets(sip.INVITE)
	w.peer.answer(invite, "183 Session Progress", "a", offerC) // not reliable: no offer
	w.hears("progressed 183 a -")
	w.peer.answer(invite, "183 Session Progress", "a", offerC, "Require: 100rel", "RSeq: 1")
	w.hears("progressed 183 a c reliable offer")
	w.peer.quiet()
	w.do(func(l *Leg) { l.Confirm([]byte(answerD)) })
	prack := w.peer.gets(sip.PRACK)
	w.peer.describes(prack, answerD)
	w.peer.answer(prack, "200 OK", "", "")
	w.peer.answer(invite, "200 OK", "a", "")
	w.peer.describes(w.peer.gets(sip.ACK), "")
	w.hears("answered a c")
}

// RFC 6228: one branch has ended, the others ring on.
func TestEarlyDialogTerminated(t *testing.T) {
	w := newWorld(t)
	w.call(offerA)
	invite := w.peer.gets(sip.INVITE)
	w.peer.answer(invite, "183 Session Progress", "a", answerB)
	w.hears("progressed 183 a b")
	w.peer.answer(invite, "199 Early Dialog Terminated", "a", "")
	w.hears("progressed 199 a -")
	w.peer.answer(invite, "200 OK", "b", answerD)
	w.peer.gets(sip.ACK)
	w.hears("answered b d")
}

func TestTooManyForks(t *testing.T) {
	w := newWorld(t)
	w.call(offerA)
	invite := w.peer.gets(sip.INVITE)
	for i := range maxForks {
		w.peer.answer(invite, "180 Ringing", fmt.Sprint(i), "")
		w.hears(fmt.Sprintf("progressed 180 %d -", i))
	}
	w.peer.answer(invite, "180 Ringing", "more", "")
	w.peer.answer(invite, "486 Busy Here", "more", "")
	w.hears("failed 486")
}

// Datagrams overtake each other: the BYE comes before its 2xx.
func TestBYEOvertakes2xx(t *testing.T) {
	w := newWorld(t)
	w.call(offerA)
	invite := w.peer.gets(sip.INVITE)
	w.peer.asks("BYE", "")
	w.peer.hasAnswer(200, sip.BYE)
	w.peer.answer(invite, "200 OK", "peer", answerB)
	w.peer.gets(sip.ACK)
	w.hears("answered peer b")
	w.hears("ended BYE 0 []")
	w.peer.quiet()
}

// The peer may end a dialog of ours that lost.
func TestBYEOfLosingFork(t *testing.T) {
	w := newWorld(t)
	w.call(offerA)
	invite := w.peer.answers("")
	w.hears("answered peer b")
	w.peer.answer(invite, "200 OK", "other", answerD)
	w.peer.gets(sip.ACK)
	w.peer.gets(sip.BYE)
	w.peer.tag = "other"
	w.peer.asks("BYE", "")
	w.peer.hasAnswer(200, sip.BYE)
	w.do(func(l *Leg) {
		if !l.Answered() {
			t.Error("the session has ended with another dialog")
		}
	})
}
