package session

import (
	"errors"
	"testing"
	"time"

	"ringfence/sip"
)

// answered is an outbound call with an offer that the peer has answered.
func answeredCall(t *testing.T, set ...func(*Config)) *world {
	t.Helper()
	w := newWorld(t, set...)
	w.call(offerA)
	w.peer.answers("")
	w.hears("answered peer b")
	return w
}

// answers takes our INVITE.
func (p *peer) answers(body string, extra ...string) *sip.Request {
	p.Helper()
	if body == "" {
		body = answerB
	}
	invite := p.gets(sip.INVITE)
	p.answer(invite, "200 OK", p.tag, body, extra...)
	p.gets(sip.ACK)
	return invite
}

const allowsUpdate = "Allow: INVITE, ACK, BYE, CANCEL, UPDATE"

func TestOutboundINVITE(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.UserAgent = "tested" })
	w.call(offerA, func(o *Outbound) {
		o.Routes, o.Hops = "<sip:192.0.2.9;lr>", 12
		o.Headers = []sip.Header{sip.NewHeader("P-Asserted-Identity", "<sip:100@example.com>")}
	})
	invite := w.peer.gets(sip.INVITE)
	for name, want := range map[string]string{
		"Route": "<sip:192.0.2.9;lr>", "Max-Forwards": "12", "User-Agent": "tested",
		"P-Asserted-Identity": "<sip:100@example.com>", "Session-Expires": "1800", "Min-SE": "90",
		"Supported": DefaultSupported, "Allow": DefaultAllow, "CSeq": "1 INVITE",
		"To": "<sip:200@example.com>",
	} {
		w.peer.wants(invite, name, want)
	}
	w.peer.describes(invite, offerA)
	w.peer.answer(invite, "180 Ringing", "a", "")
	w.hears("progressed 180 a -")
	w.peer.answer(invite, "200 OK", "a", answerB, "Record-Route: <sip:192.0.2.7;lr>, <sip:192.0.2.8;lr>")
	ack := w.peer.gets(sip.ACK)
	w.hears("answered a b")
	w.peer.wants(ack, "Route", "<sip:192.0.2.8;lr>") // RFC 3261 12.1.2: reversed, without the one that was preset
	if ack.Recipient.String() != w.peer.contact {
		t.Errorf("ACK is for %s", ack.Recipient.String())
	}
	w.do(func(l *Leg) {
		if !l.Answered() || l.RemoteTag() != "a" || l.Inbound() {
			t.Error("state")
		}
		l.Bye(sip.NewHeader("Reason", "SIP;cause=200"))
	})
	bye := w.peer.gets(sip.BYE)
	w.peer.wants(bye, "CSeq", "2 BYE")
	w.peer.wants(bye, "Reason", "SIP;cause=200")
	w.peer.answer(bye, "200 OK", "", "")
	w.peer.quiet()
}

// RFC 3261 section 13.2.2.4: a repeated 2xx gets its ACK again.
func TestRepeated2xxIsAcknowledgedAgain(t *testing.T) {
	w := newWorld(t)
	w.call(offerA)
	invite := w.peer.answers("")
	w.hears("answered peer b")
	w.peer.answer(invite, "200 OK", "peer", answerB)
	w.peer.gets(sip.ACK)
	w.peer.quiet()
}

// Section 13.2.2.4: the ACK has the number of its INVITE and what proved it,
// whatever was sent since.
func TestACKHasNumberAndCredentialsOfItsINVITE(t *testing.T) {
	w := newWorld(t)
	proofs := 0
	w.call(offerA, func(o *Outbound) {
		o.Credentials = func(req *sip.Request, res *sip.Response) (sip.Header, error) {
			proofs++
			if res.StatusCode == 401 {
				return sip.NewHeader("Authorization", "Digest one"), nil
			}
			return sip.NewHeader("Proxy-Authorization", "Digest two"), nil
		}
	})
	first := w.peer.gets(sip.INVITE)
	w.peer.answer(first, "407 Proxy Authentication Required", "x", "")
	w.peer.gets(sip.ACK)
	second := w.peer.gets(sip.INVITE)
	w.peer.answer(second, "401 Unauthorized", "y", "")
	w.peer.gets(sip.ACK)
	third := w.peer.gets(sip.INVITE)
	w.peer.wants(third, "CSeq", "3 INVITE")
	w.peer.wants(third, "From", first.From().Value())
	w.peer.wants(third, "Call-ID", first.CallID().Value())
	w.peer.answer(third, "183 Session Progress", "z", answerB, "Require: 100rel", "RSeq: 7")
	prack := w.peer.gets(sip.PRACK)
	w.peer.wants(prack, "CSeq", "4 PRACK")
	w.peer.wants(prack, "RAck", "7 3 INVITE")
	w.hears("progressed 183 z b reliable")
	w.peer.answer(third, "200 OK", "z", "")
	ack := w.peer.gets(sip.ACK)
	w.peer.wants(ack, "CSeq", "3 ACK")
	w.peer.wants(ack, "Authorization", "Digest one")
	w.peer.wants(ack, "Proxy-Authorization", "Digest two")
	w.hears("answered z b")
	w.peer.answer(prack, "200 OK", "", "")
}

