package sip

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// The handler is in the goroutine of the reader: it has answered when receive
// returns, and there is no other.
func TestInlineHandlesWhereItReads(t *testing.T) {
	for _, network := range []string{"udp", "tcp"} {
		t.Run(network, func(t *testing.T) {
			const n = 200
			got := make(chan uint32, n)
			s, at := listeningWith(t, Config{Inline: true}, network, "127.0.0.1:0", func(s *Stack) Handler {
				return func(req *Request, f Flow) {
					got <- req.CSeq().SeqNo
					s.answer(req, f)
				}
			})
			if len(s.queues) > 0 {
				t.Error("there are queues")
			}
			c := dial(t, network, at)
			for i := range n {
				text := strings.NewReplacer("7 OPTIONS", fmt.Sprint(i, " OPTIONS"), "z9hG4bK-", fmt.Sprint("z9hG4bK-", i)).Replace(optionsText)
				if network == "udp" {
					ask(t, c, lines(text))
				} else if _, err := c.Write([]byte(lines(text))); err != nil {
					t.Fatal(err)
				}
			}
			for i := range uint32(n) {
				if seq := <-got; seq != i {
					t.Fatalf("got %d, want %d", seq, i)
				}
			}
		})
	}
}

func TestInlineSurvivesPanics(t *testing.T) {
	s, at := listeningWith(t, Config{Inline: true}, "udp", "127.0.0.1:0", func(s *Stack) Handler {
		return func(req *Request, f Flow) {
			if req.Method == "BOOM" {
				panic("handler")
			}
			s.answer(req, f)
		}
	})
	c := dial(t, "udp", at)
	if _, err := c.Write([]byte(lines(strings.ReplaceAll(optionsText, "OPTIONS", "BOOM")))); err != nil {
		t.Fatal(err)
	}
	ask(t, c, lines(optionsText))
	if n := s.Stats().Panics; n != 1 {
		t.Errorf("%d panics", n)
	}
}

// A reader that is behind takes on nothing new, but goes on with what there is.
func TestInlineRush(t *testing.T) {
	handled := ""
	inBubble(t, Config{
		Inline:  true,
		Handler: func(req *Request, _ Flow) { handled += string(req.Method) + " " },
		Overloaded: func(o *Outline, f Flow, out *Mail) bool {
			o.Answer(out, f, 503, "Service Unavailable")
			return true
		},
	}, func(s *Stack, n *memory) {
		d := &desk{}
		give := func(m Message) { s.receive([]byte(m.String()), n.flow("udp"), d); d.out.Send() }
		invite := request(t, inviteText)
		other := request(t, strings.NewReplacer("branch=z9hG4bK", "branch=z9hG4bKb", "inv-1", "inv-2").Replace(inviteText))
		within := request(t, strings.Replace(strings.ReplaceAll(optionsText, "OPTIONS", "BYE"), "To: <sip:pbx@example.org>", "To: <sip:pbx@example.org>;tag=1", 1))
		second := time.Second
		for _, now := range []time.Duration{second, second + 99*time.Millisecond} {
			d.rush.read(now, true)
		}
		give(invite)
		same(t, "handled", handled, "INVITE ")
		markReceived(invite.Via(), n.flow("udp").Remote)
		tx := s.Accept(invite, n.flow("udp"), Watch{})
		d.rush.read(second+100*time.Millisecond, true)
		give(other)
		same(t, "sent", n.log(), "0 503")
		give(within)
		give(methodOf(ACK).in(t, inviteText))
		give(invite) // again
		_ = tx.Respond(Reply(invite, 180, "Ringing"))
		same(t, "handled", handled, "INVITE BYE ACK ")
		same(t, "sent", n.log(), "0 180")
		d.rush.read(2*second, false)
		give(other)
		same(t, "handled", handled, "INVITE BYE ACK INVITE ")
		if got := s.Stats().Drops["overload"]; got != 1 {
			t.Errorf("refused %d", got)
		}
	})
}
