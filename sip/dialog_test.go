package sip

import (
	"errors"
	"strings"
	"testing"
)

const okText = `
SIP/2.0 200 OK
Via: SIP/2.0/UDP 192.0.2.1:5066;branch=z9hG4bK-inv
Record-Route: <sip:p2.example.org;lr>, <sip:p1.example.org;lr>
From: "Al" <sip:al@example.org>;tag=a1
To: "Bo" <sip:200@example.org>;tag=b1
Call-ID: inv-1
CSeq: 10 INVITE
Contact: <sip:bo@198.51.100.9;transport=tcp>
Content-Length: 0
`

func uri(t *testing.T, s string) URI {
	t.Helper()
	u, err := ParseURI(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func uacDialog(t *testing.T, ok string) *Dialog {
	t.Helper()
	d, err := UACDialog(request(t, inviteText), parsed(t, ok).(*Response))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func uasDialog(t *testing.T) *Dialog {
	t.Helper()
	d, err := UASDialog(request(t, inviteText), "b1", uri(t, "sip:bo@127.0.0.1:5060"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDialogRequests(t *testing.T) {
	uac := func(change ...string) *Dialog {
		return uacDialog(t, strings.NewReplacer(change...).Replace(okText))
	}
	for _, c := range []struct {
		name   string
		dialog *Dialog
		method RequestMethod
		want   string
	}{
		{"the caller's BYE takes the route set backwards", uac(), BYE, `
BYE sip:bo@198.51.100.9;transport=tcp SIP/2.0
Route: <sip:p1.example.org;lr>
Route: <sip:p2.example.org;lr>
Max-Forwards: 70
From: "Al" <sip:al@example.org>;tag=a1
To: "Bo" <sip:200@example.org>;tag=b1
Call-ID: inv-1
CSeq: 11 BYE
`},
		{"the callee's re-INVITE takes it forwards and has a Contact", uasDialog(t), INVITE, `
INVITE sip:al@192.0.2.1:5066 SIP/2.0
Route: <sip:p2.example.org;lr>
Route: <sip:p1.example.org;lr>
Max-Forwards: 70
From: "Bo" <sip:200@example.org>;tag=b1
To: "Al" <sip:al@example.org>;tag=a1
Call-ID: inv-1
CSeq: 1 INVITE
Contact: <sip:bo@127.0.0.1:5060>
`},
		{"a strict router is the Request-URI and the target the last Route", uac("p1.example.org;lr", "p1.example.org"), BYE, `
BYE sip:p1.example.org SIP/2.0
Route: <sip:p2.example.org;lr>
Route: <sip:bo@198.51.100.9;transport=tcp>
Max-Forwards: 70
From: "Al" <sip:al@example.org>;tag=a1
To: "Bo" <sip:200@example.org>;tag=b1
Call-ID: inv-1
CSeq: 11 BYE
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := c.dialog.NewRequest(c.method).String()
			same(t, "request", got, lines(c.want))
		})
	}
}

func TestDialogACK(t *testing.T) {
	d := uacDialog(t, okText)
	d.NewRequest(PRACK)
	ack := d.NewACK(request(t, inviteText))
	same(t, "CSeq of the ACK", ack.CSeq().Value(), "10 ACK")
	same(t, "CSeq of what follows", d.NewRequest(BYE).CSeq().Value(), "12 BYE")
}

func TestDialogAccept(t *testing.T) {
	from := func(method, cseq, contact string) *Request {
		return request(t, strings.NewReplacer(
			"INVITE sip:", method+" sip:", "10 INVITE", cseq+" "+method,
			"al@192.0.2.1:5066>", contact+">", "200@example.org>\nCall", "200@example.org>;tag=b1\nCall",
		).Replace(inviteText))
	}
	for _, c := range []struct {
		name   string
		req    *Request
		err    error
		seq    uint32
		target string
	}{
		{"the next number", from("BYE", "11", "al@203.0.113.1"), nil, 11, "sip:al@192.0.2.1:5066"},
		{"a number far ahead", from("INFO", "99", "al@203.0.113.1"), nil, 99, "sip:al@192.0.2.1:5066"},
		{"a lower number", from("BYE", "9", "al@203.0.113.1"), ErrOldCSeq, 10, "sip:al@192.0.2.1:5066"},
		{"a re-INVITE moves the target", from("INVITE", "11", "al@203.0.113.1"), nil, 11, "sip:al@203.0.113.1"},
		{"an UPDATE moves the target", from("UPDATE", "11", "al@203.0.113.1"), nil, 11, "sip:al@203.0.113.1"},
		{"an ACK changes nothing", from("ACK", "9", "al@203.0.113.1"), nil, 10, "sip:al@192.0.2.1:5066"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := uasDialog(t)
			if !d.Matches(c.req) {
				t.Error("does not match")
			}
			if err := d.Accept(c.req); err != c.err {
				t.Errorf("got %v, want %v", err, c.err)
			}
			if d.RemoteSeq != c.seq || d.Target.String() != c.target {
				t.Errorf("number %d, target %s", d.RemoteSeq, d.Target.String())
			}
		})
	}
}

func TestDialogMatches(t *testing.T) {
	d := uasDialog(t)
	within := strings.Replace(inviteText, "200@example.org>\nCall", "200@example.org>;tag=b1\nCall", 1)
	for _, c := range []struct {
		name, from, to string
		want           bool
	}{
		{"its own", "inv-1", "inv-1", true},
		{"another Call-ID", "inv-1", "inv-2", false},
		{"another From tag", "tag=a1", "tag=a2", false},
		{"another To tag", "tag=b1", "tag=b2", false},
		{"no To tag", ";tag=b1", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := d.Matches(request(t, strings.Replace(within, c.from, c.to, 1))); got != c.want {
				t.Errorf("got %t", got)
			}
		})
	}
}

func TestDialogRefresh(t *testing.T) {
	d := uacDialog(t, okText)
	d.Refresh(parsed(t, strings.Replace(okText, "bo@198.51.100.9", "bo@203.0.113.1", 1)).(*Response))
	same(t, "target", d.Target.String(), "sip:bo@203.0.113.1;transport=tcp")
	d.Refresh(parsed(t, strings.Replace(okText, "200 OK", "491 x", 1)).(*Response))
	same(t, "target after a refusal", d.Target.String(), "sip:bo@203.0.113.1;transport=tcp")
}

func TestNoDialog(t *testing.T) {
	invite := request(t, inviteText)
	for _, c := range []struct{ name, from, to string }{
		{"of a 100", "200 OK", "100 Trying"},
		{"of a refusal", "200 OK", "486 Busy Here"},
		{"without a To tag", ";tag=b1", ""},
		{"of a 2xx without Contact", "Contact:", "X-Contact:"},
		{"of a 2xx with a star", "<sip:bo@198.51.100.9;transport=tcp>", "*"},
	} {
		t.Run(c.name, func(t *testing.T) {
			res := parsed(t, strings.Replace(okText, c.from, c.to, 1)).(*Response)
			if _, err := UACDialog(invite, res); !errors.Is(err, errDialog) {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("of an INVITE without Contact", func(t *testing.T) {
		req := request(t, strings.Replace(inviteText, "Contact:", "X-Contact:", 1))
		if _, err := UASDialog(req, "b1", URI{}); !errors.Is(err, errDialog) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("but an early one without Contact has the Request-URI", func(t *testing.T) {
		early := strings.NewReplacer("200 OK", "183 x", "Contact:", "X-Contact:").Replace(okText)
		same(t, "target", func() string { u := uacDialog(t, early).Target; return u.String() }(), "sip:200@example.org")
	})
}

func tagged(tag string) Params {
	if tag == "" {
		return nil
	}
	return Params{{K: "tag", V: tag}}
}