// What was proved ahead gives way to what answers a challenge of its kind.
func TestProofAheadOfAChallenge(t *testing.T) {
	w := newWorld(t)
	w.call(offerA, func(o *Outbound) {
		o.Proof = sip.NewHeader("Proxy-Authorization", "Digest ahead")
		o.Credentials = func(*sip.Request, *sip.Response) (sip.Header, error) {
			return sip.NewHeader("Proxy-Authorization", "Digest asked"), nil
		}
	})
	first := w.peer.gets(sip.INVITE)
	w.peer.wants(first, "Proxy-Authorization", "Digest ahead")
	w.peer.answer(first, "407 Proxy Authentication Required", "x", "")
	w.peer.gets(sip.ACK)
	second := w.peer.gets(sip.INVITE)
	w.peer.wants(second, "Proxy-Authorization", "Digest asked")
	if n := len(second.GetHeaders("Proxy-Authorization")); n != 1 {
		t.Errorf("%d proofs", n)
	}
	w.peer.answer(second, "486 Busy Here", "y", "")
	w.hears("failed 486")
}

// RFC 3261 section 8.1.1.5: numbers go up within a Call-ID, also past those of the
// requests within early dialogs that a challenge has ended.
func TestINVITEAfterAPRACKHasAnotherNumber(t *testing.T) {
	w := newWorld(t)
	w.call(offerA, func(o *Outbound) {
		o.Credentials = func(*sip.Request, *sip.Response) (sip.Header, error) {
			return sip.NewHeader("Proxy-Authorization", "Digest proof"), nil
		}
	})
	first := w.peer.gets(sip.INVITE)
	w.peer.answer(first, "183 Session Progress", "x", "", "Require: 100rel", "RSeq: 7")
	prack := w.peer.gets(sip.PRACK)
	w.peer.wants(prack, "CSeq", "2 PRACK")
	w.hears("progressed 183 x - reliable")
	w.peer.answer(prack, "200 OK", "", "")
	w.peer.answer(first, "407 Proxy Authentication Required", "y", "")
	w.peer.gets(sip.ACK)
	second := w.peer.gets(sip.INVITE)
	w.peer.wants(second, "CSeq", "3 INVITE")
	w.peer.answer(second, "486 Busy Here", "z", "")
	w.hears("failed 486")
}

func TestChallengeThatCannotBeAnswered(t *testing.T) {
	for name, set := range map[string]func(*Outbound){
		"no credentials": func(*Outbound) {},
		"unknown realm": func(o *Outbound) {
			o.Credentials = func(*sip.Request, *sip.Response) (sip.Header, error) { return nil, errors.New("unknown") }
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.call(offerA, set)
			w.peer.answer(w.peer.gets(sip.INVITE), "401 Unauthorized", "x", "")
			w.peer.gets(sip.ACK)
			w.hears("failed 401")
			w.gone()
		})
	}
}

func TestChallengesEnd(t *testing.T) {
	w := newWorld(t)
	w.call(offerA, func(o *Outbound) {
		o.Credentials = func(*sip.Request, *sip.Response) (sip.Header, error) {
			return sip.NewHeader("Authorization", "wrong"), nil
		}
	})
	for range maxProofs + 1 {
		w.peer.answer(w.peer.gets(sip.INVITE), "401 Unauthorized", "x", "")
		w.peer.gets(sip.ACK)
	}
	w.hears("failed 401")
	w.peer.quiet()
}

