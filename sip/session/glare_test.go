package session

import (
	"testing"

	"ringfence/sip"
)

// Section 14.1: after a 491 the same again, when a time has passed.
func TestGlareIsTriedAgain(t *testing.T) {
	w := answeredCall(t, func(c *Config) { c.second = 10e6 })
	w.do(func(l *Leg) { l.Offer([]byte(offerC), w.offered) })
	for range 2 {
		w.peer.answer(w.peer.gets(sip.INVITE), "491 Request Pending", "", "")
		w.peer.gets(sip.ACK)
	}
	invite := w.peer.gets(sip.INVITE)
	w.peer.describes(invite, offerC)
	w.peer.agreesTo(invite, answerD)
	w.hears("offer answered d")
}

func TestGlareEnds(t *testing.T) {
	w := answeredCall(t, func(c *Config) { c.second = 1e6 })
	w.do(func(l *Leg) { l.Offer([]byte(offerC), w.offered) })
	for range maxTries {
		w.peer.answer(w.peer.gets(sip.INVITE), "491 Request Pending", "", "")
		w.peer.gets(sip.ACK)
	}
	w.hears("offer failed 491")
}

// The waits of section 14.1 do not meet.
func TestGlareWaits(t *testing.T) {
	for range 1000 {
		if d := (&Leg{cfg: &Config{}}).glare().Milliseconds(); d < 2100 || d > 4000 || d%10 != 0 {
			t.Fatalf("owner of the Call-ID waits %d ms", d)
		}
		if d := (&Leg{cfg: &Config{}, inbound: true}).glare().Milliseconds(); d > 2000 || d%10 != 0 {
			t.Fatalf("the other waits %d ms", d)
		}
	}
}

// Section 14.2 and RFC 3311 section 5.2: while ours is on its way.
func TestOfferCrossesOurs(t *testing.T) {
	w := answeredCall(t)
	w.do(func(l *Leg) { l.Offer([]byte(offerC), w.offered) })
	invite := w.peer.gets(sip.INVITE)
	w.peer.asks("INVITE", offerA)
	w.peer.hasAnswer(491, sip.INVITE)
	w.peer.asks("UPDATE", offerA)
	w.peer.hasAnswer(491, sip.UPDATE)
	w.peer.asks("UPDATE", "") // a refresh is no offer
	w.peer.hasAnswer(200, sip.UPDATE)
	w.peer.agreesTo(invite, answerD)
	w.hears("offer answered d")
}

// Section 14.2: while its own is not answered.
func TestSecondOfferBeforeTheAnswer(t *testing.T) {
	w := answeredCall(t)
	w.peer.asks("INVITE", offerC)
	w.peer.hasAnswer(100, sip.INVITE)
	w.hears("offered INVITE c")
	for _, method := range []sip.RequestMethod{sip.INVITE, sip.UPDATE} {
		w.peer.asks(string(method), offerA)
		if res := w.peer.hasAnswer(500, method); len(res.GetHeaders("Retry-After")) == 0 {
			t.Errorf("500 to %s without Retry-After", method)
		}
	}
	// Whoever waited for the other would wait for ever.
	w.do(func(l *Leg) { l.Offer([]byte(offerC), w.offered) })
	w.hears("offer failed 491")
}

// Section 9: the peer takes its re-INVITE back.
func TestPeerCancelsItsReINVITE(t *testing.T) {
	w := answeredCall(t)
	w.do(func(*Leg) {
		w.onOffer = func(o *Offer) { o.Withdrawn = func() { w.tell("withdrawn"); o.Answer([]byte(answerD)) } }
	})
	w.peer.asks("INVITE", offerC)
	w.peer.hasAnswer(100, sip.INVITE)
	w.hears("offered INVITE c")
	w.peer.asksOn(w.peer.last, "CANCEL", w.peer.cseq, "")
	w.hears("withdrawn")
	codes := w.peer.next().(*sip.Response).StatusCode + w.peer.next().(*sip.Response).StatusCode
	if codes != 200+487 {
		t.Errorf("answers are %d together", codes)
	}
	w.peer.asksOn(w.peer.last, "ACK", w.peer.cseq, "")
	w.do(func(l *Leg) { l.Offer([]byte(offerC), w.offered) })
	w.peer.agreesTo(w.peer.gets(sip.INVITE), answerD)
}

func TestWithdrawnReINVITE(t *testing.T) {
	w := answeredCall(t)
	w.do(func(l *Leg) { l.Offer([]byte(offerC), w.offered) })
	invite := w.peer.gets(sip.INVITE)
	w.peer.answer(invite, "100 Trying", "", "")
	w.do(func(l *Leg) { l.Withdraw() })
	w.peer.answer(w.peer.gets(sip.CANCEL), "200 OK", "", "")
	w.peer.answer(invite, "487 Request Terminated", "", "")
	w.peer.gets(sip.ACK)
	w.hears("offer failed 487")
	w.do(func(l *Leg) {
		if !l.Answered() {
			t.Error("the session has ended")
		}
	})
}
