package sip

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/netip"
	"runtime"
	"strings"
	"testing"
)

func newLogger(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

// ours are the goroutines that run code of this package other than its tests.
func ours() (stacks []string) {
	b := make([]byte, 1<<20)
	for _, g := range strings.Split(string(b[:runtime.Stack(b, true)]), "\n\n") {
		if strings.Contains(g, "ringfence/sip.(*") && !strings.Contains(g, "_test.go") {
			stacks = append(stacks, g)
		}
	}
	return stacks
}

func TestCloseLeavesNoGoroutine(t *testing.T) {
	block := make(chan struct{})
	s, at := listening(t, Config{Handler: func(*Request, Flow) { <-block }}, "udp", "127.0.0.1:0")
	tcp, err := s.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.Flow("udp", netip.AddrPort{}, at)
	if err != nil {
		t.Fatal(err)
	}
	tx, err := s.NewClientTx(withoutVia(t, inviteText), f)
	if err != nil {
		t.Fatal(err)
	}
	dial(t, "tcp", tcp)
	until(t, "accepting", func() bool { return s.Stats().Connections == 1 })
	if len(ours()) == 0 {
		t.Fatal("this test would not see a goroutine")
	}
	close(block)
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := ours(); len(left) > 0 {
		t.Errorf("left:\n%s", strings.Join(left, "\n\n"))
	}
	if tx.Err() != ErrClosed {
		t.Errorf("transaction ended with %v", tx.Err())
	}
}

func TestCloseHandlesWhatWaits(t *testing.T) {
	block, handled := make(chan struct{}), make(chan struct{}, 2)
	s, at := listening(t, Config{Workers: 1, Handler: func(*Request, Flow) {
		<-block
		handled <- struct{}{}
	}}, "udp", "127.0.0.1:0")
	c := dial(t, "udp", at)
	for range 2 {
		if _, err := c.Write([]byte(lines(optionsText))); err != nil {
			t.Fatal(err)
		}
	}
	until(t, "reading", func() bool { return s.Stats().In == 2 })
	close(block)
	if err := s.Close(t.Context()); err != nil || len(handled) != 2 {
		t.Errorf("handled %d, %v", len(handled), err)
	}
}

func TestCloseKeepsItsDeadline(t *testing.T) {
	block, entered := make(chan struct{}), make(chan struct{})
	s, at := listening(t, Config{Handler: func(*Request, Flow) {
		close(entered)
		<-block
	}}, "udp", "127.0.0.1:0")
	if _, err := dial(t, "udp", at).Write([]byte(lines(optionsText))); err != nil {
		t.Fatal(err)
	}
	<-entered
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	close(block)
	s.workers.Wait()
}

func TestClosedStackRefuses(t *testing.T) {
	s, at := listening(t, Config{}, "tcp", "127.0.0.1:0")
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(t.Context()); err != ErrClosed {
		t.Errorf("second Close: %v", err)
	}
	if _, err := s.Listen("udp", "127.0.0.1:0"); !errors.Is(err, ErrClosed) {
		t.Errorf("Listen: %v", err)
	}
	if _, err := s.Flow("tcp", netip.AddrPort{}, at); !errors.Is(err, ErrClosed) {
		t.Errorf("Flow: %v", err)
	}
}
