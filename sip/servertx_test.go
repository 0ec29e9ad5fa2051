package sip

import (
	"errors"
	"net/netip"
	"testing"
)

const (
	twoXX    = "0 200, 0.5 200, 1.5 200, 3.5 200, 7.5 200, 11.5 200, 15.5 200, 19.5 200, 23.5 200, 27.5 200, 31.5 200"
	failures = "0 486, 0.5 486, 1.5 486, 3.5 486, 7.5 486, 11.5 486, 15.5 486, 19.5 486, 23.5 486, 27.5 486, 31.5 486"
)

func TestServerTxWithoutACK(t *testing.T) {
	for _, c := range []struct {
		name, network string
		code          int
		want          string
	}{
		{"a 2xx over UDP is repeated for 64*T1", "udp", 200, twoXX},
		{"a 2xx over TCP too", "tcp", 200, twoXX},
		{"an error over UDP is repeated by timer G", "udp", 486, failures},
		{"an error over TCP is not", "tcp", 486, "0 486"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, Config{}, func(s *Stack, n *memory) {
				req := request(t, inviteText)
				tx := s.NewServerTx(req, n.flow(c.network))
				if err := tx.Respond(Reply(req, c.code, "x")); err != nil {
					t.Fatal(err)
				}
				pass(31.9)
				if ended(tx.Done()) {
					t.Error("done before 64*T1")
				}
				pass(10)
				same(t, "sent", n.log(), c.want)
				if !ended(tx.Done()) || tx.Err() != ErrTimeout {
					t.Errorf("done %t, error %v", ended(tx.Done()), tx.Err())
				}
				if left := s.Stats().ServerTx; left != 0 {
					t.Errorf("%d transactions left", left)
				}
			})
		})
	}
}

func TestServerTxAcknowledged(t *testing.T) {
	t.Run("the ACK of a 2xx goes to the handler, and its INVITE is absorbed until timer L", func(t *testing.T) {
		handled := ""
		count := func(req *Request, _ Flow) { handled += string(req.Method) + " " }
		inBubble(t, Config{Handler: count}, func(s *Stack, n *memory) {
			req := request(t, inviteText)
			tx := s.NewServerTx(req, n.flow("udp"))
			_ = tx.Respond(Reply(req, 200, "OK"))
			s.arrive(methodOf(ACK).in(t, inviteText), n.flow("udp"))
			same(t, "handled", handled, "ACK ")
			tx.Acknowledge()
			tx.Acknowledge()
			if !ended(tx.Done()) || tx.Err() != nil {
				t.Errorf("error %v", tx.Err())
			}
			pass(31)
			s.arrive(req, n.flow("udp"))
			same(t, "sent", n.log(), "0 200")
			same(t, "handled", handled, "ACK ")
			pass(2)
			if s.Stats().ServerTx != 0 {
				t.Error("timer L did not end it")
			}
		})
	})
	for _, c := range []struct {
		name, network string
		kept          int
	}{
		{"the ACK of an error is absorbed until timer I over UDP", "udp", 1},
		{"over TCP timer I is 0", "tcp", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, Config{}, func(s *Stack, n *memory) {
				req, ack := request(t, inviteText), methodOf(ACK).in(t, inviteText)
				tx := s.NewServerTx(req, n.flow(c.network))
				_ = tx.Respond(Reply(req, 486, "Busy Here"))
				s.arrive(ack, n.flow(c.network))
				if !ended(tx.Done()) || tx.Err() != nil {
					t.Errorf("error %v", tx.Err())
				}
				pass(4.9)
				if got := s.Stats().ServerTx; got != c.kept {
					t.Errorf("%d transactions", got)
				}
				pass(0.2)
				if got := s.Stats().ServerTx; got != 0 {
					t.Errorf("%d transactions after timer I", got)
				}
				same(t, "sent", n.log(), "0 486")
			})
		})
	}
}

func TestServerTxRetransmission(t *testing.T) {
	handled := 0
	count := func(*Request, Flow) { handled++ }
	inBubble(t, Config{Handler: count}, func(s *Stack, n *memory) {
		req := request(t, optionsText)
		s.arrive(req, n.flow("udp"))
		if handled != 1 || s.Stats().ServerTx != 0 {
			t.Fatalf("handled %d, transactions %d", handled, s.Stats().ServerTx)
		}
		tx := s.NewServerTx(req, n.flow("udp"))
		if again := s.NewServerTx(req, n.flow("udp")); again != tx {
			t.Error("the second call makes another transaction")
		}
		s.arrive(req, n.flow("udp"))
		same(t, "before a response", n.log(), "")
		_ = tx.Respond(Reply(req, 200, "OK"))
		if !ended(tx.Done()) {
			t.Error("not done")
		}
		if err := tx.Respond(Reply(req, 500, "x")); err != ErrAnswered {
			t.Errorf("a second final response: %v", err)
		}
		pass(31)
		s.arrive(req, n.flow("udp"))
		same(t, "sent", n.log(), "0 200, 31 200")
		pass(2)
		s.arrive(req, n.flow("udp"))
		if handled != 2 {
			t.Errorf("handled %d after timer J", handled)
		}
	})
}

func TestServerTxTag(t *testing.T) {
	inBubble(t, Config{}, func(s *Stack, n *memory) {
		req := request(t, inviteText)
		tx := s.NewServerTx(req, n.flow("udp"))
		send := func(code int, tag string) string {
			res := Reply(req, code, "x")
			res.To().Params = tagged(tag)
			_ = tx.Respond(res)
			return toTag(n.last())
		}
		same(t, "tag of 100", send(100, ""), "")
		same(t, "tag of 180", send(180, ""), replyTag(req))
		same(t, "tag of the owner", send(183, "mine"), "mine")
		s.arrive(methodOf(CANCEL).in(t, inviteText), n.flow("udp"))
		same(t, "tag of the 200 to CANCEL", toTag(n.last()), "mine")
		same(t, "tag of 487", send(487, ""), "mine")
	})
}

