package sip

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestConnections(t *testing.T) {
	for _, network := range streams {
		for _, host := range []string{"127.0.0.1", "[::1]"} {
			t.Run(network+" on "+host, func(t *testing.T) {
				came, went := make(chan Flow, 2), make(chan Flow, 2)
				s, at := listeningWith(t, withCertificate(t, Config{Closed: func(f Flow) { went <- f }}), network, host+":0", func(s *Stack) Handler {
					return func(req *Request, f Flow) {
						came <- f
						s.answer(req, f)
					}
				})
				c := call(t, network, at)
				if res := ask(t, c, lines(optionsText)).(*Response); res.StatusCode != 200 {
					t.Errorf("answered %d", res.StatusCode)
				}
				f := <-came
				if f.Network != network || f.Local != at || f.Remote.String() != c.LocalAddr().String() {
					t.Errorf("it came by %v to %v", f, f.Local)
				}
				if again, err := s.Flow(network, netip.AddrPort{}, f.Remote); err != nil || again != f {
					t.Errorf("flow to the peer: %v, %v", again, err)
				}
				if other, err := s.Flow("udp", netip.AddrPort{}, f.Remote); err == nil {
					t.Errorf("there is %v too", other)
				}
				ourRequest(t, s, f, c)
				_ = c.Close()
				if gone := <-went; gone != f {
					t.Errorf("went %v, came %v", gone, f)
				}
				until(t, "forgetting it", func() bool { return s.Stats().Connections == 0 })
				if err := f.Send(request(t, optionsText)); !errors.Is(err, ErrConnection) {
					t.Errorf("send on a closed connection: %v", err)
				}
				if _, err := s.Flow(network, netip.AddrPort{}, f.Remote); err == nil {
					t.Error("there is a flow to who has gone")
				}
				if len(went) > 0 {
					t.Error("its end was told twice")
				}
			})
		}
	}
}

// ourRequest goes the other way on the connection that the peer has opened.
func ourRequest(t *testing.T, s *Stack, f Flow, c net.Conn) {
	t.Helper()
	if _, err := s.NewClientTx(withoutVia(t, optionsText), f); err != nil {
		t.Fatal(err)
	}
	req := hear(t, c).(*Request)
	same(t, "Via", req.Via().Transport, strings.ToUpper(f.Network))
	contact := s.Contact(f, "al")
	transport := strings.Replace(f.Network, "wss", "ws", 1)
	same(t, "Contact", contact.String(), fmt.Sprintf("sip:al@%s;transport=%s", f.Local, transport))
}

func TestOnlyPhonesOpenSecureConnections(t *testing.T) {
	for _, network := range []string{"tls", "ws", "wss"} {
		s, at := listening(t, withCertificate(t, Config{}), network, "127.0.0.1:0")
		_, err := s.Flow(network, netip.AddrPort{}, at)
		if !errors.Is(err, errNotOpen) {
			t.Errorf("%s: %v", network, err)
		}
	}
}

func TestKeepaliveOnConnections(t *testing.T) {
	for _, network := range streams {
		t.Run(network, func(t *testing.T) {
			_, at := listening(t, withCertificate(t, Config{}), network, "127.0.0.1:0")
			c := call(t, network, at)
			if _, err := c.Write([]byte("\r\n\r\n")); err != nil {
				t.Fatal(err)
			}
			pong := make([]byte, 2)
			if _, err := io.ReadFull(c, pong); err != nil || string(pong) != "\r\n" {
				t.Errorf("got %q, %v", pong, err)
			}
			ask(t, c, lines(optionsText))
		})
	}
}

// What is asked in one write is answered in one.
func TestAnswersLeaveTogether(t *testing.T) {
	express := func(o *Outline, f Flow, out *Mail) bool {
		out.Post(f, []byte(lines("SIP/2.0 200 OK\nCall-ID: "+o.CallID+"\n")))
		return true
	}
	for _, network := range []string{"tcp", "tls"} {
		t.Run(network, func(t *testing.T) {
			_, at := listening(t, withCertificate(t, Config{Express: express}), network, "127.0.0.1:0")
			c := call(t, network, at)
			register := lines(strings.ReplaceAll(optionsText, "OPTIONS", "REGISTER"))
			if _, err := c.Write([]byte("\r\n\r\n" + register + register + "\r\n\r\n" + register)); err != nil {
				t.Fatal(err)
			}
			b := make([]byte, maxMessage)
			n, err := c.Read(b)
			if got := string(b[:n]); err != nil || strings.Count(got, "SIP/2.0 200 OK") != 3 {
				t.Errorf("read %q, %v", got, err)
			}
		})
	}
}

