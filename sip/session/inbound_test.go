package session

import (
	"slices"
	"strings"
	"testing"

	"ringfence/sip"
)

// rung is an inbound call that nobody has answered yet; sdp "" is without offer.
func rung(t *testing.T, sdp string, extra ...string) *world {
	t.Helper()
	return rungIn(newWorld(t), sdp, extra...)
}

func rungIn(w *world, sdp string, extra ...string) *world {
	w.Helper()
	w.peer.asks("INVITE", sdp, extra...)
	w.peer.hasAnswer(100, sip.INVITE)
	w.peer.theirs = ""
	w.hears("invited " + short(bytesOrNil(sdp)))
	return w
}

func bytesOrNil(s string) []byte {
	if s == "" {
		return nil
	}
	return []byte(s)
}

// talking is an inbound call that is answered and acknowledged.
func talking(t *testing.T, extra ...string) *world {
	t.Helper()
	w := rung(t, offerA, extra...)
	w.accepts()
	return w
}

func (w *world) accepts() {
	w.Helper()
	w.do(func(l *Leg) { l.Accept([]byte(answerB)) })
	w.peer.hasAnswer(200, sip.INVITE)
	w.peer.asksAs("ACK", w.peer.cseq, "")
	w.hears("acknowledged -")
}

func TestInboundINVITE(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.UserAgent = "tested" })
	w.do(func(*Leg) { w.hs = []sip.Header{sip.NewHeader("X-All", "1")} })
	rungIn(w, offerA, "Supported: timer, replaces", "Allow: INVITE, UPDATE", "User-Agent: phone",
		"Record-Route: <sip:192.0.2.1;lr>, <sip:192.0.2.2;lr>")
	w.do(func(l *Leg) {
		if !l.PeerAllows(sip.UPDATE) || l.PeerAllows(sip.INFO) || !l.PeerSupports("replaces") || l.RemoteUserAgent() != "phone" {
			t.Error("what the peer says of itself")
		}
		l.Progress(180, "Ringing", nil, sip.NewHeader("X-One", "2"))
	})
	ringing := w.peer.hasAnswer(180, sip.INVITE)
	tag := toTag(ringing)
	for name, want := range map[string]string{
		"X-All": "1", "X-One": "2", "Server": "tested", "Allow": DefaultAllow, "Record-Route": "<sip:192.0.2.1;lr>",
	} {
		w.peer.wants(ringing, name, want)
	}
	w.do(func(l *Leg) { l.Accept([]byte(answerB), sip.NewHeader("X-Two", "3")) })
	ok := w.peer.hasAnswer(200, sip.INVITE)
	if toTag(ok) != tag {
		t.Error("the To tag has changed")
	}
	w.peer.describes(ok, answerB)
	w.peer.wants(ok, "X-Two", "3")
	w.peer.asksAs("ACK", w.peer.cseq, "")
	w.hears("acknowledged -")
	w.peer.asksAs("ACK", w.peer.cseq, "") // twice is once
	w.do(func(l *Leg) { l.Bye() })
	bye := w.peer.gets(sip.BYE)
	w.peer.wants(bye, "Route", "<sip:192.0.2.1;lr>") // RFC 3261 12.1.1: in order
	w.peer.wants(bye, "CSeq", "1 BYE")
	w.peer.answer(bye, "200 OK", "", "")
	w.peer.quiet()
	w.gone()
}

func TestInboundRefused(t *testing.T) {
	for name, c := range map[string]struct {
		extra  []string
		body   string
		code   int
		header string
		value  string
	}{
		"unknown extension: 8.2.2.3":             {[]string{"Require: nonsense, 100rel"}, offerA, 420, "Unsupported", "nonsense"},
		"interval too small: RFC 4028 section 9": {[]string{"Supported: timer", "Session-Expires: 30"}, offerA, 422, "Min-SE", "90"},
		"unknown content: 8.2.3":                 {nil, "", 415, "Accept", "application/sdp"},
		"no Contact: 12.1.1":                     {nil, offerA, 400, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			switch {
			case c.code == 415:
				w.peer.plain("INVITE", "hello")
			case c.code == 400:
				w.peer.contact = ""
				w.peer.asks("INVITE", c.body)
			default:
				w.peer.asks("INVITE", c.body, c.extra...)
			}
			res := w.peer.hasAnswer(c.code, sip.INVITE)
			if c.header != "" {
				w.peer.wants(res, c.header, c.value)
			}
			w.hears("refused " + res.StartLine()[8:11])
			w.gone()
		})
	}
}

