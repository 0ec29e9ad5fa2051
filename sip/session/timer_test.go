package session

import (
	"testing"
	"time"

	"ringfence/sip"
)

// hasty makes a second of a header field two milliseconds.
func hasty(c *Config) {
	c.second = 2 * time.Millisecond
	c.SessionExpires, c.MinSE = 300*time.Second, 90*time.Second
}

// RFC 4028 section 9: who refreshes, as the UAS says it.
func TestRefresherOfAnInboundCall(t *testing.T) {
	for name, c := range map[string]struct {
		extra            []string
		expires, require string
	}{
		"the caller knows nothing of it":                 {nil, "1800;refresher=uas", ""},
		"the caller leaves it to us":                     {[]string{"Supported: timer", "Session-Expires: 3600"}, "1800;refresher=uas", ""},
		"the caller does":                                {[]string{"Supported: timer", "x: 600;refresher=uac"}, "600;refresher=uac", "timer"},
		"the caller wants us to":                         {[]string{"Supported: timer", "Session-Expires: 600;refresher=uas"}, "600;refresher=uas", ""},
		"the caller names a least":                       {[]string{"Supported: timer", "Session-Expires: 4000", "Min-SE: 2000"}, "2000;refresher=uas", ""},
		"a proxy asked, for a caller that knows nothing": {[]string{"Session-Expires: 30;refresher=uac"}, "90;refresher=uas", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := rung(t, offerA, c.extra...)
			w.do(func(l *Leg) { l.Accept([]byte(answerB)) })
			res := w.peer.hasAnswer(200, sip.INVITE)
			w.peer.wants(res, "Session-Expires", c.expires)
			w.peer.wants(res, "Require", c.require)
		})
	}
}

// Section 10: half of the interval, by UPDATE, again and again.
func TestRefreshByUPDATE(t *testing.T) {
	w := newWorld(t, hasty)
	w.call(offerA)
	w.peer.answers("", "Session-Expires: 200;refresher=uac", allowsUpdate)
	w.hears("answered peer b")
	for range 3 {
		update := w.peer.gets(sip.UPDATE)
		w.peer.describes(update, "")
		w.peer.wants(update, "Session-Expires", "200;refresher=uac")
		w.peer.answer(update, "200 OK", "", "", "Session-Expires: 200;refresher=uac")
	}
}

// Section 7.4: without UPDATE by a re-INVITE that says the same again. A peer that
// does not know session timers is asked all the same.
func TestRefreshByReINVITE(t *testing.T) {
	w := newWorld(t, hasty)
	w.call(offerA)
	w.peer.answers("")
	w.hears("answered peer b")
	for range 2 {
		invite := w.peer.gets(sip.INVITE)
		w.peer.describes(invite, offerA)
		w.peer.wants(invite, "Session-Expires", "300;refresher=uac")
		w.peer.agreesTo(invite, answerB)
	}
	w.peer.agreesTo(w.peer.gets(sip.INVITE), answerD) // it has moved meanwhile
	w.hears("agreed d")
}

// What the peer has offered in its 2xx is answered in the ACK, and that is said again.
func TestRefreshByReINVITEAfterALateOffer(t *testing.T) {
	w := newWorld(t, hasty)
	w.call("")
	invite := w.peer.gets(sip.INVITE)
	w.peer.answer(invite, "200 OK", w.peer.tag, offerA)
	w.hears("answered peer a")
	w.do(func(l *Leg) { l.Confirm([]byte(answerB)) })
	w.peer.gets(sip.ACK)
	refresh := w.peer.gets(sip.INVITE)
	w.peer.describes(refresh, answerB)
	w.peer.agreesTo(refresh, offerA)
	w.peer.agreesTo(w.peer.gets(sip.INVITE), answerD) // it has moved meanwhile
	w.hears("agreed d")
}

func TestRefreshByReINVITEAfterAnOfferBeforeTheAnswer(t *testing.T) {
	w := newWorld(t, hasty)
	w.call("")
	invite := w.peer.gets(sip.INVITE)
	w.peer.answer(invite, "183 Session Progress", w.peer.tag, offerA, "Require: 100rel", "RSeq: 1")
	w.hears("progressed 183 peer a reliable offer")
	w.do(func(l *Leg) { l.Confirm([]byte(answerB)) })
	w.peer.answer(w.peer.gets(sip.PRACK), "200 OK", "", "")
	w.peer.answer(invite, "200 OK", w.peer.tag, "")
	w.peer.gets(sip.ACK)
	w.hears("answered peer a")
	refresh := w.peer.gets(sip.INVITE)
	w.peer.describes(refresh, answerB)
	w.peer.agreesTo(refresh, offerA)
}

// What the owner offers meanwhile comes after the refresh.
func TestOfferBehindARefresh(t *testing.T) {
	w := newWorld(t, hasty)
	w.call(offerA)
	w.peer.answers("")
	w.hears("answered peer b")
	refresh := w.peer.gets(sip.INVITE)
	w.do(func(l *Leg) {
		l.Offer([]byte(offerC), w.offered)
		l.Offer([]byte(offerC), w.offered)
	})
	w.hears("offer failed 491")
	w.peer.agreesTo(refresh, answerB)
	invite := w.peer.gets(sip.INVITE)
	w.peer.describes(invite, offerC)
	w.peer.agreesTo(invite, answerD)
	w.hears("offer answered d")
}

