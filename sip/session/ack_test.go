package session

import (
	"strings"
	"testing"

	"ringfence/sip"
)

// Section 13.3.1.4: T1, 2*T1 and so on until the ACK.
func Test2xxIsRepeatedUntilItsACK(t *testing.T) {
	w := rung(t, offerA)
	w.do(func(l *Leg) { l.Accept([]byte(answerB)) })
	first := w.peer.raw()
	if second := w.peer.raw(); first != second || !strings.Contains(first, "SIP/2.0 200") {
		t.Errorf("%q, then %q", first, second)
	}
	w.peer.seen[first] = true
	m, _ := sip.Parse([]byte(first))
	w.peer.theirs = toTag(m)
	w.peer.asksAs("ACK", w.peer.cseq, "")
	w.hears("acknowledged -")
	w.peer.quiet()
}

// Sections 13.3.1.4 and 15: without an ACK a BYE is due after 64*T1, and the
// owner is told once.
func TestMissingACKEndsTheCall(t *testing.T) {
	w := rungIn(newWorld(t, quick), offerA)
	w.do(func(l *Leg) { l.Accept([]byte(answerB)) })
	w.peer.hasAnswer(200, sip.INVITE)
	w.peer.answer(w.peer.gets(sip.BYE), "200 OK", "", "")
	w.hears("ended no ACK 0 []")
	w.peer.quiet()
	w.gone()
}

// Section 15: a callee must not say BYE before the ACK.
func TestBYEWaitsForTheACK(t *testing.T) {
	w := rung(t, offerA)
	w.do(func(l *Leg) {
		l.Accept([]byte(answerB))
		l.Bye(sip.NewHeader("Reason", "SIP;cause=503"))
		l.Bye()
	})
	w.peer.hasAnswer(200, sip.INVITE)
	w.peer.quiet()
	w.peer.asksAs("ACK", w.peer.cseq, "")
	bye := w.peer.gets(sip.BYE)
	w.peer.wants(bye, "Reason", "SIP;cause=503")
	w.peer.answer(bye, "200 OK", "", "")
	w.peer.quiet()
	w.gone()
}

func TestBYEWithoutACKLeavesAfterTimeout(t *testing.T) {
	w := rungIn(newWorld(t, quick), offerA)
	w.do(func(l *Leg) {
		l.Accept([]byte(answerB))
		l.Bye()
	})
	w.peer.hasAnswer(200, sip.INVITE)
	w.peer.answer(w.peer.gets(sip.BYE), "200 OK", "", "")
	w.peer.quiet()
	w.gone()
}
