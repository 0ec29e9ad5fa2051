package session

import (
	"testing"

	"ringfence/sip"
)

// agreesTo answers our re-INVITE.
func (p *peer) agreesTo(invite *sip.Request, sdp string) *sip.Request {
	p.Helper()
	p.answer(invite, "200 OK", "", sdp)
	return p.gets(sip.ACK)
}

// RFC 3261 section 14.1.
func TestReINVITE(t *testing.T) {
	for name, begin := range map[string]func(*testing.T) *world{
		"outbound": func(t *testing.T) *world { return answeredCall(t) },
		"inbound":  func(t *testing.T) *world { return talking(t) },
	} {
		t.Run(name, func(t *testing.T) {
			w := begin(t)
			w.do(func(l *Leg) { l.Offer([]byte(offerC), w.offered) })
			invite := w.peer.gets(sip.INVITE)
			w.peer.describes(invite, offerC)
			w.peer.contact = "sip:moved@" + w.peer.at.String()
			ack := w.peer.agreesTo(invite, answerD)
			w.hears("offer answered d")
			if seqOf(ack) != seqOf(invite) || ack.Recipient.User != "moved" { // 12.2.1.2: target refresh
				t.Errorf("ACK:\n%s", ack)
			}
			w.peer.answer(invite, "200 OK", "", answerD)
			w.peer.gets(sip.ACK) // each time
			w.peer.quiet()
		})
	}
}

// Section 13.2.2.4 for a re-INVITE: the ACK has its number, whatever came between.
func TestACKOfReINVITEAfterOtherRequests(t *testing.T) {
	w := answeredCall(t)
	w.do(func(l *Leg) {
		l.Offer([]byte(offerC), w.offered)
		l.Send(Message{Method: sip.INFO, Type: "application/dtmf-relay", Body: []byte("Signal=1")}, nil)
	})
	invite := w.peer.gets(sip.INVITE)
	info := w.peer.gets(sip.INFO)
	w.peer.answer(info, "200 OK", "", "")
	w.peer.wants(w.peer.agreesTo(invite, answerD), "CSeq", "2 ACK")
	w.hears("offer answered d")
}

// Section 14.1: who is refused goes on as before.
func TestRefusedReINVITELeavesTheSession(t *testing.T) {
	w := answeredCall(t)
	w.do(func(l *Leg) { l.Offer([]byte(offerC), w.offered) })
	w.peer.answer(w.peer.gets(sip.INVITE), "488 Not Acceptable Here", "", "")
	w.peer.gets(sip.ACK)
	w.hears("offer failed 488")
	w.do(func(l *Leg) {
		if !l.Answered() {
			t.Error("the session has ended")
		}
		l.Offer([]byte(offerC), w.offered)
	})
	w.peer.agreesTo(w.peer.gets(sip.INVITE), answerD)
	w.hears("offer answered d")
}

// Section 12.2.1.2.
func TestReINVITEOfALostDialogEndsIt(t *testing.T) {
	for status, want := range map[string]string{
		"481 Call/Transaction Does Not Exist": "481", "408 Request Timeout": "408",
	} {
		w := answeredCall(t)
		w.do(func(l *Leg) { l.Offer([]byte(offerC), w.offered) })
		w.peer.answer(w.peer.gets(sip.INVITE), status, "", "")
		w.peer.gets(sip.ACK)
		w.hears("offer failed " + want)
		w.hears("ended lost " + want + " []")
		w.peer.gets(sip.BYE)
		w.peer.quiet()
	}
}

func TestSilenceToReINVITEEndsTheSession(t *testing.T) {
	w := answeredCall(t, quick)
	w.do(func(l *Leg) { l.Offer([]byte(offerC), w.offered) })
	w.peer.gets(sip.INVITE)
	w.hears("offer failed 408")
	w.hears("ended lost 408 []")
	w.peer.gets(sip.BYE)
}

