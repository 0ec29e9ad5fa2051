package sip

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"
)

// patience is how long a test waits for what must come.
const patience = 5 * time.Second

// answer is a handler that says 200 to everything but ACK, in a transaction.
func (s *Stack) answer(req *Request, f Flow) {
	if req.Method != ACK {
		_ = s.NewServerTx(req, f).Respond(Reply(req, 200, "OK"))
	}
}

// listening makes a stack that answers, or that does what the Config says.
func listening(t *testing.T, c Config, network, addr string) (*Stack, netip.AddrPort) {
	t.Helper()
	return listeningWith(t, c, network, addr, func(s *Stack) Handler {
		if c.Handler != nil {
			return c.Handler
		}
		return s.answer
	})
}

// listeningWith is for a handler that uses the stack.
func listeningWith(t *testing.T, c Config, network, addr string, h func(*Stack) Handler) (*Stack, netip.AddrPort) {
	t.Helper()
	var handle Handler
	c.Handler = func(req *Request, f Flow) { handle(req, f) }
	s := New(c)
	handle = h(s)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.Close(ctx); err != nil && err != ErrClosed {
			t.Error(err)
		}
	})
	at, err := s.Listen(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	return s, at
}

// dial is a peer without a stack.
func dial(t *testing.T, network string, to netip.AddrPort) net.Conn {
	t.Helper()
	c, err := net.Dial(network, to.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(patience))
	return c
}

func ask(t *testing.T, c net.Conn, text string) Message {
	t.Helper()
	if _, err := c.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return hear(t, c)
}

func hear(t *testing.T, c net.Conn) Message {
	t.Helper()
	b := make([]byte, maxMessage)
	n, err := c.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse(b[:n])
	if err != nil {
		t.Fatalf("%v in %q", err, b[:n])
	}
	return m
}

// until waits for a counter.
func until(t testing.TB, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !f(); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatalf("%s did not happen", what)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	for _, network := range []string{"udp", "tcp"} {
		for _, host := range []string{"127.0.0.1", "[::1]"} {
			t.Run(network+" on "+host, func(t *testing.T) {
				server, at := listening(t, Config{}, network, host+":0")
				client, from := listening(t, Config{}, network, host+":0")
				f, err := client.Flow(network, netip.AddrPort{}, at)
				if err != nil {
					t.Fatal(err)
				}
				tx, err := client.NewClientTx(withoutVia(t, optionsText), f)
				if err != nil {
					t.Fatal(err)
				}
				res := <-tx.Responses()
				if res == nil || res.StatusCode != 200 {
					t.Fatalf("got %v, %v", res, tx.Err())
				}
				same(t, "sent-by", res.Via().Transport+" "+res.Via().Host, strings.ToUpper(network)+" "+strings.Trim(host, "[]"))
				if res.Via().Port != int(from.Port()) {
					t.Errorf("sent-by port %d, listening on %s", res.Via().Port, from)
				}
				contact := client.Contact(f, "al")
				same(t, "Contact", contact.String(), fmt.Sprintf("sip:al@%s:%d;transport=%s", host, from.Port(), network))
				if again, err := client.Flow(network, netip.AddrPort{}, at); err != nil || again != f {
					t.Errorf("another flow to the same peer: %v, %v", again, err)
				}
				// The answer can be here before its sender has counted it.
				until(t, "counting", func() bool { got := server.Stats(); return got.In == 1 && got.Out == 1 })
			})
		}
	}
}

func TestExternalIP(t *testing.T) {
	s, _ := listening(t, Config{ExternalIP: netip.MustParseAddr("203.0.113.5")}, "udp", "127.0.0.1:0")
	four := Flow{Network: "udp", Local: netip.MustParseAddrPort("127.0.0.1:5060")}
	six := Flow{Network: "udp", Local: netip.MustParseAddrPort("[::1]:5060")}
	u4, u6 := s.Contact(four, "al"), s.Contact(six, "")
	same(t, "IPv4 Contact", u4.String(), "sip:al@203.0.113.5:5060;transport=udp")
	same(t, "IPv6 Contact", u6.String(), "sip:[::1]:5060;transport=udp")
	same(t, "sent-by", s.Via(four).SentBy(), "203.0.113.5:5060")
}

