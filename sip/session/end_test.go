package session

import (
	"net/netip"
	"testing"

	"ringfence/sip"
)

// RFC 3261 section 15.1.2. Nobody acknowledges a BYE.
func TestBYEOfThePeer(t *testing.T) {
	w := answeredCall(t)
	w.peer.asks("BYE", "", "Reason: Q.850;cause=16, SIP;cause=200")
	w.peer.hasAnswer(200, sip.BYE)
	w.hears("ended BYE 0 [Q.850;cause=16|SIP;cause=200]")
	w.peer.asks("BYE", "")
	w.peer.hasAnswer(200, sip.BYE) // as long as its 2xx may come again
	w.do(func(l *Leg) {
		l.Bye()
		l.Offer([]byte(offerC), w.offered)
		l.Send(Message{Method: sip.INFO}, func(res *sip.Response) { w.tell("INFO %v", res) })
	})
	w.hears("offer failed 481")
	w.hears("INFO <nil>")
	w.peer.quiet()
}

// The two BYEs cross.
func TestBYECrossesOurs(t *testing.T) {
	w := talking(t)
	w.do(func(l *Leg) { l.Bye() })
	bye := w.peer.gets(sip.BYE)
	w.peer.asks("BYE", "")
	w.peer.hasAnswer(200, sip.BYE)
	w.peer.answer(bye, "481 Call/Transaction Does Not Exist", "", "")
	w.peer.asks("BYE", "")
	w.peer.hasAnswer(481, sip.BYE)
	w.gone()
	if len(w.news) > 0 {
		t.Error(<-w.news)
	}
}

// Section 15.1.2: pending requests get 487, and ours is told to have failed.
func TestBYEWhileOffersArePending(t *testing.T) {
	w := answeredCall(t)
	var o *Offer
	w.do(func(*Leg) { w.onOffer = func(got *Offer) { o = got } })
	w.peer.asks("INVITE", offerC)
	w.peer.hasAnswer(100, sip.INVITE)
	w.hears("offered INVITE c")
	w.peer.asks("BYE", "")
	w.peer.hasAnswer(200, sip.BYE)
	w.peer.hasAnswer(487, sip.INVITE)
	w.hears("ended BYE 0 []")
	w.do(func(*Leg) { o.Answer([]byte(answerD)) })
	w.peer.quiet()

	w = answeredCall(t)
	w.do(func(l *Leg) { l.Offer([]byte(offerC), w.offered) })
	invite := w.peer.gets(sip.INVITE)
	w.peer.asks("BYE", "")
	w.peer.hasAnswer(200, sip.BYE)
	w.hears("offer failed 487")
	w.hears("ended BYE 0 []")
	w.peer.answer(invite, "200 OK", "", answerD) // it crossed
	w.peer.gets(sip.ACK)
	w.peer.quiet()
}

func TestOurBYEWhileOffersArePending(t *testing.T) {
	w := answeredCall(t)
	w.peer.asks("INVITE", offerC)
	w.peer.hasAnswer(100, sip.INVITE)
	w.hears("offered INVITE c")
	w.do(func(l *Leg) { l.Bye() })
	w.peer.hasAnswer(487, sip.INVITE)
	w.peer.answer(w.peer.gets(sip.BYE), "200 OK", "", "")

	w = answeredCall(t)
	w.do(func(l *Leg) {
		l.Offer([]byte(offerC), w.offered)
		l.Bye()
	})
	invite := w.peer.gets(sip.INVITE)
	w.peer.gets(sip.BYE)
	w.peer.answer(invite, "200 OK", "", answerD)
	w.peer.gets(sip.ACK)
	w.peer.quiet()
}

// Bye before the call is answered is what fits.
func TestByeBeforeTheAnswer(t *testing.T) {
	w := rung(t, offerA)
	w.do(func(l *Leg) { l.Bye() })
	w.peer.hasAnswer(480, sip.INVITE)

	w = newWorld(t)
	w.call(offerA)
	w.peer.answer(w.peer.gets(sip.INVITE), "180 Ringing", "a", "")
	w.hears("progressed 180 a -")
	w.do(func(l *Leg) { l.Bye() })
	w.peer.gets(sip.CANCEL)
}

// RFC 5057 section 5.1: what a request within the dialog says of the session.
func TestSend(t *testing.T) {
	for _, c := range []struct {
		method sip.RequestMethod
		status string
		ends   bool
	}{
		{sip.INFO, "200 OK", false},
		{sip.INFO, "415 Unsupported Media Type", false},
		{sip.INFO, "481 Call/Transaction Does Not Exist", true},
		{sip.NOTIFY, "408 Request Timeout", true},
		{sip.OPTIONS, "408 Request Timeout", false},
		{sip.MESSAGE, "481 Call/Transaction Does Not Exist", true},
	} {
		w := answeredCall(t)
		w.do(func(l *Leg) {
			l.Send(Message{Method: c.method, Type: "text/plain", Body: []byte("hello"), Headers: []sip.Header{sip.NewHeader("Event", "x")}},
				func(res *sip.Response) { w.tell("%d", res.StatusCode) })
		})
		req := w.peer.gets(c.method)
		w.peer.wants(req, "Event", "x")
		w.peer.wants(req, "Content-Type", "text/plain")
		w.peer.answer(req, c.status, "", "")
		w.hears(c.status[:3])
		if c.ends {
			w.hears("ended lost " + c.status[:3] + " []")
			w.peer.gets(sip.BYE) // section 12.2.1.2 of RFC 3261
		}
		w.do(func(l *Leg) {
			if l.Alive() == c.ends {
				t.Errorf("after %s to %s: alive %v", c.status, c.method, l.Alive())
			}
		})
	}
}

