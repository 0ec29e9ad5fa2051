package session

import (
	"strings"
	"testing"

	"ringfence/sip"
)

// What other stacks were found to get wrong, and what no other test is named
// after.

// ACK and BYE go where the 2xx leads, not where the INVITE went first.
func TestACKAndBYEFollowThe2xx(t *testing.T) {
	w := newWorld(t)
	w.call(offerA, func(o *Outbound) { o.Routes = "<sip:192.0.2.9;lr>" })
	invite := w.peer.gets(sip.INVITE)
	w.peer.contact = "sip:elsewhere@192.0.2.77:5070"
	w.peer.answer(invite, "200 OK", "a", answerB)
	ack := w.peer.gets(sip.ACK) // by the flow all the same
	w.hears("answered a b")
	w.do(func(l *Leg) { l.Bye() })
	for _, req := range []*sip.Request{ack, w.peer.gets(sip.BYE)} {
		if req.Recipient.String() != "sip:elsewhere@192.0.2.77:5070" {
			t.Errorf("%s for %s", req.Method, req.Recipient.String())
		}
		w.peer.wants(req, "Route", "") // the preset route is not of the dialog
	}
}

func TestSeveralRecordRoutes(t *testing.T) {
	w := newWorld(t)
	w.call(offerA)
	invite := w.peer.gets(sip.INVITE)
	w.peer.answer(invite, "200 OK", "a", answerB, "Record-Route: <sip:p3.example.com;lr>, <sip:p2.example.com;lr;x=1>",
		"Record-Route: <sip:p1.example.com;lr>")
	var routes []string
	for _, h := range w.peer.gets(sip.ACK).GetHeaders("Route") {
		routes = append(routes, h.Value())
	}
	if got := strings.Join(routes, " "); got != "<sip:p1.example.com;lr> <sip:p2.example.com;lr;x=1> <sip:p3.example.com;lr>" {
		t.Errorf("Route %s", got)
	}
}

// A first route without lr is a strict router (RFC 3261 section 12.2.1.1).
func TestStrictRouter(t *testing.T) {
	w := newWorld(t)
	w.call(offerA)
	w.peer.answer(w.peer.gets(sip.INVITE), "200 OK", "a", answerB, "Record-Route: <sip:strict.example.com>")
	ack := w.peer.gets(sip.ACK)
	if ack.Recipient.String() != "sip:strict.example.com" {
		t.Errorf("ACK for %s", ack.Recipient.String())
	}
	w.peer.wants(ack, "Route", "<"+w.peer.contact+">")
}

// Each side counts its own requests: the peer's first number may be below ours.
func TestNumbersOfBothSidesAreTheirOwn(t *testing.T) {
	w := answeredCall(t)
	for range 3 {
		w.do(func(l *Leg) { l.Send(Message{Method: sip.OPTIONS}, nil) })
		w.peer.answer(w.peer.gets(sip.OPTIONS), "200 OK", "", "")
	}
	w.peer.asksAs("OPTIONS", 1, "")
	w.peer.hasAnswer(200, sip.OPTIONS)
}

// An ACK whose number is not its INVITE's acknowledges nothing.
func TestACKOfAnotherINVITE(t *testing.T) {
	w := rung(t, offerA)
	w.do(func(l *Leg) { l.Accept([]byte(answerB)) })
	w.peer.hasAnswer(200, sip.INVITE)
	w.peer.asksAs("ACK", w.peer.cseq+7, "")
	w.peer.asks("INFO", "") // the number of the dialog moves on meanwhile
	w.hears("requested INFO")
	w.peer.asksAs("ACK", w.peer.cseq-1, "")
	w.hears("acknowledged -")
}

// Without a Content-Type, or with one that is none.
func TestBodyWithoutType(t *testing.T) {
	w := answeredCall(t)
	w.do(func(*Leg) { w.onIncoming = func(in *Incoming) { in.Respond(200, "OK") } })
	w.peer.asks("INFO", "")
	w.peer.hasAnswer(200, sip.INFO)
	w.hears("requested INFO")
	w.peer.asks("UPDATE", "")
	w.peer.hasAnswer(200, sip.UPDATE)
}

// A CANCEL before the challenge is answered: no second INVITE leaves.
func TestCancelBeforeTheChallenge(t *testing.T) {
	w := newWorld(t)
	w.call(offerA, func(o *Outbound) {
		o.Credentials = func(*sip.Request, *sip.Response) (sip.Header, error) {
			return sip.NewHeader("Authorization", "Digest"), nil
		}
	})
	invite := w.peer.gets(sip.INVITE)
	w.do(func(l *Leg) { l.Cancel() })
	w.peer.answer(invite, "401 Unauthorized", "x", "")
	w.peer.gets(sip.ACK)
	w.hears("failed 487")
	w.peer.quiet()
	w.gone()
}

// Too late to cancel is to hang up.
func TestCancelAfterTheAnswer(t *testing.T) {
	w := answeredCall(t)
	w.do(func(l *Leg) { l.Cancel() })
	w.peer.gets(sip.BYE)
}