// Section 7.4: another interval is wanted.
func TestRefreshIsRaised(t *testing.T) {
	w := newWorld(t, hasty)
	w.call(offerA)
	w.peer.answers("", "Session-Expires: 200;refresher=uac", allowsUpdate)
	w.hears("answered peer b")
	w.peer.answer(w.peer.gets(sip.UPDATE), "422 Session Interval Too Small", "", "", "Min-SE: 400")
	update := w.peer.gets(sip.UPDATE)
	w.peer.wants(update, "Session-Expires", "400;refresher=uac")
	w.peer.wants(update, "Min-SE", "400")
}

// A peer that has promised UPDATE does not know it after all.
func TestRefreshWithoutUPDATEAfterAll(t *testing.T) {
	w := newWorld(t, hasty)
	w.call(offerA)
	w.peer.answers("", "Session-Expires: 200;refresher=uac", allowsUpdate)
	w.hears("answered peer b")
	w.peer.answer(w.peer.gets(sip.UPDATE), "405 Method Not Allowed", "", "", "Allow: INVITE, ACK, BYE")
	w.do(func(l *Leg) {
		if !l.Answered() {
			t.Error("the session has ended")
		}
		l.Offer([]byte(offerC), w.offered)
	})
	w.peer.agreesTo(w.peer.gets(sip.INVITE), answerD)
	w.hears("offer answered d")
	w.peer.describes(w.peer.gets(sip.INVITE), offerC) // now we know what to say again
}

// Section 10: a refresh that fails is tried again, and in the end a BYE is due.
func TestRefreshFails(t *testing.T) {
	w := newWorld(t, hasty)
	w.call(offerA)
	w.peer.answers("", "Session-Expires: 200;refresher=uac", allowsUpdate)
	w.hears("answered peer b")
	w.peer.answer(w.peer.gets(sip.UPDATE), "500 Server Internal Error", "", "")
	for {
		req := w.peer.next().(*sip.Request)
		if req.Method == sip.BYE {
			w.peer.wants(req, "Reason", `SIP;cause=408;text="Session Timer Expired"`)
			break
		}
		w.peer.answer(req, "500 Server Internal Error", "", "")
	}
	w.hears("ended session expired 0 []")
}

func TestRefreshOfALostDialog(t *testing.T) {
	w := newWorld(t, hasty)
	w.call(offerA)
	w.peer.answers("", "Session-Expires: 200;refresher=uac", allowsUpdate)
	w.hears("answered peer b")
	w.peer.answer(w.peer.gets(sip.UPDATE), "481 Call/Transaction Does Not Exist", "", "")
	w.hears("ended lost 481 []")
	w.peer.gets(sip.BYE)
	w.peer.quiet()
}

// Section 10: the peer refreshes; when it does not, a BYE comes before the end.
func TestPeerRefreshes(t *testing.T) {
	w := newWorld(t, hasty)
	w.do(func(*Leg) { w.onOffer = func(o *Offer) { o.Answer([]byte(answerD)) } })
	rungIn(w, offerA, "Supported: timer", "Session-Expires: 300;refresher=uac")
	w.accepts()
	begun := time.Now()
	for range 2 {
		w.peer.asks("UPDATE", "", "Supported: timer", "Session-Expires: 300;refresher=uac")
		res := w.peer.hasAnswer(200, sip.UPDATE)
		w.peer.wants(res, "Session-Expires", "300;refresher=uac")
		w.peer.wants(res, "Require", "timer")
	}
	w.peer.asks("UPDATE", "", "Supported: timer", "Session-Expires: 10;refresher=uac")
	w.peer.wants(w.peer.hasAnswer(422, sip.UPDATE), "Min-SE", "90")
	w.peer.gets(sip.BYE)
	w.hears("ended session expired 0 []")
	if d := time.Since(begun); d < 2*268*time.Millisecond {
		t.Errorf("ended after %v", d)
	}
}

// SessionExpires below zero: no wish, no promise, no refresh.
func TestNoSessionTimers(t *testing.T) {
	off := func(c *Config) { c.SessionExpires = -1 }
	w := newWorld(t, off)
	w.call(offerA)
	invite := w.peer.answers("")
	w.hears("answered peer b")
	w.peer.wants(invite, "Session-Expires", "")
	w.peer.wants(invite, "Supported", "100rel, replaces")
	w.do(func(l *Leg) {
		if l.timer.alarm.timer != nil {
			t.Error("a timer runs")
		}
	})
	w = rungIn(newWorld(t, off), offerA, "Supported: timer", "Session-Expires: 30")
	w.do(func(l *Leg) { l.Accept([]byte(answerB)) })
	w.peer.wants(w.peer.hasAnswer(200, sip.INVITE), "Session-Expires", "")
	w.peer.asks("INFO", "", "Require: timer")
	w.peer.hasAnswer(420, sip.INFO)
}
