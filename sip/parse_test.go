package sip

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestParseRefuses(t *testing.T) {
	change := func(from, to string) string {
		if !strings.Contains(optionsText, from) {
			t.Fatalf("%q is not in the message", from)
		}
		return lines(strings.Replace(optionsText, from, to, 1))
	}
	for _, c := range []struct {
		name, message string
		code          int
		reason        string
		answerable    bool
	}{
		{"nothing at all", "", 400, "Malformed Request-Line", false},
		{"a message without its empty line", strings.TrimSuffix(change("OPTIONS", "OPTIONS"), "\r\n"), 400, "No empty line", true},
		{"another protocol", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 400, "Malformed Request-Line", false},
		{"a method that is no token", change("OPTIONS sip", "OPT<IONS sip"), 400, "Malformed Request-Line", false},
		{"version 3.0", change("SIP/2.0\n", "SIP/3.0\n"), 505, "Version Not Supported", true},
		{"blanks in the Request-URI", change("sip:pbx@", "sip:pb x@"), 400, "Malformed Request-URI", true},
		{"a Request-URI in brackets", change("sip:pbx@127.0.0.1", "<sip:pbx@127.0.0.1>"), 400, "Malformed Request-URI", true},
		{"a header in the Request-URI", change("127.0.0.1 ", "127.0.0.1?Route=x "), 400, "Header in Request-URI", true},
		{"a scheme with a dot", change("sip:pbx@127.0.0.1", "soap.beep://192.0.2.103"), 416, "Unsupported URI Scheme", true},
		{"a number that is not called", change("sip:pbx@127.0.0.1", "tel:+4570305052"), 416, "Unsupported URI Scheme", true},
		{"port 65536", change("127.0.0.1 ", "127.0.0.1:65536 "), 400, "Malformed Request-URI", true},
		{"a blank after the version", change("SIP/2.0\nVia", "SIP/2.0 \nVia"), 400, "Malformed Request-Line", true},
		{"no Via", change("Via:", "X-Via:"), 400, "Missing Via", false},
		{"no From", change("From:", "X-From:"), 400, "Missing From", true},
		{"no To", change("To:", "X-To:"), 400, "Missing To", true},
		{"no Call-ID", change("Call-ID:", "X-ID:"), 400, "Missing Call-ID", true},
		{"no CSeq", change("CSeq:", "X-Seq:"), 400, "Missing CSeq", true},
		{"two From", change("To:", "f: <sip:eve@example.org>\nTo:"), 400, "Two From", true},
		{"two To", change("To:", "t: <sip:eve@example.org>\nTo:"), 400, "Two To", true},
		{"two Call-ID", change("Call-ID:", "i: other\nCall-ID:"), 400, "Two Call-ID", true},
		{"two CSeq", change("CSeq:", "CSEQ: 8 OPTIONS\nCSeq:"), 400, "Two CSeq", true},
		{"two Max-Forwards", change("To:", "Max-Forwards: 70\nMax-Forwards: 1\nTo:"), 400, "Two Max-Forwards", true},
		{"two Content-Length that agree", change("To:", "l: 0\nTo:"), 400, "Two Content-Length", true},
		{"two lengths in one field", change("Length: 0", "Length: 0, 0"), 400, "Malformed Content-Length", true},
		{"a negative Content-Length", change("Length: 0", "Length: -1"), 400, "Malformed Content-Length", true},
		{"a Content-Length with a sign", change("Length: 0", "Length: +0"), 400, "Malformed Content-Length", true},
		{"a Content-Length that overflows", change("Length: 0", "Length: 4294967296"), 400, "Malformed Content-Length", true},
		{"a Content-Length beyond the datagram", change("Length: 0", "Length: 1"), 400, "Content-Length exceeds the message", true},
		{"a CSeq with another method", change("7 OPTIONS", "7 INVITE"), 400, "CSeq names another method", true},
		{"a CSeq of 2^31", change("7 OPTIONS", "2147483648 OPTIONS"), 400, "Malformed CSeq", true},
		{"a CSeq without a method", change("7 OPTIONS", "7"), 400, "Malformed CSeq", true},
		{"Max-Forwards 256", change("To:", "Max-Forwards: 256\nTo:"), 400, "Malformed Max-Forwards", true},
		{"a NUL in a value", change("Call-ID:", "Subject: a\x00b\nCall-ID:"), 400, "NUL in header", true},
		{"a lone LF in a value", strings.Replace(change("Call-ID:", "Subject: a|Route: b\nCall-ID:"), "|", "\n", 1), 400, "Bare CR or LF", true},
		{"a URI with 10000 parameters", change("127.0.0.1 ", "127.0.0.1"+strings.Repeat(";a", 10_000)+" "), 400, "Malformed Request-URI", true},
		{"a lone CR in a value", change("Call-ID:", "Subject: a\rRoute: b\nCall-ID:"), 400, "Bare CR or LF", true},
		{"a header field without colon", change("To:", "Nonsense\nTo:"), 400, "Malformed header field", true},
		{"a header name with a blank", change("To:", "A B: c\nTo:"), 400, "Malformed header field", true},
		{"a Via of another version", change("Via: SIP/2.0", "Via: SIP/1.0"), 400, "Malformed Via", true},
		{"a Via with two branches", change(";rport", ";branch=z9hG4bK-2"), 400, "Malformed Via", false},
		{"an empty value in the Via list", change(";rport", ",,"), 400, "Malformed Via", true},
		{"an open quote in From", change(`"Al"`, `"Al`), 400, "Malformed From", true},
		{"a URI without scheme", change("<sip:al@", "<:al@"), 400, "Malformed From", true},
		{"two tags in From", change("tag=a1", "tag=a1;TAG=a2"), 400, "Malformed From", true},
		{"a bare Contact with a header", change("To:", "m: sip:a@example.org?Route=x\nTo:"), 400, "Malformed Contact", true},
		{"a wildcard in To", change("<sip:pbx@example.org>", "*"), 400, "Malformed To", true},
		{"65 parameters of the Request-URI", change("sip:pbx@127.0.0.1", "sip:pbx@127.0.0.1"+countedParams(65)), 400, "Malformed Request-URI", true},
		{"65 parameters of a To", change("To:", "To: <sip:a@b>"+countedParams(65)+"\nX:"), 400, "Malformed To", true},
		{"65 parameters of a Via", change("Via:", "Via: SIP/2.0/UDP b;branch=z9hG4bKa"+countedParams(64)+"\nVia:"), 400, "Malformed Via", true},
		{"257 header fields", change("Length: 0", "Length: 0\n"+strings.Repeat("X: y\n", 251)), 400, "Too many header fields", true},
		{"a broken response", "SIP/2.0 20 OK\r\n\r\n", 400, "Malformed Status-Line", false},
		{"a response without From", "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=x\r\n\r\n", 400, "Missing From", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := Parse([]byte(c.message))
			e, ok := errors.AsType[*ParseError](err)
			if !ok {
				t.Fatalf("got message %v, error %v", m, err)
			}
			if e.Code != c.code || e.Reason != c.reason {
				t.Errorf("got %d %s, want %d %s", e.Code, e.Reason, c.code, c.reason)
			}
			if got := e.Partial != nil; got != c.answerable {
				t.Errorf("answerable: got %t", got)
			}
		})
	}
}

