package sip

import (
	"net"
	"strings"
	"sync"
	"testing"
)

// registerOf is an ordinary REGISTER for a user, with the header fields of its
// length as they are given.
func registerOf(user, length, body string) string {
	return lines("REGISTER sip:example.net SIP/2.0\n"+
		"Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK"+user+";rport\n"+
		"Max-Forwards: 70\n"+
		"From: <sip:"+user+"@example.net>;tag=1\n"+
		"To: <sip:"+user+"@example.net>\n"+
		"Call-ID: "+user+"\n"+
		"CSeq: 1 REGISTER\n"+
		length) + body
}

// guests notes who got as far as Express or the Handler.
type guests struct {
	mu    sync.Mutex
	users map[string]bool
}

func (g *guests) enter(user string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.users[user] = true
}

func (g *guests) seen(user string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.users[user]
}

func (g *guests) express(o *Outline, f Flow, out *Mail) bool {
	g.enter(o.CallID)
	out.Post(f, []byte(lines("SIP/2.0 200 OK\nVia: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK"+o.CallID+"\nFrom: <sip:a@b>;tag=1\nTo: <sip:a@b>;tag=2\nCall-ID: "+o.CallID+"\nCSeq: 1 REGISTER\nContent-Length: 0\n")))
	return true
}

// One frame is one message: what another parser may take for the end of a
// message must not let what follows be executed.
func TestNothingIsSmuggled(t *testing.T) {
	for _, c := range []struct {
		name, length string
		good         bool // its first message, by datagram or frame
	}{
		{"2^32", "Content-Length: 4294967296\n", false},
		{"folded before its colon", "l\n : 10\nContent-Length: 0\n", false},
		{"2^64", "Content-Length: 18446744073709551616\n", false},
		{"2^64, compact", "l: 18446744073709551616\n", false},
		{"two numbers", "Content-Length: 0 0\n", false},
		{"a plus", "Content-Length: +0\n", false},
		{"hexadecimal", "Content-Length: 0x10\n", false},
		{"negative", "Content-Length: -1\n", false},
		{"a list", "Content-Length: 1,2\n", false},
		{"a fraction", "Content-Length: 0.0\n", false},
		{"an exponent", "Content-Length: 0e1\n", false},
		{"nothing", "Content-Length:\n", false},
		{"two equal fields", "Content-Length: 0\nContent-Length: 0\n", false},
		{"two fields", "Content-Length: 0\nContent-Length: 10\n", false},
		{"one of them compact", "Content-Length: 0\nl: 10\n", false},
		{"a folded one", "Content-Length: 1\n 0\n", false},
		{"other digits", "Content-Length: ٣\n", false},
		{"behind a bare CR", "Subject: x\rContent-Length: 0\n", false},
		{"behind a NUL", "Content-Length: 0\x00\n", false},
	} {
		for _, network := range networks {
			t.Run(c.name+" over "+network, func(t *testing.T) {
				g := &guests{users: map[string]bool{}}
				handler := func(req *Request, f Flow) { g.enter(callID(req)) }
				s, at := listening(t, withCertificate(t, Config{Express: g.express, Handler: handler, limits: limits{linger: 1}}), network, "127.0.0.1:0")
				conn := call(t, network, at)
				inside := registerOf("inside", "Content-Length: 0\n", "") + strings.ReplaceAll(registerOf("inside", "Content-Length: 0\n", ""), "REGISTER", "INVITE")
				if _, err := conn.Write([]byte(registerOf("first", c.length, inside))); err != nil {
					t.Fatal(err)
				}
				res, ok := hear(t, conn).(*Response)
				if !ok || res.StatusCode != 400 || g.seen("first") {
					t.Errorf("answered %v", res)
				}
				afterwards(t, network, at.String(), conn, g)
				if g.seen("inside") {
					t.Error("the message within was executed")
				}
				if n := s.Stats().In; n > 2 {
					t.Errorf("%d messages were read", n)
				}
			})
		}
	}
}

// afterwards is what comes of the next message: on a datagram or WebSocket it is
// one of its own, a stream has ended.
func afterwards(t *testing.T, network, at string, conn net.Conn, g *guests) {
	t.Helper()
	if network == "tcp" || network == "tls" {
		hangsUp(t, conn)
		return
	}
	ask(t, conn, registerOf("next", "Content-Length: 0\n", ""))
	if !g.seen("next") {
		t.Error("the next message was not executed")
	}
}

// A WebSocket message is one of SIP whatever its Content-Length says.
func TestLengthOfAWebSocketMessage(t *testing.T) {
	for _, c := range []struct {
		name, length, body string
		want               int
	}{
		{"none, no body", "", "", 200},
		{"none, and a body", "", "v=0\r\n", 200},
		{"right", "Content-Length: 5\n", "v=0\r\n", 200},
		{"too short", "Content-Length: 0\n", "v=0\r\n", 400},
		{"too long", "Content-Length: 6\n", "v=0\r\n", 400},
		{"too short for another message", "Content-Length: 0\n", registerOf("inside", "Content-Length: 0\n", ""), 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := &guests{users: map[string]bool{}}
			_, at := listening(t, Config{Express: g.express}, "ws", "127.0.0.1:0")
			conn := call(t, "ws", at)
			if res := ask(t, conn, registerOf("first", c.length, c.body)).(*Response); res.StatusCode != c.want {
				t.Errorf("answered %d %s, want %d", res.StatusCode, res.Reason, c.want)
			}
			if ask(t, conn, registerOf("next", "Content-Length: 0\n", "")); !g.seen("next") || g.seen("inside") {
				t.Errorf("entered: %v", g.users)
			}
		})
	}
}
