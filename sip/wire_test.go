package sip

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is written is what the message model would write.
func TestWireAgreesWithTheModel(t *testing.T) {
	texts := []string{lines(optionsText), lines(inviteText),
		lines(strings.Replace(inviteText, "Contact:", "Route: <sip:[2001:db8::1]:5070;lr>\nPath: <sip:x>\nMax-Forwards: 3\nContent-Type: a/b\nContact: *\nContact: \"A B\" <sips:a:b@[2001:db8::2]?x=y&z=1>;q=0.3;text=\"a b\";flag\nContact: <tel:+1-2>\nContact:", 1))}
	for _, pattern := range []string{"../testdata/rfc4475/*", "../testdata/rfc5118/*"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if b, err := os.ReadFile(f); err == nil {
				texts = append(texts, string(b))
			}
		}
	}
	n := 0
	for _, text := range texts {
		m, err := Parse([]byte(text))
		if err != nil {
			continue
		}
		n++
		wrote(t, m)
	}
	if n < 20 {
		t.Errorf("only %d messages", n)
	}
}

// wrote compares what is written of a message with what the model writes.
func wrote(t *testing.T, m Message) {
	t.Helper()
	b, err := encode(m)
	if m.ContentLength() == nil {
		m.SetBody(m.Body())
	}
	if err != nil || string(b) != m.String() {
		t.Errorf("%v\n got %q\nwant %q", err, b, m.String())
	}
}

func TestWireIsSafe(t *testing.T) {
	for _, evil := range []string{"a\r\nX: y", "a\nX: y", "a\rX: y", "a\x00", "a\r\n\r\n", "\r", "\n"} {
		for name, spoil := range map[string]func(*Request){
			"value":   func(r *Request) { r.AppendHeader(NewHeader("Subject", evil)) },
			"name":    func(r *Request) { r.AppendHeader(NewHeader(evil, "x")) },
			"user":    func(r *Request) { r.Recipient.User = evil },
			"display": func(r *Request) { r.From().DisplayName = evil },
			"tag":     func(r *Request) { r.From().Params = tagged(evil) },
			"method":  func(r *Request) { r.CSeq().MethodName = RequestMethod(evil) },
			"Call-ID": func(r *Request) { *r.CallID() = CallIDHeader(evil) },
		} {
			req := request(t, inviteText)
			spoil(req)
			if _, err := encode(req); err != ErrUnsafe {
				t.Errorf("%s %q: %v", name, evil, err)
			}
		}
	}
	req := request(t, inviteText)
	req.SetBody([]byte("v=0\r\n\r\nx\x00\ry"))
	if _, err := encode(req); err != nil {
		t.Error(err)
	}
	req.SetBody(make([]byte, maxMessage))
	if _, err := encode(req); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
}

func TestWireMeasuresTheBody(t *testing.T) {
	req := NewRequest(OPTIONS, URI{Scheme: "sip", Host: "b"})
	b, _ := encode(req)
	same(t, "without", string(b), "OPTIONS sip:b SIP/2.0\r\nContent-Length: 0\r\n\r\n")
	req.AppendHeader(NewHeader("content-length", "0"))
	b, err := encode(req)
	same(t, "with", string(b), "OPTIONS sip:b SIP/2.0\r\ncontent-length: 0\r\n\r\n")
	if err != nil {
		t.Error(err)
	}
}

// encode gives the bytes of a message.
func encode(m Message) ([]byte, error) {
	w := newWire()
	defer w.free()
	if err := w.message(m); err != nil {
		return nil, err
	}
	return bytes.Clone(w.b), nil
}
