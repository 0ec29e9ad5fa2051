package sip

import (
	"strings"
	"testing"
)

// What Scan leaves to Parse: what is wrong, and what is right but unusual.
func TestScanLeavesToParse(t *testing.T) {
	for _, c := range []struct{ name, from, to string }{
		{"a response", "OPTIONS sip:pbx@127.0.0.1 SIP/2.0", "SIP/2.0 200 OK"},
		{"no method", "OPTIONS sip", " sip"},
		{"another version", "SIP/2.0\n", "SIP/3.0\n"},
		{"a version in small letters", "SIP/2.0\n", "sip/2.0\n"},
		{"two blanks in the Request-Line", "127.0.0.1 SIP", "127.0.0.1  SIP"},
		{"a blank after the version", "SIP/2.0\n", "SIP/2.0 \n"},
		{"a Request-URI in brackets", "sip:pbx@127.0.0.1", "<sip:pbx@127.0.0.1>"},
		{"a header in the Request-URI", "127.0.0.1 ", "127.0.0.1?Route=x "},
		{"another scheme", "sip:pbx@127.0.0.1", "tel:1"},
		{"a scheme in capitals", "sip:pbx@127", "SIP:pbx@127"},
		{"an empty user", "sip:pbx@", "sip:@"},
		{"an empty password", "sip:pbx@", "sip:pbx:@"},
		{"slashes before the host", "sip:pbx@", "sip://pbx@"},
		{"no host", "@127.0.0.1", "@"},
		{"port 0", "127.0.0.1 ", "127.0.0.1:0 "},
		{"port 65536", "127.0.0.1 ", "127.0.0.1:65536 "},
		{"no port after the colon", "127.0.0.1 ", "127.0.0.1: "},
		{"half an IPv6 address", "127.0.0.1 ", "[2001:db8::1 "},
		{"a wrong IPv6 address", "127.0.0.1 ", "[2001:db8:1] "},
		{"IPv4 in brackets", "127.0.0.1 ", "[127.0.0.1] "},
		{"text after an IPv6 address", "127.0.0.1 ", "[::1]x "},
		{"text before an IPv6 address", "pbx@127.0.0.1 ", "x[::1] "},
		{"an empty parameter of a URI", "127.0.0.1 ", "127.0.0.1; "},
		{"a bracket in a parameter without a user", "sip:pbx@127.0.0.1 ", "sip:127.0.0.1;a=[ "},
		{"a URI parameter in capitals", "127.0.0.1 ", "127.0.0.1;LR "},
		{"a URI parameter given twice", "127.0.0.1 ", "127.0.0.1;a;b;a "},
		{"a folded line", "To:", "To:\n "},
		{"a name with a blank behind it", "To:", "To :"},
		{"a line without colon", "To:", "Nonsense\nTo:"},
		{"a line without name", "To:", ": x\nTo:"},
		{"a name that is no token", "To:", "A@B: c\nTo:"},
		{"a bare CR", "To:", "Subject: a\rb\nTo:"},
		{"a NUL", "To:", "Subject: a\x00b\nTo:"},
		{"two From", "To:", "f: <sip:eve@example.org>\nTo:"},
		{"two To", "To:", "t: <sip:eve@example.org>\nTo:"},
		{"two Call-ID", "To:", "i: other\nTo:"},
		{"two CSeq", "To:", "CSEQ: 7 OPTIONS\nTo:"},
		{"two Max-Forwards", "To:", "Max-Forwards: 70\nMax-Forwards: 1\nTo:"},
		{"two Content-Length", "To:", "l: 0\nTo:"},
		{"two Expires", "To:", "Expires: 1\nExpires: 2\nTo:"},
		{"an empty Expires", "To:", "Expires:\nTo:"},
		{"no Via", "Via:", "X-Via:"},
		{"no From", "From:", "X-From:"},
		{"no To", "To:", "X-To:"},
		{"no Call-ID", "Call-ID:", "X-ID:"},
		{"no CSeq", "CSeq:", "X-Seq:"},
		{"an empty Call-ID", "opt-1", ""},
		{"a Call-ID with a blank", "opt-1", "opt 1"},
		{"a CSeq with another method", "7 OPTIONS", "7 INVITE"},
		{"a CSeq with the method in other case", "7 OPTIONS", "7 options"},
		{"a CSeq of 2^31", "7 OPTIONS", "2147483648 OPTIONS"},
		{"a CSeq without number", "7 OPTIONS", " OPTIONS"},
		{"a CSeq without method", "7 OPTIONS", "7"},
		{"Max-Forwards 256", "To:", "Max-Forwards: 256\nTo:"},
		{"a Content-Length beyond the body", "Length: 0", "Length: 1"},
		{"a Content-Length with a sign", "Length: 0", "Length: +0"},
		{"an empty Content-Length", "Length: 0", "Length:"},
		{"a Content-Length that overflows", "Length: 0", "Length: 18446744073709551616"},
		{"a Via of another version", "Via: SIP/2.0", "Via: SIP/1.0"},
		{"a Via with blanks in the protocol", "Via: SIP/2.0/", "Via: SIP / 2.0 / "},
		{"a Via without host", "192.0.2.1:5066", ""},
		{"a Via with a bare IPv6 address", "192.0.2.1:5066", "2001:db8::1"},
		{"a Via with IPv4 mapped to IPv6", "192.0.2.1:5066", "[::ffff:c000:201]"},
		{"a Via with two branches", ";rport", ";branch=z9hG4bK-2"},
		{"a branch in quotes", "z9hG4bK-opt", `"z9hG4bK"`},
		{"a top Via with received", ";rport", ";received=192.0.2.7"},
		{"a top Via with a value of rport", ";rport", ";rport=1"},
		{"an empty value in a list of Via", ";rport", ",,"},
		{"a comma at the end", ";rport", ";rport,"},
		{"an open quote", `"Al"`, `"Al`},
		{"a comma in a name without quotes", `"Al"`, "Al, B"},
		{"an open bracket", "example.org>;tag", "example.org;tag"},
		{"two tags", "tag=a1", "tag=a1;TAG=a2"},
		{"two tags with one of the same hash between", "tag=a1", "tag=a1;hb=2;tag=a2"},
		{"an empty tag", "tag=a1", "tag="},
		{"a tag in quotes", "tag=a1", `tag="a1"`},
		{"a semicolon at the end", "tag=a1", "tag=a1;"},
		{"text behind a quoted value", "tag=a1", `tag=a1;x="a"b`},
		{"a question mark in a bare address", "<sip:pbx@example.org>", "sip:pbx@example.org?a=b"},
		{"a wildcard in To", "<sip:pbx@example.org>", "*"},
		{"a wildcard in a list", "To:", "Contact: *, <sip:a@b>\nTo:"},
		{"an empty Contact", "To:", "Contact:\nTo:"},
		{"a Contact of another scheme", "To:", "Contact: <tel:1>\nTo:"},
		{"a Route without URI", "To:", "Route: p\nTo:"},
		{"more lines than usual", "To:", strings.Repeat("X: y\n", 64) + "To:"},
		{"more contacts than usual", "To:", "Contact: sip:a" + strings.Repeat(",sip:b", 32) + "\nTo:"},
		{"more parameters than usual", "tag=a1", "tag=a1" + manyParams(33)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if Scan(changed(t, c.from, c.to), &Outline{}) {
				t.Error("it was taken")
			}
		})
	}
	for name, text := range map[string]string{
		"nothing":             "",
		"only line ends":      "\r\n\r\n",
		"a bare LF":           strings.Replace(lines(optionsText), "\r\nTo", "\nTo", 1),
		"no empty line":       strings.TrimSuffix(lines(optionsText), "\r\n"),
		"cut short in a line": lines(optionsText)[:100],
	} {
		if Scan(text, &Outline{}) {
			t.Errorf("%s was taken", name)
		}
	}
}

func manyParams(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(";p" + strings.Repeat("x", i))
	}
	return b.String()
}