func TestWildcardSocketKnowsItsAddress(t *testing.T) {
	for _, c := range []struct{ name, bind, to string }{
		{"IPv4", "0.0.0.0:0", "127.0.0.2"},
		{"IPv6", "[::]:0", "::1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			flows := make(chan Flow, 1)
			s, at := listeningWith(t, Config{}, "udp", c.bind, func(s *Stack) Handler {
				return func(req *Request, f Flow) {
					flows <- f
					s.answer(req, f)
				}
			})
			to := netip.AddrPortFrom(netip.MustParseAddr(c.to), at.Port())
			// A connected socket hears only what comes from that very address.
			ask(t, dial(t, "udp", to), lines(optionsText))
			f := <-flows
			if f.Local != to {
				t.Errorf("local address %s, sent to %s", f.Local, to)
			}
			if again, err := s.Flow("udp", f.Local, f.Remote); err != nil || again != f {
				t.Errorf("flow for a new request: %+v, %v", again, err)
			}
			any, err := s.Flow("udp", netip.AddrPort{}, f.Remote)
			if err != nil || any.Local.Addr().IsUnspecified() {
				t.Errorf("flow from anywhere: %+v, %v", any, err)
			}
		})
	}
	t.Run("both families on one port", func(t *testing.T) {
		s, at := listening(t, Config{}, "udp", "[::]:0")
		if _, err := s.Listen("udp", fmt.Sprintf("0.0.0.0:%d", at.Port())); err != nil {
			t.Error(err)
		}
	})
}

func TestRetransmissionIsAbsorbed(t *testing.T) {
	handled := make(chan RequestMethod, 10)
	_, at := listeningWith(t, Config{}, "udp", "127.0.0.1:0", func(s *Stack) Handler {
		return func(req *Request, f Flow) {
			handled <- req.Method
			s.answer(req, f)
		}
	})
	c := dial(t, "udp", at)
	first := ask(t, c, lines(optionsText)).String()
	same(t, "second answer", ask(t, c, lines(optionsText)).String(), first)
	if len(handled) != 1 {
		t.Errorf("handled %d times", len(handled))
	}
}

func TestRequestsOfACallKeepTheirOrder(t *testing.T) {
	const n = 200
	got := make(chan uint32, n)
	_, at := listening(t, Config{Queue: n, Handler: func(req *Request, _ Flow) { got <- req.CSeq().SeqNo }}, "tcp", "127.0.0.1:0")
	var b strings.Builder
	for i := range n {
		b.WriteString(lines(strings.Replace(optionsText, "7 OPTIONS", fmt.Sprint(i, " OPTIONS"), 1)))
	}
	if _, err := dial(t, "tcp", at).Write([]byte(b.String())); err != nil {
		t.Fatal(err)
	}
	for i := range uint32(n) {
		if seq := <-got; seq != i {
			t.Fatalf("got %d, want %d", seq, i)
		}
	}
}

func TestFullQueueDrops(t *testing.T) {
	block, entered := make(chan struct{}), make(chan struct{}, 10)
	s, at := listening(t, Config{Workers: 1, Queue: 1, Handler: func(*Request, Flow) {
		entered <- struct{}{}
		<-block
	}}, "udp", "127.0.0.1:0")
	c := dial(t, "udp", at)
	for i := range 4 {
		if _, err := c.Write([]byte(lines(optionsText))); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			<-entered
		}
	}
	until(t, "dropping", func() bool { return s.Stats().Drops["queue_full"] == 2 })
	close(block)
}