func TestParseUnderstands(t *testing.T) {
	for _, c := range []struct{ name, from, to, header, want string }{
		{"the compact form of Supported", "To:", "k: timer\nTo:", "Supported", "timer"},
		{"the compact form of Session-Expires", "To:", "x: 90\nTo:", "Session-Expires", "90"},
		{"the compact form of Event", "To:", "o: talk\nTo:", "Event", "talk"},
		{"the compact form of Refer-To", "To:", "r: <sip:a@b?Replaces=x>;y=1\nTo:", "Refer-To", "<sip:a@b?Replaces=x>;y=1"},
		{"the compact form of Referred-By", "To:", "b: <sip:a@b>\nTo:", "Referred-By", "<sip:a@b>"},
		{"the compact form of Allow-Events", "To:", "u: dialog\nTo:", "Allow-Events", "dialog"},
		{"the compact form of Content-Encoding", "To:", "e: gzip\nTo:", "Content-Encoding", "gzip"},
		{"the compact forms that are rare", "To:", "j: x\nTo:", "Reject-Contact", "x"},
		{"a name in capitals", "To:", "USER-AGENT: x\nTo:", "User-Agent", "x"},
		{"a folded line", "To:", "Subject: a\n \t b\n  c\nTo:", "Subject", "a b c"},
		{"a parameter name in capitals", "tag=a1", "TAG=a1", "From", `"Al" <sip:al@example.org>;tag=a1`},
		{"a quoted comma and semicolon", `"Al"`, `"A\"l, ;"`, "From", `"A\"l, ;" <sip:al@example.org>;tag=a1`},
		{"an unquoted display name", `"Al" `, `Al`, "From", `"Al" <sip:al@example.org>;tag=a1`},
		{"an addr-spec, whose parameters are the header's", `"Al" <sip:al@example.org>`, `sip:al@example.org`, "From", `<sip:al@example.org>;tag=a1`},
		{"a quoted parameter", "To:", `m: <sip:a@b>;+sip.instance="<urn:uuid:f=8>";x="a b"` + "\nTo:", "Contact", `<sip:a@b>;+sip.instance="<urn:uuid:f=8>";x="a b"`},
		{"a Via with blanks everywhere", "SIP/2.0/UDP 192.0.2.1:5066;branch=z9hG4bK-opt;rport", "SIP / 2.0 / UDP  192.0.2.1 : 5066 ; branch = z9hG4bK-opt ; rport", "Via", "SIP/2.0/UDP 192.0.2.1:5066;branch=z9hG4bK-opt;rport"},
		{"a Via from IPv6", "192.0.2.1:5066", "[2001:db8::1]:5066", "Via", "SIP/2.0/UDP [2001:db8::1]:5066;branch=z9hG4bK-opt;rport"},
		{"the first of two Via in one field", ";rport", ";rport , SIP/2.0/TCP p;branch=z9hG4bK2", "Via", "SIP/2.0/UDP 192.0.2.1:5066;branch=z9hG4bK-opt;rport"},
		{"a Record-Route with its parameters", "To:", "Record-Route: <sip:p;lr>;a=b, <sip:q>\nTo:", "Record-Route", "<sip:p;lr>;a=b"},
		{"the star of a REGISTER", "To:", "Contact: *\nTo:", "Contact", "*"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(optionsText, c.from) {
				t.Fatalf("%q is not in the message", c.from)
			}
			req := request(t, strings.Replace(optionsText, c.from, c.to, 1))
			if h := req.GetHeader(c.header); h == nil || h.Value() != c.want {
				t.Errorf("got %v, want %s", h, c.want)
			}
		})
	}
}