func TestServerTxCancel(t *testing.T) {
	inBubble(t, Config{}, func(s *Stack, n *memory) {
		req, cancel := request(t, inviteText), methodOf(CANCEL).in(t, inviteText)
		s.arrive(cancel, n.flow("udp"))
		same(t, "without a transaction", n.log(), "0 481")
		tx := s.NewServerTx(req, n.flow("udp"))
		if ended(tx.Cancelled()) {
			t.Error("cancelled too early")
		}
		s.arrive(cancel, n.flow("udp"))
		s.arrive(cancel, n.flow("udp"))
		if !ended(tx.Cancelled()) {
			t.Error("not cancelled")
		}
		same(t, "sent", n.log(), "0 200, 0 200")
		_ = tx.Respond(Reply(req, 487, "Request Terminated"))
		s.arrive(methodOf(ACK).in(t, inviteText), n.flow("udp"))
		same(t, "sent", n.log(), "0 487")
	})
	t.Run("after the final response it changes nothing", func(t *testing.T) {
		inBubble(t, Config{}, func(s *Stack, n *memory) {
			req := request(t, inviteText)
			tx := s.NewServerTx(req, n.flow("udp"))
			_ = tx.Respond(Reply(req, 200, "OK"))
			s.arrive(methodOf(CANCEL).in(t, inviteText), n.flow("udp"))
			same(t, "sent", n.log(), "0 200, 0 200")
			if ended(tx.Cancelled()) {
				t.Error("cancelled")
			}
		})
	})
}

func TestServerTxIsCancelledByItsOwnHostOnly(t *testing.T) {
	inBubble(t, Config{}, func(s *Stack, n *memory) {
		tx := s.NewServerTx(request(t, inviteText), n.flow("udp"))
		stranger := n.flow("udp")
		stranger.Remote = netip.MustParseAddrPort("198.51.100.66:5060")
		s.arrive(methodOf(CANCEL).in(t, inviteText), stranger)
		if res := n.last().(*Response); res.StatusCode != 481 || ended(tx.Cancelled()) {
			t.Errorf("a stranger got %d, cancelled %t", res.StatusCode, ended(tx.Cancelled()))
		}
		s.arrive(methodOf(CANCEL).in(t, inviteText), n.flow("udp"))
		if res := n.last().(*Response); res.StatusCode != 200 || !ended(tx.Cancelled()) {
			t.Errorf("the caller got %d, cancelled %t", res.StatusCode, ended(tx.Cancelled()))
		}
	})
}

func TestServerTxEnds(t *testing.T) {
	t.Run("with the transport's error", func(t *testing.T) {
		inBubble(t, Config{}, func(s *Stack, n *memory) {
			req := request(t, inviteText)
			tx := s.NewServerTx(req, n.flow("udp"))
			_ = tx.Respond(Reply(req, 200, "OK"))
			broken := errors.New("broken")
			n.breakDown(broken)
			pass(1)
			if !ended(tx.Done()) || !errors.Is(tx.Err(), broken) {
				t.Errorf("error %v", tx.Err())
			}
		})
	})
	t.Run("with the stack", func(t *testing.T) {
		var tx *ServerTx
		inBubble(t, Config{}, func(s *Stack, n *memory) {
			tx = s.NewServerTx(request(t, inviteText), n.flow("udp"))
		})
		if tx.Err() != ErrClosed || tx.Respond(nil) != ErrClosed {
			t.Errorf("error %v", tx.Err())
		}
	})
	t.Run("over the number of transactions it works without absorbing", func(t *testing.T) {
		inBubble(t, Config{Transactions: 1}, func(s *Stack, n *memory) {
			s.NewServerTx(request(t, inviteText), n.flow("udp"))
			req := request(t, optionsText)
			tx := s.NewServerTx(req, n.flow("udp"))
			if err := tx.Respond(Reply(req, 200, "OK")); err != nil {
				t.Error(err)
			}
			same(t, "sent", n.log(), "0 200")
			if got := s.Stats(); got.ServerTx != 1 || got.Drops["transactions"] != 1 {
				t.Errorf("%+v", got)
			}
		})
	})
}

func TestServerKey(t *testing.T) {
	const old = `
INVITE sip:200@example.org SIP/2.0
Via: SIP/2.0/UDP 192.0.2.1:5066
From: <sip:al@example.org>
To: <sip:200@example.org>
Call-ID: old-1
CSeq: 1 INVITE
`
	inBubble(t, Config{}, func(s *Stack, n *memory) {
		req := request(t, old)
		markReceived(req.Via(), n.flow("udp").Remote)
		tx := s.NewServerTx(req, n.flow("udp"))
		_ = tx.Respond(Reply(req, 486, "Busy Here"))
		s.arrive(request(t, old), n.flow("udp"))
		same(t, "an RFC 2543 retransmission", n.log(), "0 486, 0 486")
		s.arrive(methodOf(ACK).in(t, old), n.flow("udp"))
		if !ended(tx.Done()) {
			t.Error("an RFC 2543 ACK was not understood")
		}
	})
	keys := newSeeds()
	if a, b := request(t, inviteText), methodOf(UPDATE).in(t, inviteText); keys.server(a, a.Method) == keys.server(b, b.Method) {
		t.Error("two methods with one branch are one transaction")
	}
}