// The owner is busy: meanwhile the same offer comes again, and is none more.
func TestOfferThatComesAgain(t *testing.T) {
	w := answeredCall(t)
	var o *Offer
	w.do(func(*Leg) {
		w.onOffer = func(got *Offer) { o = got }
		for range 2 {
			w.peer.asksOn("z9hG4bK-again", "INVITE", 102, offerC)
		}
		w.peer.quiet()
	})
	w.peer.hasAnswer(100, sip.INVITE)
	w.hears("offered INVITE c")
	w.peer.quiet()
	w.do(func(*Leg) { o.Answer([]byte(answerD)) })
	w.peer.hasAnswer(200, sip.INVITE)
	w.peer.asksAs("ACK", 102, "")
	w.peer.quiet()
}

// The same, and it is taken back before the owner has seen it.
func TestOfferTakenBackAtOnce(t *testing.T) {
	w := answeredCall(t)
	w.do(func(*Leg) {
		w.peer.asksOn("z9hG4bK-back", "INVITE", 102, offerC)
		w.peer.asksOn("z9hG4bK-back", "CANCEL", 102, "")
		w.peer.hasAnswer(200, sip.CANCEL)
		w.peer.quiet()
	})
	w.peer.hasAnswer(100, sip.INVITE)
	w.hears("offered INVITE c")
	w.peer.hasAnswer(487, sip.INVITE)
	w.do(func(l *Leg) {
		if !l.Answered() {
			t.Error("the session has ended")
		}
	})
}

func TestOfferOfThePeer(t *testing.T) {
	for _, method := range []sip.RequestMethod{sip.INVITE, sip.UPDATE} {
		t.Run(string(method), func(t *testing.T) {
			w := answeredCall(t)
			w.do(func(*Leg) { w.onOffer = func(o *Offer) { o.Answer([]byte(answerD)) } })
			w.peer.contact = "sip:moved@" + w.peer.at.String()
			w.peer.asks(string(method), offerC)
			if method == sip.INVITE {
				w.peer.hasAnswer(100, method)
			}
			res := w.peer.hasAnswer(200, method)
			w.peer.describes(res, answerD)
			w.peer.wants(res, "Allow", DefaultAllow)
			w.hears("offered " + string(method) + " c")
			if method == sip.INVITE {
				w.peer.asks("INVITE", offerA) // its ACK is not here yet
				w.peer.hasAnswer(491, method)
				w.peer.asksAs("ACK", w.peer.cseq-1, "")
			}
			w.do(func(l *Leg) { l.Bye() })
			if bye := w.peer.gets(sip.BYE); bye.Recipient.User != "moved" {
				t.Errorf("BYE for %s", bye.Recipient.String())
			}
		})
	}
}

// RFC 6141 section 4: what is refused does not move the target.
func TestRefusedOfferOfThePeer(t *testing.T) {
	w := answeredCall(t)
	w.do(func(*Leg) {
		w.onOffer = func(o *Offer) { o.Reject(488, "Not Acceptable Here", sip.NewHeader("X-Why", "no")) }
	})
	w.peer.contact = "sip:moved@" + w.peer.at.String()
	w.peer.asks("INVITE", offerC)
	w.peer.hasAnswer(100, sip.INVITE)
	w.peer.wants(w.peer.hasAnswer(488, sip.INVITE), "X-Why", "no")
	w.peer.asksAs("ACK", w.peer.cseq, "")
	w.do(func(l *Leg) { l.Bye() })
	if bye := w.peer.gets(sip.BYE); bye.Recipient.User != "bob" {
		t.Errorf("BYE for %s", bye.Recipient.String())
	}
}

// Section 14.2: a re-INVITE that wants an offer; the ACK has the answer.
func TestReINVITEWithoutOffer(t *testing.T) {
	w := answeredCall(t)
	w.do(func(*Leg) { w.onOffer = func(o *Offer) { o.Answer([]byte(offerC)) } })
	w.peer.asks("INVITE", "")
	w.peer.hasAnswer(100, sip.INVITE)
	w.peer.describes(w.peer.hasAnswer(200, sip.INVITE), offerC)
	w.hears("offered INVITE -")
	w.do(func(l *Leg) { l.Offer([]byte(offerA), w.offered) }) // waits for the ACK
	w.peer.quiet()
	w.peer.asksAs("ACK", w.peer.cseq, answerD)
	w.hears("acknowledged d")
	w.peer.agreesTo(w.peer.gets(sip.INVITE), answerB)
	w.hears("offer answered b")
}

