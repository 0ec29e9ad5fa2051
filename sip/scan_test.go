package sip

import (
	"reflect"
	"strings"
	"testing"
)

func TestScanUnderstandsPhones(t *testing.T) {
	for name, text := range phones(t) {
		t.Run(name, func(t *testing.T) {
			var o Outline
			if !Scan(text, &o) {
				t.Fatal("not understood")
			}
			agrees(t, text, &o)
		})
	}
}

const registerText = `
REGISTER sips:Pbx.example.org:5061;transport=tls SIP/2.0
Via: SIP/2.0/UDP 192.0.2.1:5066;branch=z9hG4bK-reg;rport;x="a;b", SIP/2.0/TCP p.example.org;branch=z9hG4bK-2;received=192.0.2.9
Via: SIP/2.0/TCP [2001:db8::1]:5070
From: "Al, \"x\"" <sip:al:pw@example.org>;tag=a1
To: sip:al@example.org:5060 ; user=phone
Call-ID: reg-1
CSeq: 7 REGISTER
MAX-FORWARDS:	70
Contact: <sip:al@[2001:db8::1]:5070;line=1>;expires=60, sip:b@c
m: "b" <sip:d@e>
Expires: 300
Authorization: Digest username="al"
Authorization: Digest username="bo"
Path: <sip:p1;lr>,<sip:p2;lr>
Supported: path, gruu
k: outbound
Require: x
Route: <sip:p;lr>
User-Agent: One/1
User-Agent: Two/2
Content-Length: 4
`

func TestScanFinds(t *testing.T) {
	var o Outline
	if !Scan("\r\n\r\n"+lines(registerText)+"bodyrest", &o) {
		t.Fatal("not understood")
	}
	want := Outline{
		Method: REGISTER, Text: "sips:Pbx.example.org:5061;transport=tls",
		URI: URIParts{Scheme: "sips", Host: "Pbx.example.org", Port: 5061, Rest: ";transport=tls"},
		Via: TopVia{Host: "192.0.2.1", Port: 5066, Branch: "z9hG4bK-reg", RPort: true, rport: 51},
		Vias: []string{
			`SIP/2.0/UDP 192.0.2.1:5066;branch=z9hG4bK-reg;rport;x="a;b"`,
			"SIP/2.0/TCP p.example.org;branch=z9hG4bK-2;received=192.0.2.9",
			"SIP/2.0/TCP [2001:db8::1]:5070",
		},
		From: Party{`"Al, \"x\"" <sip:al:pw@example.org>;tag=a1`, URIParts{Scheme: "sip", User: "al:pw", Host: "example.org"}, "a1"},
		To:   Party{"sip:al@example.org:5060 ; user=phone", URIParts{Scheme: "sip", User: "al", Host: "example.org", Port: 5060}, ""},

		CallID: "reg-1", CSeq: 7, MaxForwards: 70, Expires: "300", UserAgent: "One/1",
		Contacts:      []string{"<sip:al@[2001:db8::1]:5070;line=1>;expires=60", "sip:b@c", `"b" <sip:d@e>`},
		Authorization: []string{`Digest username="al"`, `Digest username="bo"`},
		Path:          []string{"<sip:p1;lr>", "<sip:p2;lr>"},
		Supported:     []string{"path, gruu", "outbound"},
		Require:       []string{"x"},
	}
	o.lent = ""
	if !reflect.DeepEqual(o, want) {
		t.Errorf("\n got %+v\nwant %+v", o, want)
	}
	agrees(t, lines(registerText)+"body", &o)
}

func TestScanUnderstands(t *testing.T) {
	for _, c := range []struct{ name, from, to string }{
		{"a method that nobody knows", "OPTIONS", "OPT.1"},
		{"a user with everything in it", "sip:pbx@", "sip:*43;a=b?c,d%20#@"},
		{"no user", "sip:pbx@", "sip:"},
		{"an IPv6 Request-URI", "sip:pbx@127.0.0.1 ", "sip:[2001:db8::1]:5062;lr "},
		{"a display name without quotes", `"Al"`, "Al Jürgen"},
		{"an empty display name", `"Al"`, `""`},
		{"no blank after the colon", "To: ", "To:"},
		{"blanks round a value", "To: <sip:pbx@example.org>", "To:  \t<sip:pbx@example.org> \t"},
		{"blanks round a semicolon", ">;tag=a1", "> ; tag=a1"},
		{"a tag in To", "pbx@example.org>", "pbx@example.org>;tag=b1"},
		{"names in any case", "Call-ID:", "cALL-iD:"},
		{"compact names in capitals", "Via:", "V:"},
		{"an unknown field", "To:", "X-.!%*_+`'~1:\nTo:"},
		{"no Content-Length", "Content-Length: 0\n", ""},
		{"a Content-Length with zeros before it", "Length: 0", "Length: 000"},
		{"blanks within CSeq", "7 OPTIONS", "7 \t OPTIONS"},
		{"the largest CSeq", "7 OPTIONS", "2147483647 OPTIONS"},
		{"the star", "To:", "Contact: *\nTo:"},
		{"two parameters with one hash", "tag=a1", "tag=a1;hb=2"},
		{"a Route and a Record-Route", "To:", "Record-Route: <sip:a;lr>,<sip:b;lr>\nRoute: <sip:c;lr>\nTo:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := changed(t, c.from, c.to)
			var o Outline
			if !Scan(text, &o) {
				t.Fatal("not understood")
			}
			agrees(t, text, &o)
		})
	}
}

// changed is the OPTIONS with every one of a text replaced.
func changed(t *testing.T, from, to string) string {
	t.Helper()
	if !strings.Contains(optionsText, from) {
		t.Fatalf("%q is not in the message", from)
	}
	return lines(strings.ReplaceAll(optionsText, from, to))
}

// The messages of RFC 4475 and 5118 are unusual by intent, but not all of them.
func TestScanOfTortures(t *testing.T) {
	understood := 0
	for _, text := range files(t, "rfc*/*.dat") {
		var o Outline
		if Scan(text, &o) {
			understood++
			agrees(t, text, &o)
		}
	}
	if understood < 10 {
		t.Errorf("%d are understood", understood)
	}
}

func TestScanForgetsTheLastMessage(t *testing.T) {
	var used, fresh Outline
	if !Scan(lines(registerText)+"body", &used) || !Scan(lines(optionsText), &used) || !Scan(lines(optionsText), &fresh) {
		t.Fatal("not understood")
	}
	if !reflect.DeepEqual(normal(t, &used), normal(t, &fresh)) {
		t.Errorf("\n got %+v\nwant %+v", used, fresh)
	}
}

func TestScanAllocatesNothing(t *testing.T) {
	text := phones(t)["snom-register.txt"]
	var o Outline
	if n := testing.AllocsPerRun(100, func() { Scan(text, &o) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkScan(b *testing.B) {
	for _, name := range []string{"yealink-register.txt", "sipp-register.txt", "outbound-invite.txt"} {
		b.Run(name, func(b *testing.B) {
			text := phones(b)[name]
			var o Outline
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				if !Scan(text, &o) {
					b.Fatal("not understood")
				}
			}
		})
	}
}
