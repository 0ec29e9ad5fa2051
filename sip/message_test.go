package sip

import (
	"strings"
	"testing"
)

// lines writes a message as one reads it: LF stands for CRLF, and the empty
// line at the end of the head is put there.
func lines(s string) string {
	return strings.ReplaceAll(strings.TrimLeft(s, "\n"), "\n", "\r\n") + "\r\n"
}

func parsed(t *testing.T, text string) Message {
	t.Helper()
	m, err := Parse([]byte(lines(text)))
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	return m
}

func request(t *testing.T, text string) *Request {
	t.Helper()
	return parsed(t, text).(*Request)
}

const optionsText = `
OPTIONS sip:pbx@127.0.0.1 SIP/2.0
Via: SIP/2.0/UDP 192.0.2.1:5066;branch=z9hG4bK-opt;rport
From: "Al" <sip:al@example.org>;tag=a1
To: <sip:pbx@example.org>
Call-ID: opt-1
CSeq: 7 OPTIONS
Content-Length: 0
`

const inviteText = `
INVITE sip:200@example.org SIP/2.0
Via: SIP/2.0/UDP 192.0.2.1:5066;branch=z9hG4bK-inv;rport
Record-Route: <sip:p2.example.org;lr>;x=1, <sip:p1.example.org;lr>
From: "Al" <sip:al@example.org>;tag=a1
To: "Bo" <sip:200@example.org>
Call-ID: inv-1
CSeq: 10 INVITE
Contact: <sip:al@192.0.2.1:5066>
Timestamp: 54
Content-Length: 0
`

type methodOf RequestMethod

// in gives the request that another method has in the INVITE's transaction.
func (m methodOf) in(t *testing.T, text string) *Request {
	t.Helper()
	text = strings.Replace(text, "INVITE sip:", string(m)+" sip:", 1)
	return request(t, strings.Replace(text, " INVITE\n", " "+string(m)+"\n", 1))
}
