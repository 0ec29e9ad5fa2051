package sip

import (
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"
)

// openedWeb is a WebSocket to a stack that answers.
func openedWeb(t *testing.T, c Config) (*Stack, *web) {
	t.Helper()
	s, at := listening(t, c, "ws", "127.0.0.1:0")
	return s, call(t, "ws", at).(*web)
}

func (w *web) send(t *testing.T, op ws.OpCode, fin bool, payload string) {
	t.Helper()
	if err := w.frame(op, fin, payload); err != nil {
		t.Fatal(err)
	}
}

// wants reads the next frame.
func (w *web) wants(t *testing.T, op ws.OpCode, payload string) {
	t.Helper()
	h, got, err := w.next()
	if err != nil || h.OpCode != op || !h.Fin || h.Masked || string(got) != payload {
		t.Errorf("got %+v %q, %v, want %x %q", h, got, err, op, payload)
	}
}

// ends wants a close frame with the code, and the end of the connection.
func (w *web) ends(t *testing.T, code ws.StatusCode) {
	t.Helper()
	h, payload, err := w.next()
	got, _ := ws.ParseCloseFrameData(payload)
	if err != nil || h.OpCode != ws.OpClose || got != code {
		t.Errorf("got %x with %d, %v, want a farewell with %d", h.OpCode, got, err, code)
	}
	if _, _, err := w.next(); !errors.Is(err, io.EOF) {
		t.Errorf("after the farewell: %v", err)
	}
}

func TestWebSocketFrames(t *testing.T) {
	options := lines(optionsText)
	for _, c := range []struct {
		name string
		send func(t *testing.T, w *web)
	}{
		{"text", func(t *testing.T, w *web) { w.send(t, ws.OpText, true, options) }},
		{"binary", func(t *testing.T, w *web) { w.send(t, ws.OpBinary, true, options) }},
		{"fragments, with a ping between", func(t *testing.T, w *web) {
			w.send(t, ws.OpText, false, options[:10])
			w.send(t, ws.OpPing, true, "there?")
			w.wants(t, ws.OpPong, "there?")
			w.send(t, ws.OpContinuation, false, options[10:100])
			w.send(t, ws.OpContinuation, true, options[100:])
		}},
		{"empty fragments", func(t *testing.T, w *web) {
			w.send(t, ws.OpBinary, false, "")
			w.send(t, ws.OpContinuation, false, options)
			w.send(t, ws.OpContinuation, true, "")
		}},
		{"bytes one by one", func(t *testing.T, w *web) {
			b := ws.MustCompileFrame(ws.MaskFrame(ws.NewTextFrame([]byte(options))))
			for i := range b {
				if _, err := w.Conn.Write(b[i : i+1]); err != nil {
					t.Fatal(err)
				}
			}
		}},
		{"after an empty message", func(t *testing.T, w *web) {
			w.send(t, ws.OpText, true, "")
			w.send(t, ws.OpText, true, "\r\n")
			w.send(t, ws.OpPong, true, "unasked")
			w.send(t, ws.OpText, true, options)
		}},
		{"as large as may be", func(t *testing.T, w *web) {
			fill := strings.Repeat("x", maxMessage-len(options)-len("X: \r\n"))
			w.send(t, ws.OpText, true, strings.Replace(options, "Max-", "X: "+fill+"\r\nMax-", 1))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, w := openedWeb(t, Config{})
			c.send(t, w)
			if res := hear(t, w).(*Response); res.StatusCode != 200 {
				t.Errorf("answered %d", res.StatusCode)
			}
		})
	}
}

