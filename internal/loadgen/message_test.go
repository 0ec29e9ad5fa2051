package main

import (
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestMessage(t *testing.T) {
	o := opening{domain: "example.com", transport: "UDP", expires: 600}
	got := string(o.append(nil, request{
		method: "REGISTER", user: "alice", target: "sip:example.com", to: "sip:alice@example.com",
		from: netip.MustParseAddrPort("127.16.0.1:4711"), sender: 7, cseq: 3, callID: 35, proof: []byte("Digest x"),
	}))
	want := strings.ReplaceAll(`REGISTER sip:example.com SIP/2.0
Via: SIP/2.0/UDP 127.16.0.1:4711;branch=z9hG4bKlg7.3;rport
Max-Forwards: 70
From: <sip:alice@example.com>;tag=lgz
To: <sip:alice@example.com>
Call-ID: z-loadgen
CSeq: 3 REGISTER
Contact: <sip:alice@127.16.0.1:4711>
User-Agent: loadgen
Expires: 600
Authorization: Digest x
Content-Length: 0

`, "\n", "\r\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestReadAnswer(t *testing.T) {
	const via = "\r\nVia: SIP/2.0/UDP 127.16.0.1:4711;branch=z9hG4bKlg7.3;rport=4711"
	for name, c := range map[string]struct {
		message string
		status  int
		nonce   string
		ok      bool
	}{
		"a 200":                      {"SIP/2.0 200 OK" + via + "\r\n\r\n", 200, "", true},
		"a challenge":                {"SIP/2.0 401 Unauthorized" + via + "\r\nWWW-Authenticate: Digest realm=\"x\", nonce=\"abc\"\r\n\r\n", 401, "abc", true},
		"of two the one that is MD5": {"SIP/2.0 401 Unauthorized" + via + "\r\nWWW-Authenticate: Digest nonce=\"s\", algorithm=SHA-256\r\nWWW-Authenticate: Digest nonce=\"m\", algorithm=MD5\r\n\r\n", 401, "m", true},
		"another one's":              {"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.16.0.1:4711;branch=z9hG4bKx\r\n\r\n", 0, "", false},
		"a request":                  {"OPTIONS sip:a SIP/2.0" + via + "\r\n\r\n", 0, "", false},
		"nothing":                    {"", 0, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			a, ok := readAnswer([]byte(c.message))
			if ok != c.ok {
				t.Fatalf("understood: %v", ok)
			}
			if ok && (a.status != c.status || string(a.nonce) != c.nonce || a.sender != 7 || a.cseq != 3) {
				t.Errorf("got %+v", a)
			}
		})
	}
}

// The response of a proof, worked out with md5sum.
func TestProof(t *testing.T) {
	o := opening{domain: "example.com"}
	got := string(o.proof(nil, "REGISTER", "sip:example.com", "alice", ha1(account{user: "alice", password: "secret"}, "example.com"), []byte("n0nce"), 18))
	want := `Digest username="alice", realm="example.com", nonce="n0nce", uri="sip:example.com", ` +
		`response="354806187120f7ee7e0937a14da71503", algorithm=MD5, cnonce="loadgen", qop=auth, nc=00000012`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// RFC 3261 17.1.2.2: 0.5, 1, 2 seconds, then every 4, and an end at 32.
func TestPhoneAsksAgain(t *testing.T) {
	now := time.Unix(0, 0)
	p := newPhone(0, account{user: "alice", password: "secret"}, "example.com", 5060)
	p.begin(now, true)
	var at []float64
	for p.resend.Sub(p.sent) < timerF {
		at = append(at, p.resend.Sub(now).Seconds())
		p.again(p.resend)
	}
	want := []float64{.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5}
	if len(at) != len(want) {
		t.Fatalf("sent again at %v, want %v", at, want)
	}
	for i := range at {
		if at[i] != want[i] {
			t.Fatalf("sent again at %v, want %v", at, want)
		}
	}
}

func TestPhoneHears(t *testing.T) {
	challenge := answer{status: 401, cseq: 1, nonce: []byte("n")}
	for name, c := range map[string]struct {
		heard []answer
		last  step
	}{
		"a challenge is answered":        {[]answer{challenge}, ask},
		"a 200 is the end":               {[]answer{challenge, {status: 200, cseq: 2}}, done},
		"an answer that comes late":      {[]answer{challenge, challenge}, nothing},
		"a refusal":                      {[]answer{{status: 403, cseq: 1}}, refused},
		"a 100 is no answer":             {[]answer{{status: 100, cseq: 1}}, nothing},
		"a nonce may be old once":        {[]answer{challenge, {status: 401, cseq: 2, nonce: []byte("o")}}, ask},
		"a password that is never right": {[]answer{challenge, {status: 401, cseq: 2, nonce: []byte("o")}, {status: 401, cseq: 3, nonce: []byte("p")}}, refused},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPhone(0, account{user: "alice", password: "secret"}, "example.com", 5060)
			p.begin(time.Unix(0, 0), true)
			var got step
			for _, a := range c.heard {
				if got = p.hear(a); got == ask {
					p.next(time.Unix(0, 0))
				}
			}
			if got != c.last {
				t.Errorf("got %d, want %d", got, c.last)
			}
		})
	}
}
