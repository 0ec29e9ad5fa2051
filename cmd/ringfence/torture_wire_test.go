package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringfence/sip"
	"ringfence/sip/digest"
)

// wire is a peer that sends bytes as they are, and reads what comes back without
// a parser of ours: one datagram, or one message of a stream.
type wire struct {
	net.Conn
	r *bufio.Reader
}

// wirePatience is how long an answer may take that must come.
const wirePatience = 10 * time.Second

func dialWire(t *testing.T, network string, to netip.AddrPort) *wire {
	t.Helper()
	c, err := net.Dial(network, to.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return &wire{c, bufio.NewReaderSize(c, 1<<16)}
}

func (w *wire) send(t *testing.T, messages ...string) {
	t.Helper()
	if w.RemoteAddr().Network() == "tcp" {
		messages = []string{strings.Join(messages, "")}
	}
	for _, m := range messages {
		if _, err := io.WriteString(w, m); err != nil {
			t.Fatal(err)
		}
	}
}

// hear gives the next message; io.EOF when the connection was closed.
func (w *wire) hear() (string, error) {
	if err := w.SetReadDeadline(time.Now().Add(wirePatience)); err != nil {
		return "", err
	}
	if w.RemoteAddr().Network() == "udp" {
		b := make([]byte, 1<<16)
		n, err := w.Read(b)
		return string(b[:n]), err
	}
	var head strings.Builder
	for !strings.HasSuffix(head.String(), "\r\n\r\n") {
		line, err := w.r.ReadString('\n')
		if err != nil {
			return "", err
		}
		head.WriteString(line)
	}
	n, _ := strconv.Atoi(fieldOf(head.String(), "Content-Length"))
	_, err := w.r.Discard(n)
	return head.String(), err
}

// heard is the answers to one Call-ID.
type heard struct {
	final []int // codes
	last  string
}

// listen reads until every Call-ID of want has a final answer, or the connection
// is closed; what else comes is kept too.
func (w *wire) listen(want ...string) (map[string]*heard, error) {
	got := map[string]*heard{}
	missing := func() bool {
		for _, id := range want {
			if got[id] == nil {
				return true
			}
		}
		return false
	}
	for missing() {
		answer, err := w.hear()
		if err != nil {
			return got, err
		}
		code, _ := strconv.Atoi(answer[len("SIP/2.0 "):][:3])
		if code < 200 {
			continue
		}
		id := fieldOf(answer, "Call-ID")
		if got[id] == nil {
			got[id] = &heard{}
		}
		got[id].final, got[id].last = append(got[id].final, code), answer
	}
	return got, nil
}

// codes is what a Call-ID was answered, such as [401].
func codes(got map[string]*heard, id string) string {
	if got[id] == nil {
		return "[]"
	}
	return fmt.Sprint(got[id].final)
}

// fieldOf is the first value of a header field, in its long or compact form.
func fieldOf(message, name string) string {
	compact := map[string]string{"Call-ID": "i", "Content-Length": "l"}[name]
	m := regexp.MustCompile(`(?im)^(?:` + name + `|` + compact + `)[ \t]*:[ \t]*([^\r\n]*)`).FindStringSubmatch(message)
	if m == nil {
		return ""
	}
	return textproto.TrimString(m[1])
}

// good is a request that must be answered whatever came before it: OPTIONS with
// 200, REGISTER with 401.
func good(method, id string) string {
	return fmt.Sprintf("%[1]s sip:example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5066;branch=z9hG4bK%[2]s;rport\r\n"+
		"From: <sip:good@example.com>;tag=1\r\nTo: <sip:good@example.com>\r\n"+
		"Call-ID: %[2]s\r\nCSeq: 1 %[1]s\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n", method, id)
}

// signed is the message with an answer to the challenge of a 401.
func signed(t *testing.T, message, answer, username, password string) string {
	t.Helper()
	start, rest, _ := strings.Cut(message, "\r\n")
	method, uri, _ := strings.Cut(strings.TrimSuffix(start, " SIP/2.0"), " ")
	ch, err := digest.ParseChallenge(fieldOf(answer, "WWW-Authenticate"))
	if err != nil {
		t.Fatal(err)
	}
	value, err := digest.Answer(ch, username, password, method, uri, "torture", 1)
	if err != nil {
		t.Fatal(err)
	}
	return start + "\r\nAuthorization: " + value + "\r\n" + rest
}

// ack is the ACK that ends the transaction of a refused INVITE (RFC 3261 section
// 17.1.1.3).
func ack(t *testing.T, message, answer string) string {
	t.Helper()
	m, err := sip.Parse([]byte(message))
	if err != nil {
		t.Fatal(err)
	}
	invite := m.(*sip.Request)
	req := sip.NewRequest(sip.ACK, invite.Recipient)
	for _, h := range []sip.Header{invite.Via(), invite.From(), sip.NewHeader("To", fieldOf(answer, "To")), invite.CallID()} {
		req.AppendHeader(h)
	}
	req.AppendHeader(&sip.CSeqHeader{SeqNo: invite.CSeq().SeqNo, MethodName: sip.ACK})
	req.SetBody(nil)
	return req.String()
}