func TestWebSocketsThatEnd(t *testing.T) {
	raw := func(b ...byte) func(*testing.T, *web) {
		return func(t *testing.T, w *web) {
			if _, err := w.Conn.Write(b); err != nil {
				t.Fatal(err)
			}
		}
	}
	frame := func(op ws.OpCode, fin bool, payload string) func(*testing.T, *web) {
		return func(t *testing.T, w *web) { w.send(t, op, fin, payload) }
	}
	half := strings.Repeat("x", maxMessage/2+1)
	for _, c := range []struct {
		name string
		send func(t *testing.T, w *web)
		code ws.StatusCode
	}{
		{"a farewell", frame(ws.OpClose, true, string(ws.NewCloseFrameBody(ws.StatusNormalClosure, "bye"))), ws.StatusNormalClosure},
		{"a farewell without a code", frame(ws.OpClose, true, ""), 0},
		{"a farewell with a code that there is not", frame(ws.OpClose, true, "\x00\x01"), ws.StatusProtocolError},
		{"half a code", frame(ws.OpClose, true, "\x03"), ws.StatusProtocolError},
		{"a message that is too large", frame(ws.OpText, true, half+half), ws.StatusMessageTooBig},
		{"one that says so only", raw(0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4), ws.StatusMessageTooBig},
		{"fragments that are too large", func(t *testing.T, w *web) {
			w.send(t, ws.OpText, false, half)
			w.send(t, ws.OpContinuation, true, half)
		}, ws.StatusMessageTooBig},
		{"a length of 2^63", raw(0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4), ws.StatusProtocolError},
		{"no mask", raw(0x81, 0x01, 'x'), ws.StatusProtocolError},
		{"compression that nobody agreed on", raw(0xc1, 0x81, 1, 2, 3, 4, 'x'), ws.StatusProtocolError},
		{"an operation that there is not", raw(0x83, 0x80, 1, 2, 3, 4), ws.StatusProtocolError},
		{"a large ping", frame(ws.OpPing, true, half), ws.StatusProtocolError},
		{"a ping in parts", frame(ws.OpPing, false, "x"), ws.StatusProtocolError},
		{"a continuation of nothing", frame(ws.OpContinuation, true, "x"), ws.StatusProtocolError},
		{"a message within another", func(t *testing.T, w *web) {
			w.send(t, ws.OpText, false, "x")
			w.send(t, ws.OpText, true, "x")
		}, ws.StatusProtocolError},
		{"text that is none", frame(ws.OpText, true, "\xff\xfe"), ws.StatusInvalidFramePayloadData},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, w := openedWeb(t, Config{Handler: func(*Request, Flow) { t.Error("something was executed") }, limits: limits{linger: 50 * time.Millisecond}})
			c.send(t, w)
			w.ends(t, c.code)
			until(t, "forgetting it", func() bool { return s.Stats().Connections == 0 })
		})
	}
}

func TestWebSocketIsPinged(t *testing.T) {
	const soon = 20 * time.Millisecond
	s, w := openedWeb(t, Config{limits: limits{ping: soon, pong: soon}})
	for range 3 { // it lives as long as it answers
		w.wants(t, ws.OpPing, "")
		w.send(t, ws.OpPong, true, "")
	}
	w.wants(t, ws.OpPing, "")
	until(t, "giving up who does not answer", func() bool { return s.Stats().Connections == 0 })
}

func TestWebSocketIsToldOfTheEnd(t *testing.T) {
	s, w := openedWeb(t, Config{})
	ask(t, w, lines(optionsText))
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.ends(t, ws.StatusGoingAway)
}