// plain asks with a body that is no session description.
func (p *peer) plain(method, body string) {
	p.Helper()
	p.cseq++
	p.branch++
	to := "To: <sip:100@example.com>"
	if p.theirs != "" {
		to += ";tag=" + p.theirs
	}
	p.write(strings.Join([]string{
		method + " sip:100@" + p.world.at.String() + " SIP/2.0",
		"Via: SIP/2.0/UDP " + p.at.String() + ";branch=z9hG4bK-plain-" + method,
		"Max-Forwards: 70", "From: <sip:200@example.com>;tag=" + p.tag, to,
		"Call-ID: " + p.callID, "CSeq: " + itoa(p.cseq) + " " + method, "Contact: <" + p.contact + ">",
		"Content-Type: text/plain", "Content-Length: " + itoa(len(body)), "", body,
	}, "\r\n"))
}

// Section 9.2.
func TestCANCELOfTheCaller(t *testing.T) {
	w := rung(t, offerA)
	w.do(func(l *Leg) { l.Progress(180, "Ringing", nil) })
	tag := toTag(w.peer.hasAnswer(180, sip.INVITE))
	w.peer.cancels(w.peer.cseq, `Reason: SIP;cause=200;text="elsewhere"`)
	var codes []int
	for range 2 { // 200 to the CANCEL and 487, in either order
		res := w.peer.next().(*sip.Response)
		codes = append(codes, res.StatusCode)
		if toTag(res) != tag {
			t.Errorf("To tag of %d is another", res.StatusCode)
		}
	}
	slices.Sort(codes)
	if !slices.Equal(codes, []int{200, 487}) {
		t.Errorf("answers %v", codes)
	}
	w.hears(`cancelled [SIP;cause=200;text="elsewhere"]`)
	w.do(func(l *Leg) {
		l.Accept([]byte(answerB)) // too late
		l.Progress(180, "Ringing", nil)
		l.Reject(486, "Busy Here")
	})
	w.peer.asksOn(w.peer.last, "ACK", w.peer.cseq, "")
	w.peer.quiet()
	w.gone()
}

// Section 15: the caller may say BYE on the early dialog.
func TestBYEOnTheEarlyDialog(t *testing.T) {
	w := rung(t, offerA)
	w.do(func(l *Leg) { l.Progress(180, "Ringing", nil) })
	w.peer.hasAnswer(180, sip.INVITE)
	w.peer.asks("BYE", "", "Reason: SIP;cause=1")
	w.peer.hasAnswer(200, sip.BYE)
	w.peer.hasAnswer(487, sip.INVITE)
	w.hears("cancelled [SIP;cause=1]")
	w.gone()
}

// Section 14.2: before the final response to the first.
func TestSecondINVITEBeforeTheFinalResponse(t *testing.T) {
	w := rung(t, offerA)
	w.do(func(l *Leg) { l.Progress(180, "Ringing", nil) })
	w.peer.hasAnswer(180, sip.INVITE)
	w.peer.asks("INVITE", offerC)
	res := w.peer.hasAnswer(500, sip.INVITE)
	if len(res.GetHeaders("Retry-After")) != 1 {
		t.Error("no Retry-After")
	}
}

func TestRejected(t *testing.T) {
	w := rung(t, offerA)
	w.do(func(l *Leg) { l.Reject(486, "Busy Here", sip.NewHeader("X-Why", "busy")) })
	w.peer.wants(w.peer.hasAnswer(486, sip.INVITE), "X-Why", "busy")
	w.gone()
}

// Section 13.2.1: the 200 has our offer, the ACK brings the answer.
func TestInboundLateOffer(t *testing.T) {
	w := rung(t, "")
	w.do(func(l *Leg) {
		l.Progress(183, "Session Progress", []byte(offerC)) // the peer could not answer it
		l.Accept([]byte(offerC))
	})
	w.peer.describes(w.peer.hasAnswer(183, sip.INVITE), "")
	w.peer.describes(w.peer.hasAnswer(200, sip.INVITE), offerC)
	w.peer.asks("UPDATE", offerA) // before the answer: RFC 3311 section 5.2
	w.peer.hasAnswer(491, sip.UPDATE)
	w.peer.asksAs("ACK", w.peer.cseq-1, answerD)
	w.hears("acknowledged d")
}

// The offer may be a part among others (RFC 5621).
func TestMultipart(t *testing.T) {
	w := newWorld(t)
	body := "--x\r\nContent-Type: application/sdp\r\n\r\n" + offerA + "\r\n--x\r\nContent-Type: text/x\r\n" +
		"Content-Disposition: render;handling=optional\r\n\r\nhello\r\n--x--\r\n"
	w.peer.cseq++
	w.peer.write(strings.Join([]string{
		"INVITE sip:100@" + w.at.String() + " SIP/2.0", "Via: SIP/2.0/UDP " + w.peer.at.String() + ";branch=z9hG4bKm",
		"Max-Forwards: 70", "From: <sip:200@example.com>;tag=m", "To: <sip:100@example.com>", "Call-ID: m",
		"CSeq: 1 INVITE", "Contact: <" + w.peer.contact + ">", "Content-Type: multipart/mixed;boundary=x",
		"Content-Length: " + itoa(len(body)), "", body,
	}, "\r\n"))
	w.hears("invited a")
}
