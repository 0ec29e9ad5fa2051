package sip

import (
	"fmt"
	"strings"
	"testing"
)

// with is a request with header fields added, one a line.
func with(t testing.TB, fields ...string) *Request {
	t.Helper()
	m, err := Parse([]byte(lines(strings.Replace(inviteText, "CSeq:", strings.Join(append(fields, "CSeq:"), "\n"), 1))))
	if err != nil {
		t.Fatal(err)
	}
	return m.(*Request)
}

func (r Refer) text() string {
	s := string(r.Method) + " " + r.Target.String()
	if r.Replaces != nil {
		s += " replaces " + r.Replaces.String()
	}
	if r.By != "" {
		s += " by " + r.By
	}
	return s
}

func TestReferOf(t *testing.T) {
	for _, c := range []struct{ name, fields, want string }{
		{"a blind transfer", "Refer-To: <sip:300@example.org;user=phone>", "INVITE sip:300@example.org;user=phone"},
		{"in compact form, with who refers", "r: <sip:300@example.org>\nb: <sip:al@example.org>", "INVITE sip:300@example.org by <sip:al@example.org>"},
		{"an attended transfer", "Refer-To: <sip:300@192.0.2.7:5062?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2>",
			"INVITE sip:300@192.0.2.7:5062 replaces a@b;to-tag=1;from-tag=2"},
		{"one whose bridge is early", "Refer-To: \"Bo\" <sip:300@b?replaces=c%3Bfrom-tag%3D2%3Bto-tag%3D1%3Bearly-only&Require=replaces>",
			"INVITE sip:300@b replaces c;to-tag=1;from-tag=2;early-only"},
		{"without the brackets", "Refer-To: sip:300@b?Replaces=c%3Bto-tag%3D1%3Bfrom-tag%3D2", "INVITE sip:300@b replaces c;to-tag=1;from-tag=2"},
		{"with a method", "Refer-To: <sip:300@b;method=BYE>", "BYE sip:300@b"},
		{"a number", "Refer-To: <tel:+1-201-555-0123>", "INVITE tel:+1-201-555-0123"},
		{"none", "Subject: x", "error"},
		{"two", "Refer-To: <sip:1@b>\nRefer-To: <sip:2@b>", "error"},
		{"two in a list", "Refer-To: <sip:1@b>, <sip:2@b>", "error"},
		{"no URI", "Refer-To: 300", "error"},
		{"Replaces without a tag", "Refer-To: <sip:300@b?Replaces=c%3Bto-tag%3D1>", "error"},
		{"Replaces with a broken escape", "Refer-To: <sip:300@b?Replaces=c%3Bto-tag%3D1%3Bfrom-tag%3D2%>", "error"},
		{"Replaces with a line break", "Refer-To: <sip:300@b?Replaces=c%0D%0AVia%3Bto-tag%3D1%3Bfrom-tag%3D2>", "error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := ReferOf(with(t, c.fields))
			got := r.text()
			if err != nil {
				got = "error"
			}
			same(t, "Refer-To", got, c.want)
		})
	}
}

func TestReplacesOf(t *testing.T) {
	for _, c := range []struct{ name, fields, want string }{
		{"tags in any order", "Replaces: 12@b ; from-tag=f;to-tag=t ;early-only", "12@b;to-tag=t;from-tag=f;early-only"},
		{"none", "Subject: x", "none"},
		{"two", "Replaces: a;from-tag=f;to-tag=t\nReplaces: b;from-tag=f;to-tag=t", "error"},
		{"two in a list", "Replaces: a;from-tag=f;to-tag=t, b;from-tag=f;to-tag=t", "error"},
		{"one tag", "Replaces: a;from-tag=f", "error"},
		{"a tag twice", "Replaces: a;from-tag=f;to-tag=t;to-tag=u", "error"},
		{"no Call-ID", "Replaces: ;from-tag=f;to-tag=t", "error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, given, err := ReplacesOf(with(t, c.fields))
			got := r.String()
			if !given {
				got = "none"
			}
			if err != nil {
				got = "error"
			}
			same(t, "Replaces", got, c.want)
		})
	}
}

func TestRAck(t *testing.T) {
	for _, c := range []struct{ name, fields, want string }{
		{"usual", "RAck: 776656 1 INVITE", "776656 1 INVITE"},
		{"blanks", "RAck: 1   2 \t INVITE", "1 2 INVITE"},
		{"none", "Subject: x", "error"},
		{"two", "RAck: 1 2 INVITE\nRAck: 1 2 INVITE", "error"},
		{"zero", "RAck: 0 2 INVITE", "error"},
		{"a sign", "RAck: +1 2 INVITE", "error"},
		{"too large", "RAck: 4294967296 2 INVITE", "error"},
		{"no method", "RAck: 1 2", "error"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, ok := RAckOf(with(t, c.fields))
			got := r.Header().Value()
			if !ok {
				got = "error"
			}
			same(t, "RAck", got, c.want)
		})
	}
	for text, want := range map[string]string{"1": "1 true", "4294967295": "4294967295 true", "0": "0 false", "x": "0 false", "4294967296": "0 false"} {
		res := NewResponse(183, "x")
		res.AppendHeader(NewHeader("RSeq", text))
		n, ok := RSeqOf(res)
		same(t, "RSeq "+text, fmt.Sprint(n, " ", ok), want)
	}
	if _, ok := RSeqOf(NewResponse(183, "x")); ok {
		t.Error("RSeq out of nothing")
	}
}
