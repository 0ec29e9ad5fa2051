//go:build unix

package sip

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
)

// What is kept of a transaction until its last timer is a few hundred bytes, and
// nothing of the message. The bounds have room for the race detector.
func TestFinishedTransactionsAreSmall(t *testing.T) {
	invite := strings.ReplaceAll(callInvite, "LENGTH", "0")
	for _, c := range []struct {
		name string
		most int
		end  func(s *Stack, req *Request, f Flow)
	}{
		{"an answered INVITE", 900, func(s *Stack, req *Request, f Flow) {
			tx := s.Accept(req, f, Watch{Done: func(error) {}})
			_ = tx.Respond(Reply(req, 200, "OK"))
			tx.Acknowledge()
		}},
		{"a refused INVITE, with its response", 1700, func(s *Stack, req *Request, f Flow) {
			_ = s.Accept(req, f, Watch{}).Respond(Reply(req, 486, "Busy Here"))
		}},
		{"a BYE, with its response", 1500, func(s *Stack, req *Request, f Flow) {
			req.Method, req.CSeq().MethodName = BYE, BYE
			req.To().Params.Add("tag", req.CallID().Value()) // it lies in the request
			_ = s.Accept(req, f, Watch{}).Respond(Reply(req, 200, "OK"))
		}},
		{"an INVITE of ours that was answered", 900, func(s *Stack, req *Request, f Flow) {
			req.RemoveHeader("Via")
			tx, err := s.Request(req, f, func(*Response, error) {})
			if err != nil {
				t.Fatal(err)
			}
			tx.receive(NewResponse(200, "OK"))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			const n = 2000
			s := New(Config{Inline: true})
			defer s.Close(t.Context())
			f := NewFlow("udp", netip.MustParseAddrPort("192.0.2.9:5060"), netip.MustParseAddrPort("192.0.2.1:5066"), func([]byte) error { return nil })
			before := inUse()
			for i := range n {
				text := strings.NewReplacer("BRANCH", fmt.Sprint("z9hG4bK", i), "CALLID", fmt.Sprint(i)).Replace(invite)
				c.end(s, request(t, strings.TrimSuffix(text, "\n\n")+"\n"), f)
			}
			got := (inUse() - before) / n
			t.Logf("%d bytes", got)
			if got > c.most {
				t.Errorf("%d bytes", got)
			}
		})
	}
}
