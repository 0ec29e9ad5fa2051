package sip

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// answers reads what waits in Responses, and whether it is closed.
func answers(tx *ClientTx) string {
	var codes []string
	for {
		select {
		case res, open := <-tx.Responses():
			if !open {
				return strings.Join(append(codes, "closed"), " ")
			}
			codes = append(codes, fmt.Sprint(res.StatusCode))
		default:
			return strings.Join(codes, " ")
		}
	}
}

// reply is what the peer answers to the request that it got last.
func (n *memory) reply(code int, tag string) *Response {
	res := Reply(n.last().(*Request), code, "x")
	res.To().Params = tagged(tag)
	return res
}

func begun(t *testing.T, s *Stack, n *memory, network, text string) *ClientTx {
	t.Helper()
	tx, err := s.NewClientTx(withoutVia(t, text), n.flow(network))
	if err != nil {
		t.Fatal(err)
	}
	return tx
}

func withoutVia(t *testing.T, text string) *Request {
	t.Helper()
	req := request(t, text)
	req.RemoveHeader("Via")
	return req
}

func TestClientTxWithoutResponse(t *testing.T) {
	for _, c := range []struct{ name, network, text, want string }{
		{"timer A doubles until timer B", "udp", inviteText,
			"0 INVITE, 0.5 INVITE, 1.5 INVITE, 3.5 INVITE, 7.5 INVITE, 15.5 INVITE, 31.5 INVITE"},
		{"timer E doubles up to T2", "udp", optionsText,
			"0 OPTIONS, 0.5 OPTIONS, 1.5 OPTIONS, 3.5 OPTIONS, 7.5 OPTIONS, 11.5 OPTIONS, 15.5 OPTIONS, 19.5 OPTIONS, 23.5 OPTIONS, 27.5 OPTIONS, 31.5 OPTIONS"},
		{"TCP repeats nothing", "tcp", inviteText, "0 INVITE"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, Config{}, func(s *Stack, n *memory) {
				tx := begun(t, s, n, c.network, c.text)
				pass(31.9)
				same(t, "responses", answers(tx), "")
				pass(10)
				same(t, "sent", n.log(), c.want)
				same(t, "responses", answers(tx), "closed")
				if tx.Err() != ErrTimeout || s.Stats().ClientTx != 0 {
					t.Errorf("error %v, %d left", tx.Err(), s.Stats().ClientTx)
				}
			})
		})
	}
}

func TestClientTxVia(t *testing.T) {
	inBubble(t, Config{}, func(s *Stack, n *memory) {
		req := withoutVia(t, optionsText)
		if _, err := s.NewClientTx(req, n.flow("udp")); err != nil {
			t.Fatal(err)
		}
		via := n.last().Via()
		b := via.Params.GetOr("branch", "")
		same(t, "Via", via.Value(), "SIP/2.0/UDP 127.0.0.1:5060;branch="+b+";rport")
		if !strings.HasPrefix(b, cookie) || len(b) < 20 {
			t.Errorf("branch %s", b)
		}
		if req.Via() != nil {
			t.Error("the owner's request was changed")
		}
		if _, err := s.NewClientTx(methodOf(ACK).in(t, inviteText), n.flow("udp")); err == nil {
			t.Error("an ACK has a transaction")
		}
	})
}

