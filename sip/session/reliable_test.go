package session

import (
	"fmt"
	"strings"
	"testing"

	"ringfence/sip"
)

// reliably is the next response, which wants a PRACK.
func (p *peer) reliably(code int) (res *sip.Response, rack string) {
	p.Helper()
	res = p.hasAnswer(code, sip.INVITE)
	p.wants(res, "Require", "100rel")
	rseq, _ := sip.RSeqOf(res)
	return res, fmt.Sprintf("RAck: %d %d INVITE", rseq, seqOf(res))
}

// RFC 3262 section 3.
func TestReliableProgress(t *testing.T) {
	w := rung(t, offerA, "Supported: 100rel")
	w.do(func(l *Leg) {
		l.Progress(180, "Ringing", nil) // without a description it need not be reliable
		l.Progress(183, "Session Progress", []byte(answerB))
		l.Progress(180, "Ringing", nil)
		l.Accept([]byte(answerB))
	})
	w.peer.wants(w.peer.hasAnswer(180, sip.INVITE), "Require", "")
	res, rack := w.peer.reliably(183)
	w.peer.describes(res, answerB)
	w.peer.quiet() // the 200 waits
	w.peer.asks("PRACK", "", rack)
	w.peer.hasAnswer(200, sip.PRACK)
	w.peer.describes(w.peer.hasAnswer(200, sip.INVITE), "") // the answer is given
	w.peer.asks("PRACK", "", rack)
	w.peer.hasAnswer(481, sip.PRACK)
}

func TestReliableResponsesWaitForEachOther(t *testing.T) {
	w := rung(t, offerA, "Require: 100rel")
	w.do(func(l *Leg) {
		l.Progress(180, "Ringing", nil)
		l.Progress(183, "Session Progress", []byte(answerB))
	})
	first, rack := w.peer.reliably(180)
	w.peer.quiet()
	w.peer.asks("PRACK", "", strings.Replace(rack, " 101 ", " 100 ", 1)) // of another INVITE
	w.peer.hasAnswer(481, sip.PRACK)
	w.peer.asks("PRACK", "")
	w.peer.hasAnswer(400, sip.PRACK)
	w.peer.asks("PRACK", "", rack)
	w.peer.hasAnswer(200, sip.PRACK)
	second, _ := w.peer.reliably(183)
	a, _ := sip.RSeqOf(first)
	if b, _ := sip.RSeqOf(second); b != a+1 {
		t.Errorf("RSeq %d after %d", b, a)
	}
}

// A reliable response without a description does not hold up the 200, and its
// PRACK may still come.
func TestPRACKAfterThe200(t *testing.T) {
	w := rung(t, offerA, "Require: 100rel")
	w.do(func(l *Leg) {
		l.Progress(180, "Ringing", nil)
		l.Accept([]byte(answerB))
	})
	_, rack := w.peer.reliably(180)
	w.peer.describes(w.peer.hasAnswer(200, sip.INVITE), answerB)
	w.peer.asks("PRACK", "", rack)
	w.peer.hasAnswer(200, sip.PRACK)
}

func TestReliableResponseIsRepeated(t *testing.T) {
	w := rung(t, offerA, "Require: 100rel")
	w.do(func(l *Leg) { l.Progress(180, "Ringing", nil) })
	if a, b := w.peer.raw(), w.peer.raw(); a != b || !strings.Contains(a, "RSeq") {
		t.Errorf("%q, then %q", a, b)
	}
}

func TestMissingPRACKRefusesTheINVITE(t *testing.T) {
	w := rungIn(newWorld(t, quick), offerA, "Require: 100rel")
	w.do(func(l *Leg) { l.Progress(180, "Ringing", nil) })
	w.peer.reliably(180)
	w.peer.hasAnswer(504, sip.INVITE)
	w.hears("ended no PRACK 0 []")
	w.gone()
}

// Section 5: our offer in a reliable response, the answer in its PRACK.
func TestLateOfferInReliableResponse(t *testing.T) {
	w := rung(t, "", "Supported: 100rel")
	w.do(func(l *Leg) {
		l.Progress(183, "Session Progress", []byte(offerC))
		l.Accept([]byte(offerC))
	})
	res, rack := w.peer.reliably(183)
	w.peer.describes(res, offerC)
	w.peer.asks("PRACK", answerD, rack)
	w.peer.hasAnswer(200, sip.PRACK)
	w.hears("agreed d")
	w.peer.describes(w.peer.hasAnswer(200, sip.INVITE), "")
	w.peer.asksAs("ACK", w.peer.cseq-1, "")
	w.hears("acknowledged -")
}