func TestWebSocketUpgrade(t *testing.T) {
	const page = "https://phone.example"
	get := func(line string, fields ...string) string {
		return line + "\r\nHost: sip.example\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n" +
			"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + strings.Join(fields, "\r\n") + "\r\n\r\n"
	}
	const sip = "Sec-WebSocket-Protocol: sip"
	for _, c := range []struct {
		name    string
		origins []string
		request string
		want    string // status, and the subprotocol
	}{
		{"a phone", nil, get("GET / HTTP/1.1", sip), "101 sip"},
		{"on /ws", nil, get("GET /ws HTTP/1.1", sip), "101 sip"},
		{"on /sip with a query", nil, get("GET /sip?x=1 HTTP/1.1", sip), "101 sip"},
		{"of several subprotocols", nil, get("GET / HTTP/1.1", "Sec-WebSocket-Protocol: msrp, sip"), "101 sip"},
		{"with compression", nil, get("GET / HTTP/1.1", sip, "Sec-WebSocket-Extensions: permessage-deflate"), "101 sip"},
		{"of another subprotocol", nil, get("GET / HTTP/1.1", "Sec-WebSocket-Protocol: msrp"), "400 "},
		{"of none", nil, get("GET / HTTP/1.1"), "400 "},
		{"another path", nil, get("GET /admin HTTP/1.1", sip), "404 "},
		{"a page of this host", nil, get("GET / HTTP/1.1", sip, "Origin: https://SIP.example"), "101 sip"},
		{"a page of another host", nil, get("GET / HTTP/1.1", sip, "Origin: "+page), "403 "},
		{"a page without a host", nil, get("GET / HTTP/1.1", sip, "Origin: null"), "403 "},
		{"a page of another port", nil, get("GET / HTTP/1.1", sip, "Origin: https://sip.example:8443"), "403 "},
		{"a page that may", []string{"https://x.example", page}, get("GET / HTTP/1.1", sip, "Origin: "+page), "101 sip"},
		{"a page that may not", []string{page}, get("GET / HTTP/1.1", sip, "Origin: https://sip.example"), "403 "},
		{"any page", []string{"*"}, get("GET / HTTP/1.1", sip, "Origin: null"), "101 sip"},
		{"two origins", []string{"*"}, get("GET / HTTP/1.1", sip, "Origin: "+page, "Origin: "+page), "400 "},
		{"two hosts", nil, get("GET / HTTP/1.1", sip, "Host: phone.example"), "400 "},
		{"not an upgrade", nil, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "400 "},
		{"another version", nil, strings.Replace(get("GET / HTTP/1.1", sip), ": 13", ": 12", 1), "426 "},
		{"a POST", nil, get("POST / HTTP/1.1", sip), "405 "},
		{"HTTP/1.0", nil, get("GET / HTTP/1.0", sip), "505 "},
		{"bare LF", nil, strings.Replace(get("GET / HTTP/1.1", sip), "\r\n", "\n", 1), "400 "},
		{"a large head", nil, get("GET / HTTP/1.1", sip, "X: "+strings.Repeat("x", maxUpgrade)), "431 "},
		{"SIP itself", nil, lines(optionsText), "400 "},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, at := listening(t, Config{Origins: c.origins}, "ws", "127.0.0.1:0")
			conn := phoneConn(t, "ws", at)
			if _, err := conn.Write([]byte(c.request)); err != nil {
				t.Fatal(err)
			}
			res, err := http.ReadResponse(newReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			same(t, "answer", res.Status[:3]+" "+res.Header.Get("Sec-WebSocket-Protocol"), c.want)
			if got := res.Header.Get("Sec-WebSocket-Extensions"); got != "" {
				t.Errorf("extensions: %s", got)
			}
			if res.StatusCode != 101 {
				hangsUp(t, conn)
			}
		})
	}
}

// What comes in one piece with the request is the first frame.
func TestFramesMayFollowTheUpgradeAtOnce(t *testing.T) {
	_, at := listening(t, Config{}, "ws", "127.0.0.1:0")
	both := &joined{Conn: phoneConn(t, "ws", at), more: ws.MustCompileFrame(ws.MaskFrame(ws.NewTextFrame([]byte(lines(optionsText)))))}
	w, _, err := openWeb(both, at, "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	hear(t, w)
}

// joined is a connection on which more leaves with what is written first.
type joined struct {
	net.Conn
	more []byte
}

func (j *joined) Write(b []byte) (int, error) {
	_, err := j.Conn.Write(slices.Concat(b, j.more))
	j.more = nil
	return len(b), err
}