func TestClientTxInvite(t *testing.T) {
	t.Run("rings as long as the owner likes, and gets every 2xx until timer M", func(t *testing.T) {
		inBubble(t, Config{}, func(s *Stack, n *memory) {
			tx := begun(t, s, n, "udp", inviteText)
			pass(0.6)
			ringing, first, second := n.reply(180, "b1"), n.reply(200, "b1"), n.reply(200, "b2")
			s.arrive(ringing, n.flow("udp"))
			pass(120)
			s.arrive(first, n.flow("udp"))
			s.arrive(first, n.flow("udp"))
			s.arrive(n.reply(486, "b3"), n.flow("udp"))
			s.arrive(second, n.flow("udp"))
			same(t, "responses", answers(tx), "180 200 200 200")
			pass(32.1)
			same(t, "responses", answers(tx), "closed")
			same(t, "sent", n.log(), "0 INVITE, 0.5 INVITE")
			s.arrive(second, n.flow("udp"))
			if tx.Err() != nil || s.Stats().Drops["late_2xx"] != 1 {
				t.Errorf("error %v, %v", tx.Err(), s.Stats().Drops)
			}
		})
	})
	for _, c := range []struct{ name, network, want string }{
		{"acknowledges an error each time it comes, until timer D", "udp", "0 INVITE, 0 ACK, 31 ACK"},
		{"over TCP once", "tcp", "0 INVITE, 0 ACK"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, Config{}, func(s *Stack, n *memory) {
				tx := begun(t, s, n, c.network, inviteText)
				busy := n.reply(486, "b1")
				invite := n.last()
				s.arrive(busy, n.flow(c.network))
				same(t, "responses", answers(tx), "486 closed")
				ack := n.last().(*Request)
				same(t, "To of the ACK", ack.To().Value(), `"Bo" <sip:200@example.org>;tag=b1`)
				same(t, "Via of the ACK", ack.Via().Value(), invite.Via().Value())
				same(t, "CSeq of the ACK", ack.CSeq().Value(), "10 ACK")
				pass(31)
				s.arrive(busy, n.flow(c.network))
				pass(1.1)
				s.arrive(busy, n.flow(c.network))
				same(t, "sent", n.log(), c.want)
				if tx.Err() != nil || s.Stats().ClientTx != 0 {
					t.Errorf("error %v, %d left", tx.Err(), s.Stats().ClientTx)
				}
			})
		})
	}
}

func TestClientTxNonInvite(t *testing.T) {
	inBubble(t, Config{}, func(s *Stack, n *memory) {
		tx := begun(t, s, n, "udp", optionsText)
		trying, ok := n.reply(100, ""), n.reply(200, "b1")
		s.arrive(trying, n.flow("udp"))
		pass(9)
		s.arrive(ok, n.flow("udp"))
		s.arrive(ok, n.flow("udp"))
		same(t, "responses", answers(tx), "100 200 closed")
		same(t, "sent", n.log(), "0 OPTIONS, 0.5 OPTIONS, 4.5 OPTIONS, 8.5 OPTIONS")
		pass(5.1)
		s.arrive(ok, n.flow("udp"))
		if got := s.Stats(); got.ClientTx != 0 || got.Drops["unmatched_response"] != 1 {
			t.Errorf("after timer K: %+v", got)
		}
	})
}

func TestClientTxCancel(t *testing.T) {
	t.Run("waits for a provisional response", func(t *testing.T) {
		inBubble(t, Config{}, func(s *Stack, n *memory) {
			tx := begun(t, s, n, "tcp", inviteText)
			invite := n.last()
			ringing, terminated := n.reply(180, "b1"), n.reply(487, "b1")
			if err := tx.Cancel(NewHeader("Reason", "SIP;cause=200")); err != nil {
				t.Fatal(err)
			}
			same(t, "sent", n.log(), "0 INVITE")
			s.arrive(ringing, n.flow("tcp"))
			cancel := n.last().(*Request)
			same(t, "Via of the CANCEL", cancel.Via().Value(), invite.Via().Value())
			same(t, "CSeq of the CANCEL", cancel.CSeq().Value(), "10 CANCEL")
			same(t, "Reason of the CANCEL", cancel.GetHeader("Reason").Value(), "SIP;cause=200")
			same(t, "To of the CANCEL", cancel.To().Value(), `"Bo" <sip:200@example.org>`)
			_ = tx.Cancel()
			s.arrive(n.reply(200, "b1"), n.flow("tcp"))
			s.arrive(terminated, n.flow("tcp"))
			same(t, "sent", n.log(), "0 CANCEL, 0 ACK")
			same(t, "responses", answers(tx), "180 487 closed")
		})
	})
	t.Run("gives up after 64*T1", func(t *testing.T) {
		inBubble(t, Config{}, func(s *Stack, n *memory) {
			tx := begun(t, s, n, "tcp", inviteText)
			s.arrive(n.reply(180, "b1"), n.flow("tcp"))
			pass(60)
			_ = tx.Cancel()
			same(t, "sent", n.log(), "0 INVITE, 60 CANCEL")
			pass(32.1)
			same(t, "responses", answers(tx), "180 closed")
			if tx.Err() != ErrTimeout {
				t.Errorf("error %v", tx.Err())
			}
		})
	})
	t.Run("may lose against a 2xx", func(t *testing.T) {
		inBubble(t, Config{}, func(s *Stack, n *memory) {
			tx := begun(t, s, n, "tcp", inviteText)
			ok := n.reply(200, "b1")
			s.arrive(n.reply(180, "b1"), n.flow("tcp"))
			_ = tx.Cancel()
			s.arrive(ok, n.flow("tcp"))
			same(t, "responses", answers(tx), "180 200")
		})
	})
	t.Run("is for INVITE only", func(t *testing.T) {
		inBubble(t, Config{}, func(s *Stack, n *memory) {
			if begun(t, s, n, "tcp", optionsText).Cancel() == nil {
				t.Error("no error")
			}
		})
	})
}