// Section 5: the PRACK has an offer; the 200 to the INVITE waits for its answer.
func TestOfferInPRACK(t *testing.T) {
	w := rung(t, offerA, "Supported: 100rel")
	var o *Offer
	w.do(func(*Leg) { w.onOffer = func(got *Offer) { o = got } })
	w.do(func(l *Leg) { l.Progress(183, "Session Progress", []byte(answerB)) })
	_, rack := w.peer.reliably(183)
	w.peer.asks("PRACK", offerC, rack)
	w.hears("offered PRACK c")
	w.do(func(l *Leg) {
		if !l.Settled() || !o.Pending() {
			t.Error("the first answer is given, the second is not")
		}
		l.Accept(nil)
	})
	w.peer.quiet()
	w.do(func(l *Leg) {
		if o.Answer([]byte(answerD)); o.Pending() || l.Settled() {
			t.Error("all is answered")
		}
	})
	w.peer.describes(w.peer.hasAnswer(200, sip.PRACK), answerD)
	w.peer.hasAnswer(200, sip.INVITE)
}

// RFC 3264 section 4: one offer at a time. The first is answered all the same.
func TestOfferInPRACKWhileAnotherIsNotAnswered(t *testing.T) {
	w := rung(t, offerA, "Supported: 100rel", "Require: 100rel", allowsUpdate)
	var o *Offer
	w.do(func(*Leg) { w.onOffer = func(got *Offer) { o = got } })
	w.do(func(l *Leg) { l.Progress(183, "Session Progress", []byte(answerB)) })
	_, rack := w.peer.reliably(183)
	w.peer.asks("PRACK", "", rack)
	w.peer.hasAnswer(200, sip.PRACK)
	w.do(func(l *Leg) { l.Progress(180, "Ringing", nil) })
	_, rack = w.peer.reliably(180)
	w.peer.asks("UPDATE", offerC)
	w.hears("offered UPDATE c")
	w.peer.asks("PRACK", offerA, rack)
	w.peer.hasAnswer(488, sip.PRACK)
	w.do(func(*Leg) { o.Answer([]byte(answerD)) })
	w.peer.describes(w.peer.hasAnswer(200, sip.UPDATE), answerD)
}

// RFC 3311 section 5: UPDATE before the call is answered, both ways.
func TestEarlyUPDATE(t *testing.T) {
	w := rung(t, offerA, "Supported: 100rel", allowsUpdate)
	w.do(func(*Leg) { w.onOffer = func(o *Offer) { o.Answer([]byte(answerD)) } })
	w.do(func(l *Leg) { l.Progress(180, "Ringing", nil) })
	w.peer.hasAnswer(180, sip.INVITE)
	w.peer.asks("UPDATE", offerC) // the offer of the INVITE is not answered yet
	w.peer.hasAnswer(500, sip.UPDATE)
	w.do(func(l *Leg) { l.Offer([]byte(offerC), w.offered) })
	w.hears("offer failed 491")
	w.do(func(l *Leg) { l.Progress(183, "Session Progress", []byte(answerB)) })
	_, rack := w.peer.reliably(183)
	w.peer.asks("PRACK", "", rack)
	w.peer.hasAnswer(200, sip.PRACK)
	w.peer.asks("UPDATE", offerC)
	w.peer.describes(w.peer.hasAnswer(200, sip.UPDATE), answerD)
	w.hears("offered UPDATE c")
	w.do(func(l *Leg) { l.Offer([]byte(offerA), w.offered) })
	update := w.peer.gets(sip.UPDATE)
	w.peer.describes(update, offerA)
	w.peer.answer(update, "200 OK", "", answerB)
	w.hears("offer answered b")
}

