package sip

import (
	"strings"
	"testing"
)

// What comes again on another way is refused, as long as the first is not
// forgotten.
func TestMergedRequest(t *testing.T) {
	handled := ""
	note := func(req *Request, _ Flow) { handled += string(req.Method) + " " + req.Recipient.User + " " }
	inBubble(t, Config{Handler: note}, func(s *Stack, n *memory) {
		change := func(text string, pairs ...string) *Request {
			return request(t, strings.NewReplacer(pairs...).Replace(text))
		}
		tx := s.Accept(request(t, inviteText), n.flow("udp"), Watch{})
		s.arrive(change(inviteText, "z9hG4bK-inv", "z9hG4bK-other"), n.flow("udp"))
		same(t, "another branch", n.log()+" "+handled, "0 482 ")
		for _, pairs := range [][]string{
			{"z9hG4bK-inv", "z9hG4bK-1", "CSeq: 10", "CSeq: 11"},
			{"z9hG4bK-inv", "z9hG4bK-2", "tag=a1", "tag=a2"},
			{"z9hG4bK-inv", "z9hG4bK-3", "inv-1", "inv-2"},
			{"z9hG4bK-inv", "z9hG4bK-4", "INVITE sip:200", "INVITE sip:300"},
			{"z9hG4bK-inv", "z9hG4bK-5", "INVITE", "MESSAGE"},
			{"z9hG4bK-inv", "z9hG4bK-6", "200@example.org>\nCall", "200@example.org>;tag=b1\nCall"},
		} {
			s.arrive(change(inviteText, pairs...), n.flow("udp"))
		}
		same(t, "handled", handled, "INVITE 200 INVITE 200 INVITE 200 INVITE 300 MESSAGE 200 INVITE 200 ")
		if got := s.Stats().Drops["merged"]; got != 1 {
			t.Errorf("%d merged", got)
		}
		_ = tx.Respond(Reply(request(t, inviteText), 486, "Busy Here"))
		pass(33)
		n.log()
		s.arrive(change(inviteText, "z9hG4bK-inv", "z9hG4bK-other"), n.flow("udp"))
		same(t, "after its end", n.log(), "")
		if s.merged.size() != 0 {
			t.Error("it is kept")
		}
	})
}
