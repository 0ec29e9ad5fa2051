package sip

import (
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// memory is a transport that keeps what is sent, with the time of it.
type memory struct {
	held
	start time.Time
	mu    sync.Mutex // guards sent and fail
	sent  []sentMessage
	fail  error
}

type sentMessage struct {
	at time.Duration
	m  Message
}

func (n *memory) send(_, _ netip.AddrPort, b []byte) error {
	m, err := Parse(b)
	n.mu.Lock()
	defer n.mu.Unlock()
	if err == nil {
		err = n.fail
	}
	if err == nil {
		n.sent = append(n.sent, sentMessage{time.Since(n.start), m})
	}
	return err
}

func (n *memory) breakDown(err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.fail = err
}

// log takes what was sent since the last call, as "0.5 OPTIONS 1.5 OPTIONS".
func (n *memory) log() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var words []string
	for _, s := range n.sent {
		word := fmt.Sprint(s.at.Seconds(), " ")
		switch m := s.m.(type) {
		case *Request:
			word += string(m.Method)
		case *Response:
			word += fmt.Sprint(m.StatusCode)
		}
		words = append(words, word)
	}
	n.sent = nil
	return strings.Join(words, ", ")
}

// last is the message that was sent last.
func (n *memory) last() Message {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.sent[len(n.sent)-1].m
}

func (n *memory) flow(network string) Flow {
	return Flow{
		Network: network, sender: n,
		Local:  netip.MustParseAddrPort("127.0.0.1:5060"),
		Remote: netip.MustParseAddrPort("192.0.2.1:5066"),
	}
}

// inBubble runs f with a stack and a network in time that passes at will.
func inBubble(t *testing.T, c Config, f func(s *Stack, n *memory)) {
	synctest.Test(t, func(t *testing.T) {
		s := New(c)
		defer func() {
			if err := s.Close(t.Context()); err != nil {
				t.Error(err)
			}
		}()
		f(s, &memory{start: time.Now()})
	})
}

// pass lets seconds go by.
func pass(seconds float64) {
	<-time.After(time.Duration(seconds * float64(time.Second)))
	synctest.Wait()
}

// arrive gives a message to the stack as a transport would.
func (s *Stack) arrive(m Message, f Flow) {
	s.receive([]byte(m.String()), f, &desk{})
	synctest.Wait()
}

func same(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

// ended tells whether a channel is closed.
func ended[T any](c <-chan T) bool {
	select {
	case _, open := <-c:
		return !open
	default:
		return false
	}
}