func TestParseKeepsTheRest(t *testing.T) {
	t.Run("a body is cut to its Content-Length", func(t *testing.T) {
		text := strings.Replace(optionsText, "Length: 0", "Length: 3", 1)
		m, err := Parse([]byte(lines(text) + "abcdef"))
		if err != nil || string(m.Body()) != "abc" {
			t.Fatalf("got %q, %v", m.Body(), err)
		}
	})
	t.Run("without Content-Length the body is the rest of the datagram", func(t *testing.T) {
		text := strings.Replace(optionsText, "Content-Length: 0\n", "", 1)
		m, err := Parse([]byte(lines(text) + "abcdef"))
		if err != nil || string(m.Body()) != "abcdef" {
			t.Fatalf("got %q, %v", m.Body(), err)
		}
	})
	t.Run("every value of a list is there", func(t *testing.T) {
		m := parsed(t, inviteText)
		if n := len(m.GetHeaders("record-route")); n != 2 {
			t.Errorf("got %d Record-Route", n)
		}
	})
	t.Run("an unknown method keeps its case", func(t *testing.T) {
		if m := methodOf("nEw.1").in(t, inviteText); m.Method != "nEw.1" {
			t.Errorf("got %s", m.Method)
		}
	})
	t.Run("a response without reason phrase", func(t *testing.T) {
		text := strings.Replace(optionsText, "OPTIONS sip:pbx@127.0.0.1 SIP/2.0", "SIP/2.0 100 ", 1)
		if r := parsed(t, text).(*Response); r.StatusCode != 100 || r.Reason != "" {
			t.Errorf("got %d %q", r.StatusCode, r.Reason)
		}
	})
	t.Run("what is written is what was read", func(t *testing.T) {
		text := strings.Replace(optionsText, "Content-Length: 0", "X-Mine: 1\nContent-Length: 0", 1)
		if got := request(t, text).String(); got != lines(text) {
			t.Errorf("got\n%s\nwant\n%s", got, lines(text))
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, message := range torture(f) {
		f.Add([]byte(message))
	}
	f.Add([]byte(lines(optionsText)))
	f.Add([]byte(lines(inviteText) + "body"))
	f.Add([]byte("SIP/2.0 200 OK\r\nv:SIP/2.0/TCP [::1]:5;branch=\"a b\",SIP / 2.0 / UDP h\r\nf:a<sip:x@[::1];p?h=1>;tag=1\r\nt:sip:y\r\ni:1\r\nCSeq:1 A\r\nm:*\r\n\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Parse(data)
		if err != nil {
			e, ok := errors.AsType[*ParseError](err)
			if !ok {
				t.Fatalf("error of another kind: %v", err)
			}
			if e.Partial != nil && e.Reply() == nil {
				t.Fatal("no reply")
			}
			return
		}
		b, err := encode(m)
		if errors.Is(err, ErrTooLarge) {
			return
		}
		if err != nil {
			t.Fatalf("a parsed message cannot be written: %v", err)
		}
		wrote(t, m)
		if _, err := Parse(b); err != nil && len(b) <= maxMessage {
			t.Fatalf("what we write we cannot read: %v\n%q", err, b)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	data := []byte(lines(inviteText))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(data); err != nil {
			b.Fatal(err)
		}
	}
}

// countedParams are so many parameters, no two of one name.
func countedParams(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ";p%d", i)
	}
	return b.String()
}
