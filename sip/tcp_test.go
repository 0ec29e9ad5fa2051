package sip

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

func TestTCPPing(t *testing.T) {
	_, at := listening(t, Config{}, "tcp", "127.0.0.1:0")
	c := dial(t, "tcp", at)
	if _, err := c.Write([]byte("\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	pong := make([]byte, 2)
	if _, err := io.ReadFull(c, pong); err != nil || string(pong) != "\r\n" {
		t.Errorf("got %q, %v", pong, err)
	}
	ask(t, c, lines(optionsText))
}

func TestTCPBadLengthCloses(t *testing.T) {
	s, at := listening(t, Config{}, "tcp", "127.0.0.1:0")
	c := dial(t, "tcp", at)
	res := ask(t, c, lines(strings.Replace(optionsText, "Length: 0", "Length: -1", 1))).(*Response)
	if res.StatusCode != 400 {
		t.Errorf("got %d", res.StatusCode)
	}
	if _, err := c.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("still open: %v", err)
	}
	until(t, "forgetting it", func() bool { return s.Stats().Connections == 0 })
}

func TestTCPClosedIsTold(t *testing.T) {
	came, went := make(chan Flow, 1), make(chan Flow, 1)
	s, at := listeningWith(t, Config{Closed: func(f Flow) { went <- f }}, "tcp", "127.0.0.1:0", func(s *Stack) Handler {
		return func(req *Request, f Flow) {
			came <- f
			s.answer(req, f)
		}
	})
	c := dial(t, "tcp", at)
	ask(t, c, lines(optionsText))
	f := <-came
	if again, err := s.Flow("tcp", netip.AddrPort{}, f.Remote); err != nil || again != f {
		t.Errorf("flow to the peer: %v, %v", again, err)
	}
	tx, err := s.NewClientTx(withoutVia(t, optionsText), f)
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
	if gone := <-went; gone != f {
		t.Errorf("went %v, came %v", gone, f)
	}
	if _, open := <-tx.Responses(); open || tx.Err() != ErrConnection {
		t.Errorf("transaction error %v", tx.Err())
	}
	if err := f.Send(request(t, optionsText)); !errors.Is(err, ErrConnection) {
		t.Errorf("send on a closed connection: %v", err)
	}
}

// Whoever is refused may have been connected before.
func TestWhatComesOnAConnectionIsAskedAbout(t *testing.T) {
	for _, network := range streams {
		t.Run(network, func(t *testing.T) {
			var shut atomic.Bool
			s, at := listening(t, withCertificate(t, Config{Admit: func(string, netip.Addr) bool { return !shut.Load() }}), network, "127.0.0.1:0")
			c := call(t, network, at)
			ask(t, c, lines(optionsText))
			shut.Store(true)
			for _, text := range []string{lines(optionsText), lines(strings.ReplaceAll(optionsText, "OPTIONS", "MESSAGE")), "\r\n\r\n"} {
				if _, err := c.Write([]byte(text)); err != nil {
					t.Fatal(err)
				}
			}
			until(t, "refusing", func() bool { return s.Stats().Drops["refused"] == 3 })
			shut.Store(false)
			if res := ask(t, c, lines(optionsText)).(*Response); res.StatusCode != 200 {
				t.Errorf("got %d", res.StatusCode)
			}
			until(t, "counting what left", func() bool { got := s.Stats(); return got.In == 2 && got.Out == 2 })
		})
	}
}

func TestTCPLimits(t *testing.T) {
	for _, c := range []struct {
		name, reason string
		config       Config
	}{
		{"in all", "connections", Config{Connections: 1}},
		{"per source", "connections_per_source", Config{PerSource: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, at := listening(t, c.config, "tcp", "127.0.0.1:0")
			first := dial(t, "tcp", at)
			ask(t, first, lines(optionsText))
			if _, err := dial(t, "tcp", at).Read(make([]byte, 1)); err == nil {
				t.Error("the second connection is open")
			}
			if got := s.Stats(); got.Drops[c.reason] != 1 || got.Connections != 1 {
				t.Errorf("%+v", got)
			}
			_ = first.Close()
			until(t, "making room", func() bool { return s.Stats().Connections == 0 })
			ask(t, dial(t, "tcp", at), lines(optionsText))
		})
	}
}

func TestTCPIdleConnectionIsClosed(t *testing.T) {
	_, at := listening(t, Config{Idle: 20 * time.Millisecond}, "tcp", "127.0.0.1:0")
	if _, err := dial(t, "tcp", at).Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("got %v", err)
	}
}

func TestTCPPeerWhoDoesNotReadIsCutOff(t *testing.T) {
	flows := make(chan Flow, 1)
	_, at := listening(t, Config{Handler: func(_ *Request, f Flow) { flows <- f }}, "tcp", "127.0.0.1:0")
	c := dial(t, "tcp", at).(*net.TCPConn)
	if _, err := c.Write([]byte(lines(optionsText))); err != nil {
		t.Fatal(err)
	}
	f := <-flows
	big := Reply(request(t, optionsText), 200, "OK", NewHeader("X-Fill", strings.Repeat("x", 60000)))
	var err error
	for range 10_000 { // 600 MB, more than any socket buffer
		if err = f.Reply(big); err != nil {
			break
		}
	}
	if !errors.Is(err, ErrSlow) {
		t.Errorf("got %v", err)
	}
	if err := f.Reply(big); !errors.Is(err, ErrConnection) {
		t.Errorf("afterwards %v", err)
	}
}

func TestTCPDialFails(t *testing.T) {
	s, at := listening(t, Config{}, "tcp", "127.0.0.1:0")
	other, gone := listening(t, Config{}, "tcp", "127.0.0.1:0")
	if err := other.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Flow("tcp", at, gone); err == nil || !strings.HasPrefix(err.Error(), "flow to tcp:127.0.0.1:") {
		t.Errorf("got %v", err)
	}
}

// exhausted is a listener that fails a few times, as without file descriptors.
type exhausted struct {
	acceptor
	failures int
}

func (e *exhausted) AcceptTCP() (*net.TCPConn, error) {
	if e.failures--; e.failures >= 0 {
		return nil, syscall.EMFILE
	}
	return e.acceptor.AcceptTCP()
}

func TestTCPAcceptSurvivesExhaustion(t *testing.T) {
	s, _ := listening(t, Config{}, "udp", "127.0.0.1:0")
	opened, err := listenConns(s, "tcp", netip.MustParseAddrPort("127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	l := opened.(*connListener)
	l.ln = &exhausted{l.ln, 3}
	s.mu.Lock()
	s.listeners = append(s.listeners, l)
	s.readers.Go(l.read)
	s.mu.Unlock()
	ask(t, dial(t, "tcp", l.local()), lines(optionsText))
	if n := s.Stats().Drops["accept_error"]; n != 3 {
		t.Errorf("%d errors", n)
	}
}

func TestTCPKeptConnectionMayBeSilent(t *testing.T) {
	_, at := listeningWith(t, Config{Idle: 20 * time.Millisecond}, "tcp", "127.0.0.1:0", func(s *Stack) Handler {
		return func(req *Request, f Flow) {
			f.Keep(time.Hour)
			f.Keep(time.Millisecond) // takes nothing back
			s.answer(req, f)
		}
	})
	kept := dial(t, "tcp", at)
	ask(t, kept, lines(optionsText))
	other := dial(t, "tcp", at) // its silence begins later, and ends it
	if _, err := other.Read(make([]byte, 1)); err != io.EOF {
		t.Fatalf("an idle connection is still open: %v", err)
	}
	ask(t, kept, lines(optionsText))
}