// A 2xx of which nothing can be made does not leave the owner waiting.
func Test2xxWithoutTag(t *testing.T) {
	w := newWorld(t)
	w.call(offerA)
	w.peer.answer(w.peer.gets(sip.INVITE), "200 OK", "", answerB)
	w.hears("failed 502")
}

// Some describe the session in a 183 that is not reliable, and never again.
func TestAnswerInPreviewAlone(t *testing.T) {
	w := newWorld(t)
	w.call(offerA)
	invite := w.peer.gets(sip.INVITE)
	w.peer.answer(invite, "183 Session Progress", "a", answerB)
	w.hears("progressed 183 a b")
	w.peer.answer(invite, "200 OK", "a", "")
	w.peer.gets(sip.ACK)
	w.hears("answered a b")
}

// What waits for its answer when the caller gives up gets one.
func TestCancelWhileAnEarlyOfferIsPending(t *testing.T) {
	w := rung(t, offerA, "Supported: 100rel", allowsUpdate)
	w.do(func(l *Leg) { l.Progress(183, "Session Progress", []byte(answerB)) })
	_, rack := w.peer.reliably(183)
	w.peer.asks("PRACK", offerC, rack)
	w.hears("offered PRACK c")
	w.peer.asks("BYE", "")
	w.peer.hasAnswer(200, sip.BYE)
	w.peer.hasAnswer(487, sip.INVITE)
	w.peer.hasAnswer(487, sip.PRACK)
	w.hears("cancelled []")
}

func TestCancelWhileOurUPDATEIsPending(t *testing.T) {
	w := rung(t, offerA, "Supported: 100rel", allowsUpdate)
	w.do(func(l *Leg) { l.Progress(183, "Session Progress", []byte(answerB)) })
	_, rack := w.peer.reliably(183)
	w.peer.asks("PRACK", "", rack)
	w.peer.hasAnswer(200, sip.PRACK)
	w.do(func(l *Leg) { l.Offer([]byte(offerC), w.offered) })
	w.peer.gets(sip.UPDATE)
	w.peer.asks("BYE", "")
	w.peer.hasAnswer(200, sip.BYE)
	w.peer.hasAnswer(487, sip.INVITE)
	w.hears("offer failed 487")
	w.hears("cancelled []")
}

// What the owner gives may not be fit to be sent; nobody waits for it.
func TestUnsendableAnswer(t *testing.T) {
	w := rung(t, offerA)
	w.do(func(l *Leg) { l.Accept([]byte(answerB), sip.NewHeader("X", "1\r\nY: 2")) })
	w.peer.hasAnswer(500, sip.INVITE)
	w.hears("ended lost 500 []")
	w.gone()

	w = answeredCall(t)
	w.do(func(*Leg) { w.onOffer = func(o *Offer) { o.Answer(make([]byte, 70000)) } })
	w.peer.asks("INVITE", offerC)
	w.peer.hasAnswer(100, sip.INVITE)
	w.peer.hasAnswer(500, sip.INVITE)
	w.peer.asksOn(w.peer.last, "ACK", w.peer.cseq, "")
	w.do(func(l *Leg) { l.Offer([]byte(offerC), w.offered) }) // all is as before
	w.peer.agreesTo(w.peer.gets(sip.INVITE), answerD)
}

// An offer that waits can be taken back before it is made.
func TestWithdrawnWhileItWaits(t *testing.T) {
	w := rung(t, offerA)
	w.do(func(l *Leg) {
		l.Accept([]byte(answerB))
		l.Offer([]byte(offerC), w.offered)
		l.Withdraw()
	})
	w.peer.hasAnswer(200, sip.INVITE)
	w.hears("offer failed 487")
	w.peer.asksAs("ACK", w.peer.cseq, "")
	w.hears("acknowledged -")
	w.peer.quiet()
}

// A refresh that was never answered does not keep an offer waiting for ever.
func TestWithdrawnBehindARefresh(t *testing.T) {
	w := newWorld(t, hasty)
	w.call(offerA)
	w.peer.answers("")
	w.hears("answered peer b")
	refresh := w.peer.gets(sip.INVITE)
	w.do(func(l *Leg) {
		l.Offer([]byte(offerC), w.offered)
		l.Withdraw()
	})
	w.hears("offer failed 487")
	w.peer.agreesTo(refresh, answerB)
	w.do(func(l *Leg) { l.Bye() })
	w.peer.gets(sip.BYE)
}

// Neither end learns of the other: what a leg says is the owner's or its own.
func TestNothingOfTheOwnersRequestIsCopied(t *testing.T) {
	w := newWorld(t)
	rungIn(w, offerA, "Subject: secret", "Call-Info: <http://secret.example.com>", "User-Agent: secret")
	w.do(func(l *Leg) {
		l.Progress(180, "Ringing", nil)
		l.Accept([]byte(answerB))
	})
	for _, m := range []sip.Message{w.peer.hasAnswer(180, sip.INVITE), w.peer.hasAnswer(200, sip.INVITE)} {
		if strings.Contains(m.(*sip.Response).String(), "secret") {
			t.Errorf("copied:\n%s", m)
		}
	}
}