// A request that has overtaken our 2xx finds no session yet. That ends none; and
// whatever ends one later, no phone is left in a call.
func TestSendAheadOfThe2xx(t *testing.T) {
	w := rung(t, offerA)
	w.do(func(l *Leg) {
		l.Accept([]byte(answerB))
		l.Send(Message{Method: sip.INFO}, func(res *sip.Response) { w.tell("%d", res.StatusCode) })
	})
	w.peer.hasAnswer(200, sip.INVITE)
	w.peer.answer(w.peer.gets(sip.INFO), "481 Call/Transaction Does Not Exist", "", "")
	w.hears("481")
	w.peer.asksAs("ACK", w.peer.cseq, "")
	w.hears("acknowledged -")
	w.do(func(l *Leg) {
		if !l.Alive() {
			t.Error("the session has ended")
		}
		l.Bye()
	})
	w.peer.gets(sip.BYE)
	w.peer.quiet()
}

func TestRequestsOfThePeer(t *testing.T) {
	w := answeredCall(t)
	w.do(func(*Leg) {
		w.onIncoming = func(in *Incoming) { in.Respond(202, "Accepted", sip.NewHeader("X-Yes", "1")) }
	})
	w.peer.asks("REFER", "", "Refer-To: <sip:300@example.com>")
	w.hears("requested REFER")
	w.peer.wants(w.peer.hasAnswer(202, sip.REFER), "X-Yes", "1")
	w.peer.asks("OPTIONS", "")
	w.peer.wants(w.peer.hasAnswer(200, sip.OPTIONS), "Accept", "application/sdp")
	w.peer.asks("PUBLISH", "")
	w.peer.wants(w.peer.hasAnswer(405, sip.PUBLISH), "Allow", DefaultAllow)
	w.peer.asks("FROBNICATE", "")
	w.peer.hasAnswer(501, "FROBNICATE")
	w.peer.asks("INFO", "", "Require: nonsense")
	w.peer.wants(w.peer.hasAnswer(420, sip.INFO), "Unsupported", "nonsense")
	w.peer.asks("PRACK", "", "RAck: 1 1 INVITE")
	w.peer.hasAnswer(481, sip.PRACK)
	w.peer.plain("UPDATE", "hello")
	w.peer.hasAnswer(415, sip.UPDATE)
}

// Section 12.2.2.
func TestOldCSeqAndStrangers(t *testing.T) {
	w := answeredCall(t)
	w.peer.asks("OPTIONS", "")
	w.peer.hasAnswer(200, sip.OPTIONS)
	w.peer.asksAs("BYE", w.peer.cseq-1, "")
	w.peer.hasAnswer(500, sip.BYE)
	for name, alter := range map[string]func(p *peer){
		"another From tag": func(p *peer) { p.tag = "stranger" },
		"another To tag":   func(p *peer) { p.theirs = "stranger" },
		"another Call-ID":  func(p *peer) { p.callID = "stranger" },
	} {
		before := *w.peer
		alter(w.peer)
		w.peer.cseq += 100
		w.peer.asks("BYE", "")
		t.Log(name)
		w.peer.hasAnswer(481, sip.BYE)
		w.peer.tag, w.peer.theirs, w.peer.callID = before.tag, before.theirs, before.callID
	}
	w.do(func(l *Leg) {
		if !l.Answered() {
			t.Error("a stranger has ended the session")
		}
	})
}

// A request from another address is not the peer's; another port may be the work
// of a NAT, and ours go there from then on.
func TestSource(t *testing.T) {
	w := answeredCall(t)
	far, near := w.newPeer("127.0.0.2"), w.newPeer("127.0.0.1")
	for _, p := range []*peer{far, near} {
		p.tag, p.theirs, p.callID = w.peer.tag, w.peer.theirs, w.peer.callID
	}
	far.asks("BYE", "")
	far.hasAnswer(481, sip.BYE)
	near.asks("OPTIONS", "")
	near.hasAnswer(200, sip.OPTIONS)
	w.do(func(l *Leg) { l.Bye() })
	near.gets(sip.BYE)
}

// Where the peer is now is known from elsewhere.
func TestMove(t *testing.T) {
	w := answeredCall(t)
	near := w.newPeer("127.0.0.1")
	w.do(func(l *Leg) {
		w.cfg.Elsewhere = func(*Leg) (Place, bool) { return Place{"udp", w.at, netip.MustParseAddrPort("127.0.0.2:5060")}, true }
		l.Send(Message{Method: sip.INFO}, nil) // what is at another address is not believed
	})
	w.peer.answer(w.peer.gets(sip.INFO), "200 OK", "", "")
	w.do(func(l *Leg) {
		w.cfg.Elsewhere = func(*Leg) (Place, bool) { return Place{"udp", w.at, near.at}, true }
		l.Bye()
	})
	near.gets(sip.BYE)
}

func TestTable(t *testing.T) {
	w := talking(t)
	w.do(func(l *Leg) {
		if got := w.cfg.Table.Find(l.CallID(), l.LocalTag()); got != l || got.Owner() != Events(w) {
			t.Error("not found by its dialog")
		}
		if w.cfg.Table.Find("other", l.LocalTag()) != nil || w.cfg.Table.Find(l.CallID(), "") != nil {
			t.Error("found by another")
		}
		if l.Dialog().RemoteTag != l.RemoteTag() || !l.Acknowledged() || l.Early() {
			t.Error("state")
		}
	})
}