// Who is worth an answer gets one when there is no room; the others do not.
func TestFullQueueMayBeAnswered(t *testing.T) {
	block, entered := make(chan struct{}), make(chan struct{}, 10)
	s, at := listening(t, Config{
		Workers: 1, Queue: 1,
		Handler: func(*Request, Flow) {
			entered <- struct{}{}
			<-block
		},
		Overloaded: func(o *Outline, f Flow, out *Mail) bool {
			if len(o.Authorization) == 0 {
				return false
			}
			o.Answer(out, f, 503, "Service Unavailable", "Retry-After: 5")
			return true
		},
	}, "udp", "127.0.0.1:0")
	defer close(block)
	c := dial(t, "udp", at)
	say := func(text string) {
		if _, err := c.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	stranger := lines(optionsText)
	known := lines(strings.Replace(optionsText, "To:", "Authorization: Digest username=\"a\"\nTo:", 1))
	say(stranger)
	<-entered
	say(stranger) // waits in the queue
	say(stranger)
	until(t, "dropping", func() bool { return s.Stats().Drops["queue_full"] == 1 })
	res := ask(t, c, known).(*Response)
	if h := res.GetHeader("Retry-After"); res.StatusCode != 503 || h == nil || h.Value() != "5" {
		t.Errorf("answer %s", res)
	}
	if got := s.Stats().Drops; got["overload"] != 1 || got["queue_full"] != 1 {
		t.Errorf("%v", got)
	}
}

func TestBrokenRequests(t *testing.T) {
	for _, network := range []string{"udp", "tcp"} {
		t.Run(network, func(t *testing.T) {
			s, at := listening(t, Config{}, network, "127.0.0.1:0")
			c := dial(t, network, at)
			ack := lines(strings.NewReplacer("OPTIONS", "ACK", "tag=a1", "tag=a1\nl: 0").Replace(optionsText))
			if network == "tcp" {
				ack = lines(strings.NewReplacer("OPTIONS", "ACK", "To:", "Bad\nTo:").Replace(optionsText))
			}
			if _, err := c.Write([]byte(ack)); err != nil {
				t.Fatal(err)
			}
			res := ask(t, c, lines(strings.Replace(optionsText, "7 OPTIONS", "7 INVITE", 1))).(*Response)
			same(t, "answer", fmt.Sprint(res.StatusCode, " ", res.Reason), "400 CSeq names another method")
			if toTag(res) == "" || !res.Via().Params.Has("received") {
				t.Errorf("answer %s", res)
			}
			res = ask(t, c, lines(strings.Replace(optionsText, "SIP/2.0\n", "SIP/2.1\n", 1))).(*Response)
			same(t, "answer", fmt.Sprint(res.StatusCode), "505")
			if got := s.Stats(); got.ParseErrors != 3 || got.Drops["broken"] != 1 {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestPanicsAreSurvived(t *testing.T) {
	var log bytes.Buffer
	s, at := listeningWith(t, Config{Workers: 1, Logger: newLogger(&log)}, "udp", "127.0.0.1:0", func(s *Stack) Handler {
		return func(req *Request, f Flow) {
			if req.Method == "BOOM" {
				panic("handler")
			}
			s.answer(req, f)
		}
	})
	c := dial(t, "udp", at)
	for range 2 {
		if _, err := c.Write([]byte(lines(strings.ReplaceAll(optionsText, "OPTIONS", "BOOM")))); err != nil {
			t.Fatal(err)
		}
	}
	ask(t, c, lines(optionsText))
	if err := s.Close(t.Context()); err != nil { // nobody writes the log any more
		t.Fatal(err)
	}
	if got := s.Stats().Panics; got != 2 {
		t.Errorf("%d panics", got)
	}
	if n := strings.Count(log.String(), "sip: panic"); n != 1 || !strings.Contains(log.String(), "stack_test.go") {
		t.Errorf("logged %d times: %s", n, log.String())
	}
}

func TestUDPKeepalivesAndRefusals(t *testing.T) {
	refuse := netip.MustParseAddr("127.0.0.3")
	s, at := listening(t, Config{Admit: func(_ string, a netip.Addr) bool { return a != refuse }}, "udp", "127.0.0.1:0")
	c := dial(t, "udp", at)
	for _, data := range []string{"\r\n\r\n", "\x00", ""} {
		if _, err := c.Write([]byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	stranger, err := net.DialUDP("udp", &net.UDPAddr{IP: refuse.AsSlice()}, net.UDPAddrFromAddrPort(at))
	if err != nil {
		t.Fatal(err)
	}
	defer stranger.Close()
	if _, err := stranger.Write([]byte(lines(optionsText))); err != nil {
		t.Fatal(err)
	}
	ask(t, c, lines(optionsText))
	until(t, "counting", func() bool { // two sources may have two readers
		got := s.Stats()
		return got.Drops["keepalive"] == 3 && got.Drops["refused"] == 1 && got.In == 1
	})
}

func TestListenErrors(t *testing.T) {
	s, at := listening(t, Config{}, "udp", "127.0.0.1:0")
	for _, c := range []struct{ name, network, addr, want string }{
		{"another transport", "sctp", "127.0.0.1:5060", "listen on sctp 127.0.0.1:5060: transport is not supported"},
		{"TLS without a certificate", "tls", "127.0.0.1:5061", "listen on tls 127.0.0.1:5061: no certificate"},
		{"a name", "udp", "localhost:5060", "listen on udp localhost:5060: "},
		{"a port that is taken", "udp", at.String(), "address already in use"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := s.Listen(c.network, c.addr)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}