// We ask for an offer, and answer it with the ACK.
func TestOurReINVITEWithoutOffer(t *testing.T) {
	w := answeredCall(t)
	w.do(func(l *Leg) { l.Offer(nil, w.offered) })
	invite := w.peer.gets(sip.INVITE)
	w.peer.describes(invite, "")
	w.peer.wants(invite, "Supported", "timer, replaces")
	w.peer.answer(invite, "200 OK", "", offerC)
	w.hears("offer answered c")
	w.peer.asks("INVITE", offerA) // its offer is not answered
	w.peer.hasAnswer(491, sip.INVITE)
	w.do(func(l *Leg) { l.Confirm([]byte(answerD)) })
	w.peer.describes(w.peer.gets(sip.ACK), answerD)
}

// RFC 3262 for a re-INVITE.
func TestReliableResponseToReINVITE(t *testing.T) {
	w := answeredCall(t)
	w.do(func(l *Leg) { l.Offer([]byte(offerC), w.offered) })
	invite := w.peer.gets(sip.INVITE)
	w.peer.answer(invite, "183 Session Progress", "", answerD, "Require: 100rel", "RSeq: 5")
	prack := w.peer.gets(sip.PRACK)
	w.peer.wants(prack, "RAck", "5 2 INVITE")
	w.peer.answer(prack, "200 OK", "", "")
	w.peer.agreesTo(invite, "")
	w.hears("offer answered d")
}

// A re-INVITE is challenged by some trunks.
func TestReINVITEIsChallenged(t *testing.T) {
	w := newWorld(t)
	w.call(offerA, func(o *Outbound) {
		o.Credentials = func(req *sip.Request, _ *sip.Response) (sip.Header, error) {
			return sip.NewHeader("Proxy-Authorization", "Digest "+string(req.Method)), nil
		}
	})
	w.peer.answers("")
	w.hears("answered peer b")
	w.do(func(l *Leg) { l.Offer([]byte(offerC), w.offered) })
	w.peer.answer(w.peer.gets(sip.INVITE), "407 Proxy Authentication Required", "", "")
	w.peer.gets(sip.ACK)
	invite := w.peer.gets(sip.INVITE)
	w.peer.wants(invite, "CSeq", "3 INVITE")
	w.peer.wants(invite, "Proxy-Authorization", "Digest INVITE")
	w.peer.wants(w.peer.agreesTo(invite, answerD), "Proxy-Authorization", "Digest INVITE")
	w.hears("offer answered d")
	w.do(func(l *Leg) { l.Bye() })
	w.peer.answer(w.peer.gets(sip.BYE), "401 Unauthorized", "", "")
	w.peer.wants(w.peer.gets(sip.BYE), "Proxy-Authorization", "Digest BYE")
}

// An offer waits until the peer has what it must acknowledge.
func TestOfferWaitsForTheACK(t *testing.T) {
	w := rung(t, offerA)
	w.do(func(l *Leg) {
		l.Accept([]byte(answerB))
		l.Offer([]byte(offerC), w.offered)
		l.Offer([]byte(offerC), w.offered) // one at a time
	})
	w.peer.hasAnswer(200, sip.INVITE)
	w.hears("offer failed 491")
	w.peer.asksAs("ACK", w.peer.cseq, "")
	w.hears("acknowledged -")
	w.peer.agreesTo(w.peer.gets(sip.INVITE), answerD)
	w.hears("offer answered d")
}

func TestAnswerWithoutDescription(t *testing.T) {
	w := answeredCall(t)
	w.do(func(l *Leg) { l.Offer([]byte(offerC), w.offered) })
	w.peer.agreesTo(w.peer.gets(sip.INVITE), "")
	w.hears("offer failed 488")
}

// Section 13.3.1.4 by way of 14.2.
func TestMissingACKOfReINVITEEndsTheSession(t *testing.T) {
	w := answeredCall(t, quick)
	w.do(func(*Leg) { w.onOffer = func(o *Offer) { o.Answer([]byte(answerD)) } })
	w.peer.asks("INVITE", offerC)
	w.peer.hasAnswer(100, sip.INVITE)
	w.peer.hasAnswer(200, sip.INVITE)
	w.hears("offered INVITE c")
	w.peer.gets(sip.BYE)
	w.hears("ended no ACK 0 []")
}
