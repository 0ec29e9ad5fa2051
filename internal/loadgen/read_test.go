package main

import (
	"net/netip"
	"strings"
	"testing"
)

func wire(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r\n")) }

func TestRead(t *testing.T) {
	var m message
	ok := m.read(wire(`INVITE sip:bent@127.16.0.7:4711;x=y SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1
via: SIP/2.0/UDP 127.16.0.1:5060;branch=z9hG4bK2
Record-Route: <sip:b@127.0.0.1;lr>
Record-Route: <sip:a@127.0.0.1;lr>
From: "Anna" <sip:200@example.com>;tag=x
To: <sip:201@example.com>
Call-ID: abc
CSeq: 17 INVITE
Contact: "Anna" <sip:a@127.0.0.1:5060;ob>;expires=3
Content-Length: 2

v=`))
	if !ok {
		t.Fatal("not understood")
	}
	for name, c := range map[string][2]string{
		"method":  {string(m.method), "INVITE"},
		"target":  {string(m.target), "sip:bent@127.16.0.7:4711;x=y"},
		"vias":    {string(m.vias), "Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK1\r\nvia: SIP/2.0/UDP 127.16.0.1:5060;branch=z9hG4bK2\r\n"},
		"routes":  {string(m.routes), "Record-Route: <sip:b@127.0.0.1;lr>\r\nRecord-Route: <sip:a@127.0.0.1;lr>\r\n"},
		"route":   {string(routeSet(nil, m.routes)), "Route: <sip:a@127.0.0.1;lr>\r\nRoute: <sip:b@127.0.0.1;lr>\r\n"},
		"from":    {string(m.from), `"Anna" <sip:200@example.com>;tag=x`},
		"to":      {string(m.to), "<sip:201@example.com>"},
		"call":    {string(m.callID), "abc"},
		"asked":   {string(m.asked), "INVITE"},
		"contact": {string(m.contact), "sip:a@127.0.0.1:5060;ob"},
		"body":    {string(m.body), "v="},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: %q, want %q", name, c[0], c[1])
		}
	}
	if n, ok := called(m.target); m.cseq != 17 || n != 7 || !ok {
		t.Errorf("CSeq %d, phone %d (%v)", m.cseq, n, ok)
	}
}

func TestReadOnlyMessages(t *testing.T) {
	var m message
	for name, text := range map[string]string{
		"nothing":               "",
		"a keepalive":           "\n\n",
		"another protocol":      "GET / HTTP/1.1\nCall-ID: a\nCSeq: 1 GET\n\n",
		"headers without end":   "BYE sip:a SIP/2.0\nCall-ID: a\nCSeq: 1 BYE\n",
		"one without a Call-ID": "BYE sip:a SIP/2.0\nCSeq: 1 BYE\n\n",
		"one without a CSeq":    "BYE sip:a SIP/2.0\nCall-ID: a\n\n",
	} {
		if m.read(wire(text)) {
			t.Errorf("%s was understood", name)
		}
	}
}

func TestTagged(t *testing.T) {
	mine := string(appendTag([]byte("<sip:a@b>;tag="), ofCallee, 12, 34))
	for to, want := range map[string]bool{
		mine:                    true,
		"<sip:a@b>":             false,
		"<sip:a@b>;tag=lgb":     false,
		"<sip:a@b>;tag=lgbx12":  false,
		"<sip:a@b>;tag=abc12.3": false,
	} {
		side, n, use, ok := tagged([]byte(to))
		if ok != want || ok && (side != ofCallee || n != 12 || use != 34) {
			t.Errorf("%s: %s %d %d %v", to, side, n, use, ok)
		}
	}
}

func TestMediaOf(t *testing.T) {
	at := netip.MustParseAddrPort("127.16.0.3:4000")
	if got, ok := mediaOf(appendSDP(nil, at)); got != at || !ok {
		t.Errorf("got %s", got)
	}
	for _, sdp := range []string{"", "c=IN IP4 127.0.0.1\r\n", "m=audio 9 RTP/AVP 0\r\n", "c=IN IP4 x\r\nm=audio 9 RTP/AVP 0\r\n", "c=IN IP4 127.0.0.1\r\nm=audio 0 RTP/AVP 0\r\n"} {
		if got, ok := mediaOf([]byte(sdp)); ok {
			t.Errorf("%q: %s", sdp, got)
		}
	}
}

func TestNumbered(t *testing.T) {
	for _, n := range []int{0, 1, 255, 256, 70_000, 1<<22 - 1} {
		if got, ok := numbered(ofPhones, address(ofPhones, n)); got != n || !ok {
			t.Errorf("%d is %d", n, got)
		}
	}
	for _, a := range []string{"127.0.0.1", "127.128.0.1", "10.16.0.1", "::1"} {
		if n, ok := numbered(ofPhones, netip.MustParseAddr(a)); ok {
			t.Errorf("%s is phone %d", a, n)
		}
	}
}
