package sip

import (
	"fmt"
	"strings"
	"testing"
)

func TestSDP(t *testing.T) {
	mixed := func(parts ...string) string {
		return "preamble\r\n--x\r\n" + strings.Join(parts, "\r\n--x\r\n") + "\r\n--x--\r\n"
	}
	const sdp, isup = "Content-Type: application/sdp\r\n\r\nv=0\r\n", "Content-Type: application/isup\r\nContent-Disposition: signal;handling=optional\r\n\r\n\x01\x02"
	for _, c := range []struct{ name, fields, body, want string }{
		{"no body", "", "", "none, understood"},
		{"usual", "Content-Type: application/sdp", "v=0\r\n", "v=0\r\n, understood"},
		{"in capitals, with a parameter", "c: Application/SDP ; charset=utf-8", "v=0\r\n", "v=0\r\n, understood"},
		{"for the session", "c: application/sdp\r\nContent-Disposition: Session;handling=required", "v=0\r\n", "v=0\r\n, understood"},
		{"early session", "c: application/sdp\r\nContent-Disposition: early-session;handling=optional", "v=0\r\n", "none, understood"},
		{"packed", "c: application/sdp\r\nContent-Encoding: gzip", "v=0\r\n", "none, not understood"},
		{"text", "c: text/plain", "hello", "none, not understood"},
		{"text that does not matter", "c: text/plain\r\nContent-Disposition: render;handling=optional", "hello", "none, understood"},
		{"no type", "", "v=0\r\n", "none, not understood"},
		{"the second part", "c: multipart/mixed;boundary=x", mixed(isup, sdp), "v=0\r\n, understood"},
		{"the first of two", "c: multipart/mixed; boundary=\"x\"", mixed(sdp, strings.Replace(sdp, "v=0", "v=1", 1)), "v=0\r\n, understood"},
		{"a part that must be understood", "c: multipart/mixed;boundary=x", mixed(sdp, "Content-Type: text/plain\r\n\r\nhello"), "v=0\r\n, not understood"},
		{"one of alternatives", "c: multipart/alternative;boundary=x", mixed("Content-Type: text/plain\r\n\r\nhello", sdp), "v=0\r\n, understood"},
		{"a part in a part", "c: multipart/mixed;boundary=y", "--y\r\nContent-Type: multipart/related;boundary=x\r\n\r\n" + mixed(sdp) + "\r\n--y--\r\n", "v=0\r\n, understood"},
		{"base64", "c: multipart/mixed;boundary=x", mixed("Content-Transfer-Encoding: base64\r\n" + sdp), "none, not understood"},
		{"no boundary", "c: multipart/mixed", mixed(sdp), "none, not understood"},
		{"cut short", "c: multipart/mixed;boundary=x", "--x\r\n" + isup, "none, not understood"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.TrimSuffix(lines(strings.Replace(optionsText, "Content-Length: 0\n", "", 1)), "\r\n")
			if c.fields != "" {
				text += c.fields + "\r\n"
			}
			m, err := Parse([]byte(text + "\r\n" + c.body))
			if err != nil {
				t.Fatal(err)
			}
			got := "none"
			if b := SDP(m); b != nil {
				got = string(b)
			}
			got += map[bool]string{true: ", understood", false: ", not understood"}[Understood(m)]
			same(t, "SDP", fmt.Sprintf("%q", got), fmt.Sprintf("%q", c.want))
		})
	}
}

// FuzzFields reads what strangers write into the header fields of calls: nothing
// may panic, and what is written again must be read as the same.
func FuzzFields(f *testing.F) {
	f.Add("a@b;to-tag=1;from-tag=2;early-only", "v=0")
	f.Add(`Q.850;cause=16;text="a, \"b\""`, "--x\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--x--")
	f.Add("<sip:a@b;method=INVITE?Replaces=c%3Bto-tag%3D1%3Bfrom-tag%3D2>", "")
	f.Add("776656 1 INVITE", "x")
	f.Add("1800 ; refresher=uas", "x")
	f.Fuzz(func(t *testing.T, value, body string) {
		req := NewRequest(INVITE, URI{Scheme: "sip", Host: "b"})
		for _, n := range []string{"Refer-To", "Referred-By", "Replaces", "RAck", "RSeq", "Session-Expires", "Min-SE", "Reason", "Privacy",
			"P-Asserted-Identity", "Remote-Party-ID", "Diversion", "History-Info", "Supported", "Require", "Content-Disposition"} {
			req.AppendHeader(NewHeader(n, value))
		}
		req.AppendHeader(NewHeader("Content-Type", "multipart/mixed;boundary=x"))
		req.SetBody([]byte(body))
		if r, err := ReferOf(req); err == nil {
			Number(r.Target)
			if r.Replaces != nil {
				again(t, *r.Replaces)
			}
		}
		if r, _, err := ReplacesOf(req); err == nil {
			again(t, r)
		}
		if r, ok := RAckOf(req); ok {
			next := NewRequest(PRACK, URI{})
			next.AppendHeader(r.Header())
			if s, ok := RAckOf(next); !ok || s != r {
				t.Errorf("%v and %v", r, s)
			}
		}
		for v := range Tokens(req, "Reason") {
			r, ok := ParseReason(v)
			if !ok {
				continue
			}
			if s, ok := ParseReason(r.String()); !ok || s.Protocol != r.Protocol || s.Cause != r.Cause {
				t.Errorf("%+v and %+v", r, s)
			}
		}
		SessionTimerOf(req)
		MinSEOf(req)
		Callers(req)
		Anonymous(req)
		Unsupported(req)
		SDP(req)
		Understood(req)
	})
}

func again(t *testing.T, r Replaces) {
	if s, ok := ParseReplaces(r.String()); !ok || s != r {
		t.Errorf("%+v and %+v", r, s)
	}
}
