package sip

import (
	"net/netip"
	"strings"
	"testing"
)

// place is where a request came from.
type place struct{ network, source string }

func (p place) flow() Flow {
	return Flow{Network: p.network, Remote: netip.MustParseAddrPort(p.source)}
}

var places = []place{
	{"udp", "192.0.2.1:4099"},
	{"udp", "198.51.100.7:4099"},
	{"udp", "[2001:db8::1]:9"},
	{"udp", "[fe80::1%eth0]:9"},
	{"tcp", "192.0.2.1:4099"},
}

// answersAlike fails unless the outline's answer is the one that the message
// model gives, and goes to the same place.
func answersAlike(t *testing.T, o *Outline, req *Request, from place) {
	t.Helper()
	f := from.flow()
	req = cloneRequest(req)
	markReceived(req.Via(), f.Remote)
	if got, want := o.Answering(f), f.answering(req.Via()); got != want {
		t.Fatalf("from %v it goes to %v, want %v", from, got, want)
	}
	for _, code := range []int{100, 401} {
		want, err := encode(Reply(req, code, "Why", NewHeader("X-Why", "y")))
		if err != nil {
			t.Fatal(err)
		}
		got := o.Reply([]byte("before"), f, code, "Why", "X-Why: y")
		same(t, "answer", response(t, got[len("before"):]).String(), response(t, want).String())
	}
}

func response(t *testing.T, b []byte) *Response {
	t.Helper()
	m, err := Parse(b)
	if err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	res, ok := m.(*Response)
	if !ok {
		t.Fatalf("no response: %q", b)
	}
	return res
}

func TestOutlineReply(t *testing.T) {
	const head = `
SIP/2.0 %
Via: SIP/2.0/UDP 192.0.2.1:5066;branch=z9hG4bK-opt;rport=4099;received=198.51.100.7
From: "Al" <sip:al@example.org>;tag=a1
`
	const rest = `
Call-ID: opt-1
CSeq: 7 OPTIONS
`
	const to = "To: <sip:pbx@example.org>"
	var o Outline
	if !Scan(lines(optionsText), &o) {
		t.Fatal("not understood")
	}
	tag := ";tag=" + replyTag(request(t, optionsText))
	for _, c := range []struct {
		name string
		code int
		text string
		hs   []string
		want string
	}{
		{"100 has no tag", 100, "Trying", nil, strings.Replace(head, "%", "100 Trying", 1) + to + rest},
		{"200 has our tag", 200, "OK", nil, strings.Replace(head, "%", "200 OK", 1) + to + tag + rest},
		{"more header fields", 401, "Unauthorized", []string{"A: b", "C: d"},
			strings.Replace(head, "%", "401 Unauthorized", 1) + to + tag + rest + "A: b\nC: d\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := o.Reply(nil, place{"udp", "198.51.100.7:4099"}.flow(), c.code, c.text, c.hs...)
			same(t, "reply", string(got), lines(c.want+"Content-Length: 0\n"))
		})
	}
}

func TestOutlineAnswersAsTheModelDoes(t *testing.T) {
	for _, c := range []struct{ name, via, to string }{
		{"rport", "192.0.2.1:5066;rport", ""},
		{"rport before other parameters", "192.0.2.1:5066;RPORT ; branch=z9hG4bK-1;x=\"a b\"", ""},
		{"rport with a lie in it", "192.0.2.1:5066;rport=12345;branch=z9hG4bK-1", ""},
		{"received with a lie in it", "192.0.2.1:5066;received=203.0.113.9;branch=z9hG4bK-1", ""},
		{"both", "192.0.2.1:5066;rport=1;received=203.0.113.9;x=1", ""},
		{"a port", "192.0.2.1:5066;branch=z9hG4bK-1", ""},
		{"no port", "192.0.2.1;branch=z9hG4bK-1", ""},
		{"no branch", "192.0.2.1", ""},
		{"a name", "phone.invalid:5066;branch=z9hG4bK-1", ""},
		{"a name of digits and dots", "1.2.3:5066", ""},
		{"IPv6 in another spelling", "[2001:DB8:0::1]:5066", ""},
		{"IPv6 without brackets", "2001:db8::1", ""},
		{"IPv4 mapped to IPv6", "[::ffff:192.0.2.1]:5066", ""},
		{"more than one", "192.0.2.1:5066;rport, SIP/2.0/TCP p;received=1.2.3.4;rport=7", ""},
		{"a tag in To", "192.0.2.1;branch=z9hG4bK-1", ";tag=b1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(optionsText, "192.0.2.1:5066;branch=z9hG4bK-opt;rport", c.via, 1)
			text = strings.Replace(text, "pbx@example.org>", "pbx@example.org>"+c.to, 1)
			req := request(t, text)
			for _, from := range places {
				answersAlike(t, OutlineOf(req), req, from)
				var o Outline
				if Scan(lines(text), &o) {
					answersAlike(t, &o, req, from)
				}
			}
		})
	}
}

func TestTagWithoutValueIsNone(t *testing.T) {
	o := OutlineOf(request(t, strings.Replace(optionsText, "pbx@example.org>", "pbx@example.org>;tag;x=1", 1)))
	res := response(t, o.Reply(nil, places[0].flow(), 200, "OK"))
	same(t, "To", res.To().Value(), "<sip:pbx@example.org>;x=1;tag="+string(appendTag(nil, o.CallID, o.From.Tag, o.Via.Branch, o.CSeq)))
}

func TestOutlineReplyAllocatesNothing(t *testing.T) {
	for _, via := range []string{"192.0.2.1:5066;rport", "phone.invalid", "198.51.100.7", "[2001:db8::1]"} {
		var o Outline
		if !Scan(changed(t, "192.0.2.1:5066;branch=z9hG4bK-opt;rport", via), &o) {
			t.Fatal("not understood")
		}
		f, room := place{"udp", "198.51.100.7:4099"}.flow(), make([]byte, 0, 2048)
		n := testing.AllocsPerRun(100, func() {
			_ = o.Answering(f)
			o.Reply(room, f, 401, "Unauthorized", "A: b")
		})
		if n != 0 {
			t.Errorf("%s: %v allocations", via, n)
		}
	}
}

func BenchmarkOutlineReply(b *testing.B) {
	var o Outline
	if !Scan(phones(b)["snom-register.txt"], &o) {
		b.Fatal("not understood")
	}
	f, room := place{"udp", "198.51.100.7:4099"}.flow(), make([]byte, 0, 2048)
	b.ReportAllocs()
	for b.Loop() {
		_ = o.Answering(f)
		o.Reply(room, f, 200, "OK", "Contact: <sip:k3xq7pd2@192.168.1.20:5060;line=0jx8c2km>;expires=3600", "Date: Thu, 26 Nov 2026 04:16:00 GMT")
	}
}

func BenchmarkReplyTag(b *testing.B) {
	var room [32]byte
	b.ReportAllocs()
	for b.Loop() {
		appendTag(room[:0], "313634383132-9k2xw7dqs81m", "7hd82kxqsm", "z9hG4bK-9s1xk8c3kdw2", 4711)
	}
}

// cloneRequest copies a request with its header fields. The body is shared.
func cloneRequest(r *Request) *Request {
	c := NewRequest(r.Method, r.Recipient)
	for _, h := range r.Headers() {
		c.AppendHeader(CloneHeader(h))
	}
	c.SetBody(r.Body())
	return c
}
