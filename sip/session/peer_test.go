package session

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"ringfence/sip"
)

// peer is the other end: what it says is text, line by line.
type peer struct {
	*world
	conn *net.UDPConn
	at   netip.AddrPort
	seen map[string]bool

	tag, callID string // its own tag; Call-ID of what it begins
	theirs      string // our tag, as it knows it
	contact     string
	cseq        int
	branch      int
	last        string // the last request that it sent
}

// send writes a message; lines end as in a Go raw string.
func (p *peer) send(lines []string, body string) {
	p.Helper()
	kind := ""
	if body != "" {
		kind = "Content-Type: application/sdp\r\n"
	}
	text := strings.Join(lines, "\r\n") + "\r\n" + kind + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body)
	p.write(text)
}

func (p *peer) write(text string) {
	p.Helper()
	if _, err := p.conn.WriteToUDPAddrPort([]byte(text), p.world.at); err != nil {
		p.Fatal(err)
	}
}

// answer responds to a request of ours: status is "180 Ringing" and so on, tag the
// tag of To, "" for none.
func (p *peer) answer(req *sip.Request, status, tag, body string, extra ...string) {
	p.Helper()
	to := "To: <" + req.To().Address.String() + ">"
	if old := toTag(req); old != "" {
		tag = old
	}
	if tag != "" {
		to += ";tag=" + tag
	}
	lines := []string{
		"SIP/2.0 " + status, "Via: " + req.Via().Value(), "From: " + req.From().Value(), to,
		"Call-ID: " + req.CallID().Value(), "CSeq: " + req.CSeq().Value(),
	}
	if status[0] == '2' || status[0] == '1' {
		lines = append(lines, "Contact: <"+p.contact+">")
	}
	p.send(append(lines, extra...), body)
}

// asks sends a request within the dialog, or the first INVITE.
func (p *peer) asks(method, body string, extra ...string) {
	p.Helper()
	p.cseq++
	p.asksAs(method, p.cseq, body, extra...)
}

func (p *peer) asksAs(method string, cseq int, body string, extra ...string) {
	p.Helper()
	p.branch++
	p.asksOn(fmt.Sprintf("z9hG4bK-%s-%d", p.at, p.branch), method, cseq, body, extra...)
}

func (p *peer) asksOn(branch, method string, cseq int, body string, extra ...string) {
	p.Helper()
	to := "To: <sip:100@example.com>"
	if p.theirs != "" {
		to += ";tag=" + p.theirs
	}
	lines := []string{
		method + " sip:100@" + p.world.at.String() + " SIP/2.0",
		"Via: SIP/2.0/UDP " + p.at.String() + ";branch=" + branch,
		"Max-Forwards: 70", "From: <sip:200@example.com>;tag=" + p.tag, to,
		"Call-ID: " + p.callID, fmt.Sprintf("CSeq: %d %s", cseq, method),
	}
	if p.contact != "" {
		lines = append(lines, "Contact: <"+p.contact+">")
	}
	if method == "INVITE" {
		p.last = branch
	}
	p.send(append(lines, extra...), body)
}

// cancels the last INVITE.
func (p *peer) cancels(cseq int, extra ...string) {
	p.Helper()
	to := p.theirs
	if cseq == p.firstCSeq() {
		p.theirs = ""
	}
	p.asksOn(p.last, "CANCEL", cseq, "", extra...)
	p.theirs = to
}

func (p *peer) firstCSeq() int { return 101 }

// next is the next message; what it has had already is left out.
func (p *peer) next() sip.Message {
	p.Helper()
	for {
		text := p.raw()
		if p.seen[text] {
			continue
		}
		p.seen[text] = true
		m, err := sip.Parse([]byte(text))
		if err != nil {
			p.Fatalf("%v:\n%s", err, text)
		}
		return m
	}
}

func (p *peer) raw() string {
	p.Helper()
	b := make([]byte, 65536)
	_ = p.conn.SetReadDeadline(time.Now().Add(patience))
	n, err := p.conn.Read(b)
	if err != nil {
		p.Fatalf("nothing came: %v; the owner heard %d more things", err, len(p.news))
	}
	return string(b[:n])
}

// gets is the next message, a request of a method.
func (p *peer) gets(method sip.RequestMethod) *sip.Request {
	p.Helper()
	m := p.next()
	req, ok := m.(*sip.Request)
	if !ok || req.Method != method {
		p.Fatalf("came, in place of %s:\n%s", method, m)
	}
	if p.theirs == "" {
		p.theirs, p.callID = fromTag(req), callIDOf(req)
	}
	return req
}

// hasAnswer is the next message, a response.
func (p *peer) hasAnswer(code int, method sip.RequestMethod) *sip.Response {
	p.Helper()
	m := p.next()
	res, ok := m.(*sip.Response)
	if !ok || res.StatusCode != code || res.CSeq().MethodName != method {
		p.Fatalf("came, in place of %d to %s:\n%s", code, method, m)
	}
	if tag := toTag(res); tag != "" && p.theirs == "" {
		p.theirs = tag
	}
	return res
}

// quiet says that nothing has come so far: what we answer now would come after it.
func (p *peer) quiet() {
	p.Helper()
	p.branch++
	p.send([]string{
		"OPTIONS sip:x@" + p.world.at.String() + " SIP/2.0",
		fmt.Sprintf("Via: SIP/2.0/UDP %s;branch=z9hG4bKq%d", p.at, p.branch),
		"Max-Forwards: 70", "From: <sip:q@example.com>;tag=q", "To: <sip:x@example.com>",
		fmt.Sprintf("Call-ID: quiet%d", p.branch), "CSeq: 1 OPTIONS",
	}, "")
	p.hasAnswer(481, sip.OPTIONS)
}

func (p *peer) wants(m sip.Message, name, value string) {
	p.Helper()
	got := ""
	if h := m.GetHeaders(name); len(h) > 0 {
		got = h[0].Value()
	}
	if got != value {
		p.Errorf("%s: %q, want %q in\n%s", name, got, value, m)
	}
}

func (p *peer) describes(m sip.Message, sdp string) {
	p.Helper()
	if got := string(sip.SDP(m)); got != sdp {
		p.Errorf("described %q, want %q", got, sdp)
	}
}
