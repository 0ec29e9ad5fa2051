package session

import (
	"context"
	"fmt"
	"net/netip"
	"testing"

	"ringfence/sip"
)

// BenchmarkInboundCall is INVITE, 180, 200, ACK and BYE, without sockets; parsing
// the three requests is in it.
func BenchmarkInboundCall(b *testing.B) {
	s := sip.New(sip.Config{Transactions: 1 << 24})
	defer s.Close(context.Background())
	cfg := &Config{Stack: s, Table: NewTable(), SessionExpires: -1}
	at := netip.MustParseAddrPort("192.0.2.1:5060")
	f := sip.NewFlow("tcp", netip.MustParseAddrPort("192.0.2.9:5060"), at, func([]byte) error { return nil })
	o := &idle{make(chan struct{}, 1)}
	b.ReportAllocs()
	for i := range b.N {
		box := &box{}
		var leg *Leg
		box.Do(func() {
			var err error
			if leg, err = NewInbound(cfg, box, o, parsed(b, "INVITE", i, 1, ""), f); err != nil {
				b.Fatal(err)
			}
			leg.Progress(180, "Ringing", nil)
			leg.Accept([]byte(answerB))
		})
		if !cfg.Table.Deliver(parsed(b, "ACK", i, 1, leg.LocalTag()), f) {
			b.Fatal("ACK not delivered")
		}
		<-o.up
		if !cfg.Table.Deliver(parsed(b, "BYE", i, 2, leg.LocalTag()), f) || leg.Alive() {
			b.Fatal("BYE not delivered")
		}
	}
}

func parsed(b *testing.B, method string, call, cseq int, to string) *sip.Request {
	body := ""
	if method == "INVITE" {
		body = offerA
	}
	if to != "" {
		to = ";tag=" + to
	}
	m, err := sip.Parse(fmt.Appendf(nil, "%s sip:100@192.0.2.9 SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK%s%d\r\n"+
		"Max-Forwards: 70\r\nFrom: <sip:200@example.com>;tag=x\r\nTo: <sip:100@example.com>%s\r\nCall-ID: %d\r\nCSeq: %d %s\r\n"+
		"Contact: <sip:200@192.0.2.1>\r\nAllow: INVITE, ACK, BYE, UPDATE\r\nSupported: timer, replaces\r\nUser-Agent: phone\r\n"+
		"Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s", method, method, call, to, call, cseq, method, len(body), body))
	if err != nil {
		b.Fatal(err)
	}
	return m.(*sip.Request)
}
