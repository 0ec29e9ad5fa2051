package sip

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// heard writes down what the owner of a client transaction is told.
type heard struct {
	mu    sync.Mutex // guards words: timers tell from goroutines of their own
	words []string
}

func (t *heard) on(res *Response, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if res != nil {
		t.words = append(t.words, fmt.Sprint(res.StatusCode))
		return
	}
	t.words = append(t.words, fmt.Sprint(err))
}

func (t *heard) take() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := strings.Join(t.words, ", ")
	t.words = nil
	return s
}

func TestRequestTellsInOrder(t *testing.T) {
	inBubble(t, Config{}, func(s *Stack, n *memory) {
		var got heard
		tx, err := s.Request(withoutVia(t, inviteText), n.flow("udp"), got.on)
		if err != nil {
			t.Fatal(err)
		}
		invite := n.last()
		answer := func(code int, tag string) *Response {
			res := Reply(invite.(*Request), code, "x")
			res.To().Params = tagged(tag)
			return res
		}
		for range 40 { // there is no limit
			s.arrive(answer(180, "b1"), n.flow("udp"))
		}
		same(t, "told", got.take(), strings.TrimSuffix(strings.Repeat("180, ", 40), ", "))
		s.arrive(answer(200, "b1"), n.flow("udp"))
		s.arrive(answer(200, "b2"), n.flow("udp"))
		pass(31.9)
		s.arrive(answer(200, "b1"), n.flow("udp"))
		same(t, "told", got.take(), "200, 200, 200")
		pass(1)
		same(t, "told", got.take(), "<nil>")
		if tx.Err() != nil || tx.on != nil {
			t.Errorf("error %v, the owner is kept: %t", tx.Err(), tx.on != nil)
		}
	})
}

func TestRequestEnds(t *testing.T) {
	for _, c := range []struct {
		name string
		end  func(s *Stack, n *memory, tx *ClientTx)
		want string
	}{
		{"without an answer", func(*Stack, *memory, *ClientTx) { pass(33) }, ErrTimeout.Error()},
		{"with its connection", func(s *Stack, n *memory, _ *ClientTx) { s.gone(n.flow("tcp")) }, ErrConnection.Error()},
		{"with an answer", func(s *Stack, n *memory, _ *ClientTx) { s.arrive(n.reply(486, "b1"), n.flow("tcp")) }, "486, <nil>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, Config{}, func(s *Stack, n *memory) {
				var got heard
				tx, err := s.Request(withoutVia(t, inviteText), n.flow("tcp"), got.on)
				if err != nil {
					t.Fatal(err)
				}
				c.end(s, n, tx)
				same(t, "told", got.take(), c.want)
				pass(40)
				same(t, "told", got.take(), "")
			})
		})
	}
	t.Run("before it has begun it tells nothing", func(t *testing.T) {
		inBubble(t, Config{}, func(s *Stack, n *memory) {
			var got heard
			n.breakDown(errors.New("broken"))
			if _, err := s.Request(withoutVia(t, inviteText), n.flow("udp"), got.on); err == nil {
				t.Error("no error")
			}
			same(t, "told", got.take(), "")
		})
	})
	t.Run("nobody wants to know", func(t *testing.T) {
		inBubble(t, Config{}, func(s *Stack, n *memory) {
			if _, err := s.Request(withoutVia(t, optionsText), n.flow("udp"), nil); err != nil {
				t.Fatal(err)
			}
			s.arrive(n.reply(200, "b1"), n.flow("udp"))
			same(t, "sent", n.log(), "0 OPTIONS")
		})
	})
}

// The owner may do with the transaction what it likes while it is told.
func TestOwnersMayCallTheTransaction(t *testing.T) {
	inBubble(t, Config{}, func(s *Stack, n *memory) {
		var tx *ClientTx
		var words []string
		depth := 0
		tx, err := s.Request(withoutVia(t, inviteText), n.flow("tcp"), func(res *Response, err error) {
			if depth++; depth > 1 {
				t.Error("told while it is told")
			}
			defer func() { depth-- }()
			if res == nil {
				words = append(words, fmt.Sprint(err))
				return
			}
			words = append(words, fmt.Sprint(res.StatusCode))
			if err := tx.Cancel(); err != nil {
				t.Error(err)
			}
			tx.fail(ErrConnection)
			words = append(words, "back")
		})
		if err != nil {
			t.Fatal(err)
		}
		s.arrive(n.reply(180, "b1"), n.flow("tcp"))
		same(t, "told", strings.Join(words, ", "), "180, back, "+ErrConnection.Error())
		same(t, "sent", n.log(), "0 INVITE, 0 CANCEL")
	})
	inBubble(t, Config{}, func(s *Stack, n *memory) {
		req := request(t, inviteText)
		var tx *ServerTx
		var words []string
		tx = s.Accept(req, n.flow("tcp"), Watch{
			Cancelled: func() {
				words = append(words, "cancelled "+strings.Join(tx.Reasons(), ", "))
				if err := tx.Respond(Reply(req, 487, "Request Terminated")); err != nil {
					t.Error(err)
				}
				tx.fail(ErrConnection)
				words = append(words, "back")
			},
			Done: func(err error) { words = append(words, fmt.Sprint(err)) },
		})
		s.arrive(methodOf(CANCEL).in(t, inviteText+"Reason: SIP;cause=200\nReason: Q.850;cause=16\n"), n.flow("tcp"))
		same(t, "told", strings.Join(words, ", "), "cancelled SIP;cause=200, Q.850;cause=16, back, "+ErrConnection.Error())
		same(t, "sent", n.log(), "0 200, 0 487")
	})
}