// half is a connection of which only the first half of what is written goes out
// once it is told so.
type half struct {
	net.Conn
	halve bool
}

func (h *half) Write(b []byte) (int, error) {
	if !h.halve {
		return h.Conn.Write(b)
	}
	_, err := h.Conn.Write(b[:len(b)/2])
	return len(b), err
}

func TestWhatBeginsMustEnd(t *testing.T) {
	const soon = 50 * time.Millisecond
	for _, network := range streams {
		for _, registered := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, registered %t", network, registered), func(t *testing.T) {
				went := make(chan Flow, 2)
				c := withCertificate(t, Config{Closed: func(f Flow) { went <- f }, limits: limits{message: soon}})
				_, at := listeningWith(t, c, network, "127.0.0.1:0", func(s *Stack) Handler {
					return func(req *Request, f Flow) {
						if registered {
							f.Keep(time.Hour)
						}
						s.answer(req, f)
					}
				})
				slow := &half{Conn: phoneConn(t, network, at)}
				phone := greet(t, network, at, slow)
				ask(t, phone, lines(optionsText))
				slow.halve = true
				begun := time.Now()
				if _, err := phone.Write([]byte(lines(optionsText))); err != nil {
					t.Fatal(err)
				}
				hangsUp(t, phone)
				if took := time.Since(begun); took < soon {
					t.Errorf("it had only %v", took)
				}
				<-went
			})
		}
	}
}

// drips writes a byte now and then until the connection ends.
func drips(t *testing.T, c net.Conn, text string) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for i := range len(text) {
		<-tick.C
		if _, err := c.Write([]byte(text[i : i+1])); err != nil {
			if e, ok := err.(net.Error); !ok || !e.Timeout() {
				return
			}
			break
		}
	}
	t.Error("it could say all that slowly")
}

func TestDrippingGainsNoTime(t *testing.T) {
	const soon = 50 * time.Millisecond
	short := limits{handshake: soon, message: soon, linger: time.Millisecond}
	endless := strings.Repeat("x", 1000) // 5 s
	for _, network := range streams {
		t.Run("within a message on "+network, func(t *testing.T) {
			_, at := listening(t, withCertificate(t, Config{limits: short}), network, "127.0.0.1:0")
			c, begins := call(t, network, at), "OPTIONS "
			if w, ok := c.(*web); ok {
				c, begins = w.Conn, "\x81\xfe\x10\x00" // a frame of 4096 bytes
			}
			drips(t, c, begins+endless)
		})
	}
	for network, begins := range map[string]string{
		"ws":  "GET / HTTP/1.1\r\nX: ",
		"tls": "\x16\x03\x01\x10\x00", // a record of 4096 bytes
		"wss": "\x16\x03\x01\x10\x00",
	} {
		t.Run("within the handshake of "+network, func(t *testing.T) {
			_, at := listening(t, withCertificate(t, Config{limits: short}), network, "127.0.0.1:0")
			drips(t, phoneConn(t, network, at), begins+endless)
		})
	}
}

func TestSilentConnectionsEnd(t *testing.T) {
	const soon = 30 * time.Millisecond
	for _, c := range []struct {
		name    string
		greeted bool // before it is silent
		config  Config
	}{
		{"before the handshake", false, Config{limits: limits{handshake: soon, first: soon}}},
		{"before the first message", true, Config{limits: limits{first: soon, linger: soon}}},
		{"ever after", true, Config{Idle: soon, limits: limits{linger: soon}}},
	} {
		for _, network := range streams {
			t.Run(c.name+" on "+network, func(t *testing.T) {
				s, at := listening(t, withCertificate(t, c.config), network, "127.0.0.1:0")
				conn := phoneConn(t, network, at)
				if c.greeted {
					conn = greet(t, network, at, conn)
				}
				hangsUp(t, conn)
				until(t, "forgetting it", func() bool { return s.Stats().Connections == 0 })
			})
		}
	}
}

