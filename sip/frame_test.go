package sip

import (
	"errors"
	"strings"
	"testing"
)

// cutAll feeds a framer in pieces and tells what it cut: "ping", "message" and
// the reason phrase of an error.
func cutAll(stream string, piece int) (got string, f *framer) {
	f = &framer{inbox: inbox{buffers: newBuffers()}}
	var words []string
	for stream != "" {
		n := copy(f.room(), stream[:min(piece, len(stream))])
		f.wrote(n)
		stream = stream[n:]
		for {
			p, err := f.next()
			if err != nil {
				e, _ := errors.AsType[*ParseError](err)
				return strings.Join(append(words, e.Reason), " "), f
			}
			if p.kind == aKeepalive {
				words = append(words, "ping")
			} else if p.kind == aMessage {
				words = append(words, "message")
				if _, err := Parse(p.data); err != nil {
					return err.Error(), f
				}
			} else {
				break
			}
		}
	}
	return strings.Join(words, " "), f
}

func TestFramer(t *testing.T) {
	with := func(length, body string) string {
		return lines(strings.Replace(optionsText, "Content-Length: 0\n", length, 1)) + body
	}
	plain := lines(optionsText)
	for _, c := range []struct {
		name, stream, want string
		partial            bool
	}{
		{"one message", plain, "message", false},
		{"two messages", plain + plain, "message message", false},
		{"a message with a body", with("Content-Length: 3\n", "abc") + plain, "message message", false},
		{"a compact length", with("l: 3\n", "abc"), "message", false},
		{"a ping", "\r\n\r\n", "ping", false},
		{"a pong, or half a ping", "\r\n", "", false},
		{"an empty line before a message", "\r\n" + plain, "message", false},
		{"pings between messages", "\r\n\r\n" + plain + "\r\n\r\n" + plain, "ping message ping message", false},
		{"half a message", plain[:100], "", true},
		{"a message without its body", with("Content-Length: 3\n", "ab"), "", true},
		{"no Content-Length", with("", ""), "Missing Content-Length", true},
		{"two Content-Length", with("l: 0\nContent-Length: 0\n", ""), "Two Content-Length", true},
		{"a negative Content-Length", with("l: -1\n", ""), "Malformed Content-Length", true},
		{"a Content-Length beyond any message", with("l: 65536\n", ""), "Malformed Content-Length", true},
		{"a message over the limit", with("l: 65500\n", ""), "Message too large", true},
		{"a head without end", strings.Repeat("x", 70000), "Message too large", true},
		{"another protocol", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "Malformed Request-Line", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, piece := range []int{len(c.stream), 1000, 7, 1} {
				got, f := cutAll(c.stream, piece)
				same(t, "cut", got, c.want)
				if f.partial() != c.partial {
					t.Errorf("in pieces of %d: partial is %t", piece, f.partial())
				}
			}
		})
	}
	t.Run("an idle connection holds no buffer", func(t *testing.T) {
		_, f := cutAll(plain, 50)
		if f.rest(); f.buf != nil {
			t.Errorf("%d bytes", cap(f.buf))
		}
	})
}
