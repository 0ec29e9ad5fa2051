package sip

import (
	"net/netip"
	"strings"
	"testing"
)

func TestReply(t *testing.T) {
	req := request(t, inviteText)
	tag := replyTag(req)
	head := `Via: SIP/2.0/UDP 192.0.2.1:5066;branch=z9hG4bK-inv;rport
From: "Al" <sip:al@example.org>;tag=a1
`
	const rest = `
Call-ID: inv-1
CSeq: 10 INVITE
`
	const to = `To: "Bo" <sip:200@example.org>`
	for _, c := range []struct {
		name   string
		code   int
		reason string
		hs     []Header
		want   string
	}{
		{"100 has Timestamp and no tag", 100, "Trying", nil,
			"SIP/2.0 100 Trying\n" + head + to + rest + "Timestamp: 54\nContent-Length: 0\n"},
		{"180 has our tag and the route", 180, "Ringing", nil,
			"SIP/2.0 180 Ringing\n" + head + to + ";tag=" + tag + rest +
				"Record-Route: <sip:p2.example.org;lr>;x=1\nRecord-Route: <sip:p1.example.org;lr>\nContent-Length: 0\n"},
		{"an error has our tag, and what is added", 486, "Busy Here", []Header{NewHeader("Retry-After", "5")},
			"SIP/2.0 486 Busy Here\n" + head + to + ";tag=" + tag + rest + "Retry-After: 5\nContent-Length: 0\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Reply(req, c.code, c.reason, c.hs...).String(); got != lines(c.want) {
				t.Errorf("got\n%s\nwant\n%s", got, lines(c.want))
			}
		})
	}
}

func TestReplyTag(t *testing.T) {
	tag := func(r *Request) string { return toTag(Reply(r, 200, "OK")) }
	first := tag(request(t, inviteText))
	if len(first) != 16 {
		t.Errorf("tag %q", first)
	}
	if again := tag(request(t, inviteText)); again != first {
		t.Error("a retransmission gets another tag")
	}
	if c := tag(methodOf(CANCEL).in(t, inviteText)); c != first {
		t.Error("the CANCEL gets another tag")
	}
	if other := tag(request(t, strings.Replace(inviteText, "inv-1", "inv-2", 1))); other == first {
		t.Error("another call gets the same tag")
	}
	within := strings.Replace(inviteText, "200@example.org>\nCall", "200@example.org>;tag=b1\nCall", 1)
	if got := tag(request(t, within)); got != "b1" {
		t.Errorf("a request within a dialog gets tag %q", got)
	}
}

func TestViaOnReception(t *testing.T) {
	source := netip.MustParseAddrPort("198.51.100.7:4099")
	for _, c := range []struct {
		name, via string
		source    netip.AddrPort
		noted     string
		port      uint16
	}{
		{"rport: the source port", "192.0.2.1:5066;rport", source, "192.0.2.1:5066;rport=4099;received=198.51.100.7", 4099},
		{"rport with a lie in it: the source port", "192.0.2.1:5066;rport=1;received=203.0.113.9", source, "192.0.2.1:5066;rport=4099;received=198.51.100.7", 4099},
		{"sent-by is the source: its port", "198.51.100.7:5066", source, "198.51.100.7:5066", 5066},
		{"sent-by is the source without port: 5060", "198.51.100.7", source, "198.51.100.7", 5060},
		{"sent-by behind a NAT: the source port", "192.0.2.1:5066", source, "192.0.2.1:5066;received=198.51.100.7", 4099},
		{"sent-by is a name: the source port", "phone.invalid", source, "phone.invalid;received=198.51.100.7", 4099},
		{"IPv6 in another spelling is the same host", "[2001:DB8:0::1]:5066", netip.MustParseAddrPort("[2001:db8::1]:9"), "[2001:DB8:0::1]:5066", 5066},
	} {
		t.Run(c.name, func(t *testing.T) {
			via, err := (*kit)(nil).parseVia("SIP/2.0/UDP " + c.via)
			if err != nil {
				t.Fatal(err)
			}
			markReceived(via, c.source)
			if got := via.Value(); got != "SIP/2.0/UDP "+c.noted {
				t.Errorf("Via %s", got)
			}
			f := Flow{Network: "udp", Remote: c.source}
			if got := f.answering(via).Remote; got != netip.AddrPortFrom(c.source.Addr(), c.port) {
				t.Errorf("goes to %s", got)
			}
		})
	}
	t.Run("on a connection the answer goes back on it", func(t *testing.T) {
		f := Flow{Network: "tcp", Remote: source}
		if got := f.answering(&ViaHeader{Host: "192.0.2.1", Port: 5066}); got != f {
			t.Errorf("goes to %s", got)
		}
	})
}

func TestSendRefuses(t *testing.T) {
	res := func(h Header) *Response { return Reply(request(t, inviteText), 200, "OK", h) }
	f := Flow{Network: "udp"}
	for _, c := range []struct {
		name string
		m    Message
		want error
	}{
		{"a header that would become two", res(NewHeader("Subject", "a\r\nRoute: b")), ErrUnsafe},
		{"a bare LF", res(NewHeader("Subject", "a\nb")), ErrUnsafe},
		{"a NUL", res(NewHeader("Subject", "a\x00b")), ErrUnsafe},
		{"a line break in a display name", res(&ContactHeader{DisplayName: "a\r\nb", Address: URI{Host: "h"}}), ErrUnsafe},
		{"64 KiB", res(NewHeader("Subject", strings.Repeat("a", 65536))), ErrTooLarge},
		{"a flow to nowhere", res(NewHeader("Subject", "a")), ErrNoFlow},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := f.Send(c.m); err != c.want {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func BenchmarkReply(b *testing.B) {
	m, err := Parse([]byte(lines(inviteText)))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := encode(Reply(m.(*Request), 200, "OK")); err != nil {
			b.Fatal(err)
		}
	}
}