func TestEarlyUPDATEOutbound(t *testing.T) {
	w := newWorld(t)
	w.do(func(*Leg) { w.onOffer = func(o *Offer) { w.tell("in %s", o.Dialog); o.Answer([]byte(answerD)) } })
	w.call(offerA)
	invite := w.peer.gets(sip.INVITE)
	w.peer.tag = "a"
	w.peer.answer(invite, "180 Ringing", "a", "")
	w.hears("progressed 180 a -")
	w.peer.asks("UPDATE", offerC) // ours is not answered
	w.peer.hasAnswer(491, sip.UPDATE)
	w.peer.answer(invite, "183 Session Progress", "a", answerB, "Require: 100rel", "RSeq: 1", allowsUpdate)
	w.peer.answer(w.peer.gets(sip.PRACK), "200 OK", "", "")
	w.hears("progressed 183 a b reliable")
	w.peer.asks("UPDATE", offerC)
	w.peer.describes(w.peer.hasAnswer(200, sip.UPDATE), answerD)
	w.hears("offered UPDATE c")
	w.hears("in a")
	w.do(func(l *Leg) { l.Offer([]byte(offerC), w.offered) })
	update := w.peer.gets(sip.UPDATE)
	w.peer.wants(update, "CSeq", "3 UPDATE")
	w.peer.answer(update, "200 OK", "", answerB)
	w.hears("offer answered b")
	w.peer.answer(invite, "200 OK", "a", "")
	w.peer.gets(sip.ACK)
	w.hears("answered a b")
}

// Another phone may agree upon a session before an UPDATE is tried again: then
// nobody knows any more whom it is for.
func TestEarlyUPDATEThatMayNotBeTriedAgain(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.second = 10e6 })
	w.call(offerA)
	invite := w.peer.gets(sip.INVITE)
	agree := func(tag string) {
		w.peer.answer(invite, "183 Session Progress", tag, answerB, "Require: 100rel", "RSeq: 1", allowsUpdate)
		w.peer.answer(w.peer.gets(sip.PRACK), "200 OK", "", "")
		w.hears("progressed 183 " + tag + " b reliable")
	}
	agree("a")
	w.do(func(l *Leg) { l.Offer([]byte(offerC), w.offered) })
	update := w.peer.gets(sip.UPDATE)
	agree("b")
	w.peer.answer(update, "491 Request Pending", "", "")
	w.hears("offer failed 491")
	w.peer.answer(invite, "200 OK", "a", "")
	w.peer.gets(sip.ACK)
	w.hears("answered a b")
}

// Section 13.3.1.1: as long as it rings, the caller is told so each minute.
func TestProgressIsToldEachMinute(t *testing.T) {
	w := rungIn(newWorld(t, func(c *Config) { c.second = 1e6 }), offerA)
	w.do(func(l *Leg) { l.Progress(182, "Queued", nil) })
	for range 3 {
		if text := w.peer.raw(); !strings.HasPrefix(text, "SIP/2.0 182 Queued\r\n") {
			t.Fatal(text)
		}
	}
	w.do(func(l *Leg) { l.Progress(183, "Session Progress", []byte(answerB)) })
	for range 2 {
		for w.peer.raw()[8:11] == "182" {
			continue
		}
	}
	w.do(func(l *Leg) { l.Reject(486, "Busy Here") })
	for w.peer.raw()[8:11] != "486" {
		continue
	}
}

// The same where all has to be acknowledged: each is a response of its own.
func TestReliableProgressIsToldEachMinute(t *testing.T) {
	w := rungIn(newWorld(t, func(c *Config) { c.second = 1e6 }), offerA, "Require: 100rel")
	w.do(func(l *Leg) { l.Progress(180, "Ringing", nil) })
	last := uint32(0)
	for range 3 {
		res, rack := w.peer.reliably(180)
		rseq, _ := sip.RSeqOf(res)
		if last > 0 && rseq != last+1 {
			t.Errorf("RSeq %d follows %d", rseq, last)
		}
		last = rseq
		w.peer.asks("PRACK", "", rack)
		w.peer.hasAnswer(200, sip.PRACK)
	}
}

// One phone was heard before another answered: the 200 cannot say so, an offer can.
func TestAnotherAnswersThanWasHeard(t *testing.T) {
	w := rung(t, offerA, "Supported: 100rel")
	w.do(func(l *Leg) { l.Progress(183, "Session Progress", []byte(answerB)) })
	_, rack := w.peer.reliably(183)
	w.peer.asks("PRACK", "", rack)
	w.peer.hasAnswer(200, sip.PRACK)
	w.do(func(l *Leg) {
		l.Accept([]byte(answerD))
		l.Offer([]byte(offerC), w.offered)
	})
	w.peer.describes(w.peer.hasAnswer(200, sip.INVITE), "")
	w.peer.asksAs("ACK", w.peer.cseq-1, "")
	w.hears("acknowledged -")
	w.peer.agreesTo(w.peer.gets(sip.INVITE), answerB)
	w.hears("offer answered b")
}