// gone says that the table has forgotten the leg.
func (w *world) gone() {
	w.Helper()
	if n := w.cfg.Table.Len(); n != 0 {
		w.Errorf("%d legs in the table", n)
	}
}

// RFC 4028 section 7.4.
func TestIntervalTooSmallIsRaised(t *testing.T) {
	w := newWorld(t)
	w.call(offerA)
	w.peer.answer(w.peer.gets(sip.INVITE), "422 Session Interval Too Small", "x", "", "Min-SE: 3600")
	w.peer.gets(sip.ACK)
	invite := w.peer.gets(sip.INVITE)
	w.peer.wants(invite, "Session-Expires", "3600")
	w.peer.wants(invite, "Min-SE", "3600")
	w.peer.wants(invite, "CSeq", "2 INVITE")
	w.peer.answer(invite, "422 Session Interval Too Small", "x", "", "Min-SE: 60")
	w.peer.gets(sip.ACK)
	w.hears("failed 422")
}

// RFC 3261 section 8.1.3.4: where to try next, the best first.
func TestRedirection(t *testing.T) {
	w := newWorld(t)
	w.call(offerA)
	w.peer.answer(w.peer.gets(sip.INVITE), "302 Moved Temporarily", "x", "",
		"Contact: <sip:c@example.com>;q=0.1, <sip:a@example.com>", `Contact: "B" <sip:b@example.com>;q=0.5`)
	w.peer.gets(sip.ACK)
	w.hears("failed 302")
	got := ""
	for _, c := range w.failure.Contacts {
		got += c.URI.User + c.Name + " "
	}
	if got != "a bB c " {
		t.Errorf("contacts %q", got)
	}
}

// A 2xx without a Contact is broken, but its sender waits for an ACK.
func Test2xxWithoutContact(t *testing.T) {
	w := newWorld(t)
	w.call(offerA)
	invite := w.peer.gets(sip.INVITE)
	w.peer.send([]string{
		"SIP/2.0 200 OK", "Via: " + invite.Via().Value(), "From: " + invite.From().Value(),
		"To: " + invite.To().Value() + ";tag=a", "Call-ID: " + invite.CallID().Value(), "CSeq: 1 INVITE",
	}, answerB)
	if ack := w.peer.gets(sip.ACK); ack.Recipient.String() != invite.Recipient.String() {
		t.Errorf("ACK for %s", ack.Recipient.String())
	}
	w.hears("answered a b")
}

// RFC 3261 section 13.2.1: the INVITE has no offer, the 2xx has one, and the ACK
// the answer, as often as the 2xx comes.
func TestLateOffer(t *testing.T) {
	w := newWorld(t)
	w.call("")
	invite := w.peer.gets(sip.INVITE)
	w.peer.describes(invite, "")
	w.peer.answer(invite, "200 OK", "a", offerC)
	w.hears("answered a c")
	w.peer.answer(invite, "200 OK", "a", offerC)
	w.peer.quiet()
	w.do(func(l *Leg) { l.Confirm([]byte(answerD)) })
	w.peer.describes(w.peer.gets(sip.ACK), answerD)
	w.peer.answer(invite, "200 OK", "a", offerC)
	w.peer.describes(w.peer.gets(sip.ACK), answerD)
}

// Who hangs up instead of answering acknowledges first.
func TestLateOfferHungUp(t *testing.T) {
	w := newWorld(t)
	w.call("")
	w.peer.answer(w.peer.gets(sip.INVITE), "200 OK", "a", offerC)
	w.hears("answered a c")
	w.do(func(l *Leg) { l.Bye() })
	w.peer.gets(sip.ACK)
	w.peer.gets(sip.BYE)
}

func TestTooMuchProgress(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.Timers.T1 = time.Second })
	w.call(offerA)
	invite := w.peer.gets(sip.INVITE)
	for range maxProgress {
		w.peer.answer(invite, "180 Ringing", "a", "")
		w.hears("progressed 180 a -")
	}
	w.peer.answer(invite, "180 Ringing", "a", "")
	w.peer.answer(invite, "486 Busy Here", "a", "")
	w.hears("failed 486")
}