func TestAcceptTells(t *testing.T) {
	for _, c := range []struct {
		name, network string
		answer        int
		ack           func(s *Stack, n *memory, tx *ServerTx)
		want          string
	}{
		{"the ACK of a refusal", "udp", 486, func(s *Stack, n *memory, _ *ServerTx) {
			s.arrive(methodOf(ACK).in(t, inviteText), n.flow("udp"))
		}, "<nil>"},
		{"that the owner had the ACK of a 2xx", "udp", 200, func(_ *Stack, _ *memory, tx *ServerTx) { tx.Acknowledge() }, "<nil>"},
		{"that no ACK came", "tcp", 200, func(*Stack, *memory, *ServerTx) { pass(33) }, ErrTimeout.Error()},
		{"nothing yet", "udp", 200, func(*Stack, *memory, *ServerTx) { pass(31) }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, Config{}, func(s *Stack, n *memory) {
				var got heard
				req := request(t, inviteText)
				tx := s.Accept(req, n.flow(c.network), Watch{Done: func(err error) { got.on(nil, err) }})
				if err := tx.Respond(Reply(req, c.answer, "x")); err != nil {
					t.Fatal(err)
				}
				same(t, "told", got.take(), "")
				c.ack(s, n, tx)
				same(t, "told", got.take(), c.want)
			})
		})
	}
	t.Run("a request that is no INVITE is done with its answer", func(t *testing.T) {
		inBubble(t, Config{}, func(s *Stack, n *memory) {
			var got heard
			req := request(t, optionsText)
			tx := s.Accept(req, n.flow("udp"), Watch{Done: func(err error) { got.on(nil, err) }})
			if err := tx.Respond(Reply(req, 200, "OK")); err != nil {
				t.Fatal(err)
			}
			same(t, "told", got.take(), "<nil>")
			if again := s.Accept(req, n.flow("udp"), Watch{Done: func(error) { t.Error("told") }}); again != tx {
				t.Error("another transaction for the same request")
			}
		})
	})
	t.Run("a closed stack", func(t *testing.T) {
		var stack *Stack
		var f Flow
		inBubble(t, Config{}, func(s *Stack, n *memory) { stack, f = s, n.flow("udp") })
		var got heard
		stack.Accept(request(t, inviteText), f, Watch{Done: func(err error) { got.on(nil, err) }})
		same(t, "told", got.take(), ErrClosed.Error())
	})
}

// A panic of an owner ends neither the process nor what it is told next.
func TestOwnersMayPanic(t *testing.T) {
	inBubble(t, Config{}, func(s *Stack, n *memory) {
		var n2 atomic.Int32
		if _, err := s.Request(withoutVia(t, optionsText), n.flow("udp"), func(*Response, error) {
			n2.Add(1)
			panic("owner")
		}); err != nil {
			t.Fatal(err)
		}
		s.arrive(n.reply(100, ""), n.flow("udp"))
		pass(33)
		if n2.Load() != 2 || s.Stats().Panics != 2 {
			t.Errorf("told %d times, %d panics", n2.Load(), s.Stats().Panics)
		}
	})
}

func TestOwnersAreToldOneAfterAnother(t *testing.T) {
	s := New(Config{})
	defer func() { _ = s.Close(t.Context()) }()
	n := &memory{}
	var busy atomic.Int32
	var codes []int
	tx, err := s.Request(withoutVia(t, inviteText), n.flow("udp"), func(res *Response, _ error) {
		if busy.Add(1) != 1 {
			t.Error("two at a time")
		}
		defer busy.Add(-1)
		if res != nil {
			codes = append(codes, res.StatusCode)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	ringing := n.reply(180, "b1")
	var g sync.WaitGroup
	for range 4 {
		g.Go(func() {
			for range 100 {
				tx.receive(ringing)
			}
		})
	}
	g.Wait()
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if len(codes) != 400 {
		t.Errorf("told of %d", len(codes))
	}
}