func TestKeptConnectionsMayBeSilent(t *testing.T) {
	for _, network := range streams {
		t.Run(network, func(t *testing.T) {
			s, at := listeningWith(t, withCertificate(t, Config{Idle: 20 * time.Millisecond, limits: limits{linger: time.Millisecond}}), network, "127.0.0.1:0", func(s *Stack) Handler {
				return func(req *Request, f Flow) {
					f.Keep(time.Hour)
					f.Keep(time.Millisecond) // takes nothing back
					s.answer(req, f)
				}
			})
			kept := call(t, network, at)
			ask(t, kept, lines(optionsText))
			hangsUp(t, call(t, network, at)) // its silence begins later, and ends it
			ask(t, kept, lines(optionsText))
			until(t, "forgetting the other", func() bool { return s.Stats().Connections == 1 })
		})
	}
}

// Certificates change while phones are connected.
func TestNewHandshakesGetTheNewCertificate(t *testing.T) {
	now := newCertificate(t)
	c := Config{TLS: &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &now, nil }}}
	for _, network := range []string{"tls", "wss"} {
		_, at := listening(t, c, network, "127.0.0.1:0")
		old := call(t, network, at)
		ask(t, old, lines(optionsText))
		now = newCertificate(t)
		secure := tls.Client(phoneConn(t, network, at), trusting())
		if err := secure.Handshake(); err != nil {
			t.Fatal(err)
		}
		if got := secure.ConnectionState().PeerCertificates[0].Raw; string(got) != string(now.Certificate[0]) {
			t.Errorf("%s: the old certificate is shown", network)
		}
		ask(t, old, lines(optionsText))
	}
}

func TestHandshake(t *testing.T) {
	_, sips := listening(t, withCertificate(t, Config{}), "tls", "127.0.0.1:0")
	_, wss := listening(t, withCertificate(t, Config{}), "wss", "127.0.0.1:0")
	for _, c := range []struct {
		name   string
		to     netip.AddrPort
		config *tls.Config
		want   string // protocol, or "refused"
	}{
		{"ALPN of SIP", sips, &tls.Config{NextProtos: []string{"sip/2"}}, "sip/2"},
		{"no ALPN", sips, &tls.Config{}, ""},
		{"another ALPN", sips, &tls.Config{NextProtos: []string{"sip"}}, ""},
		{"a browser", wss, &tls.Config{NextProtos: []string{"http/1.1"}}, "http/1.1"},
		{"TLS 1.2", sips, &tls.Config{MaxVersion: tls.VersionTLS12}, ""},
		{"TLS 1.1", sips, &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, "refused"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.config.InsecureSkipVerify = true
			secure := tls.Client(phoneConn(t, "tls", c.to), c.config)
			got := "refused"
			if secure.Handshake() == nil {
				got = secure.ConnectionState().NegotiatedProtocol
			}
			same(t, "agreed on", got, c.want)
		})
	}
}

// Who calls by sips is answered with a Contact of that kind (RFC 3261 section
// 12.1.1).
func TestSecureInviteHasASecureContact(t *testing.T) {
	ours := URI{Scheme: "sip", Host: "192.0.2.9", UriParams: Params{{K: "transport", V: "tls"}}}
	for _, c := range []struct{ name, from, to, want string }{
		{"neither", "", "", "sip:192.0.2.9;transport=tls"},
		{"the Request-URI", "INVITE sip:", "INVITE sips:", "sips:192.0.2.9;transport=tls"},
		{"the Contact", "Contact: <sip:", "Contact: <sips:", "sips:192.0.2.9;transport=tls"},
	} {
		invite := request(t, strings.Replace(inviteText, c.from, c.to, 1))
		d, err := UASDialog(invite, "tag", ours)
		if err != nil {
			t.Fatal(err)
		}
		same(t, c.name, d.Contact.String(), c.want)
	}
}
