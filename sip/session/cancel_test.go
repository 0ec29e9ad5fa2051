package session

import (
	"errors"
	"testing"

	"ringfence/sip"
)

// Section 9.1: a CANCEL waits for the first provisional response.
func TestCancelBeforeAnyResponse(t *testing.T) {
	w := newWorld(t)
	w.call(offerA)
	invite := w.peer.gets(sip.INVITE)
	w.do(func(l *Leg) { l.Cancel(sip.NewHeader("Reason", "SIP;cause=200")) })
	w.peer.quiet()
	w.peer.answer(invite, "100 Trying", "", "")
	cancel := w.peer.gets(sip.CANCEL)
	w.peer.wants(cancel, "Reason", "SIP;cause=200")
	w.peer.wants(cancel, "Via", invite.Via().Value())
	w.peer.answer(cancel, "200 OK", "x", "")
	w.peer.answer(invite, "487 Request Terminated", "x", "")
	w.peer.gets(sip.ACK)
	w.hears("failed 487")
	w.gone()
}

// A 2xx that crosses the CANCEL gets its ACK and a BYE.
func TestCancelCrosses2xx(t *testing.T) {
	w := newWorld(t)
	w.call(offerA)
	invite := w.peer.gets(sip.INVITE)
	w.peer.answer(invite, "180 Ringing", "a", "")
	w.hears("progressed 180 a -")
	w.do(func(l *Leg) { l.Cancel(sip.NewHeader("Reason", "SIP;cause=200")) })
	w.peer.gets(sip.CANCEL)
	w.peer.answer(invite, "200 OK", "a", answerB)
	w.peer.gets(sip.ACK)
	bye := w.peer.gets(sip.BYE)
	w.peer.wants(bye, "Reason", "SIP;cause=200")
	w.hears("failed 487")
	w.peer.answer(bye, "200 OK", "", "")
	w.peer.answer(invite, "200 OK", "a", answerB)
	w.peer.gets(sip.ACK) // but no second BYE
	w.peer.quiet()
}

// Section 9.1, last paragraph: the 487 never comes.
func TestCancelWithoutFinalResponse(t *testing.T) {
	w := newWorld(t, quick)
	w.call(offerA)
	invite := w.peer.gets(sip.INVITE)
	w.peer.answer(invite, "180 Ringing", "a", "")
	w.hears("progressed 180 a -")
	w.do(func(l *Leg) { l.Cancel() })
	w.peer.answer(w.peer.gets(sip.CANCEL), "200 OK", "a", "")
	w.hears("failed 487")
	w.gone()
}

func TestNobodyAnswers(t *testing.T) {
	w := newWorld(t, quick)
	w.call(offerA)
	w.hears("failed 408")
	w.gone()
}

// What cannot be sent is told by Invite alone.
func TestUnsendable(t *testing.T) {
	w := newWorld(t)
	w.do(func(*Leg) {
		w.leg = NewOutbound(&w.cfg, &w.box, w, Outbound{URI: uri("sip:x@example.com")})
		if err := w.leg.Invite(); !errors.Is(err, sip.ErrNoFlow) {
			t.Errorf("error %v", err)
		}
	})
	w.gone()
	if len(w.news) > 0 {
		t.Error(<-w.news)
	}
}