func TestClientTxEnds(t *testing.T) {
	broken := errors.New("broken")
	t.Run("at once when it cannot be sent", func(t *testing.T) {
		inBubble(t, Config{}, func(s *Stack, n *memory) {
			n.breakDown(broken)
			tx, err := s.NewClientTx(withoutVia(t, optionsText), n.flow("udp"))
			if tx != nil || !errors.Is(err, broken) || s.Stats().ClientTx != 0 {
				t.Errorf("error %v", err)
			}
		})
	})
	t.Run("when it cannot be sent again", func(t *testing.T) {
		inBubble(t, Config{}, func(s *Stack, n *memory) {
			tx := begun(t, s, n, "udp", optionsText)
			n.breakDown(broken)
			pass(1)
			same(t, "responses", answers(tx), "closed")
			if !errors.Is(tx.Err(), broken) {
				t.Errorf("error %v", tx.Err())
			}
		})
	})
	t.Run("with its connection", func(t *testing.T) {
		inBubble(t, Config{}, func(s *Stack, n *memory) {
			tx, other := begun(t, s, n, "tcp", optionsText), begun(t, s, n, "udp", optionsText)
			s.gone(n.flow("tcp"))
			same(t, "responses", answers(tx), "closed")
			if tx.Err() != ErrConnection || other.Err() != nil {
				t.Errorf("errors %v, %v", tx.Err(), other.Err())
			}
		})
	})
	t.Run("with its connection, unless its answer has come", func(t *testing.T) {
		inBubble(t, Config{}, func(s *Stack, n *memory) {
			tx := begun(t, s, n, "tcp", inviteText)
			ok := n.reply(200, "b1")
			s.arrive(ok, n.flow("tcp"))
			if len(n.waiting()) > 0 {
				t.Error("it still waits")
			}
			s.gone(n.flow("tcp"))
			s.arrive(ok, n.flow("tcp")) // the same again, on whatever connection
			same(t, "responses", answers(tx), "200 200")
		})
	})
	t.Run("with the stack", func(t *testing.T) {
		var tx *ClientTx
		var stack *Stack
		var flow Flow
		inBubble(t, Config{}, func(s *Stack, n *memory) {
			tx, stack, flow = begun(t, s, n, "udp", inviteText), s, n.flow("udp")
		})
		if tx.Err() != ErrClosed {
			t.Errorf("error %v", tx.Err())
		}
		if _, err := stack.NewClientTx(withoutVia(t, inviteText), flow); err != ErrClosed {
			t.Errorf("after Close: %v", err)
		}
	})
}

func TestClientTxOwnerWhoSleeps(t *testing.T) {
	inBubble(t, Config{}, func(s *Stack, n *memory) {
		tx := begun(t, s, n, "udp", inviteText)
		ok := n.reply(200, "b1")
		for range 100 {
			s.arrive(n.reply(180, "b1"), n.flow("udp"))
		}
		s.arrive(ok, n.flow("udp"))
		got := answers(tx)
		same(t, "responses", got, strings.Repeat("180 ", ownerBuffer-finalPlaces)+"200")
		if dropped := s.Stats().Drops["owner_slow"]; dropped != 76 {
			t.Errorf("dropped %d", dropped)
		}
	})
}
