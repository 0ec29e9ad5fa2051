package sip

import (
	"bytes"
)

var crlf2 = []byte("\r\n\r\n")

// cutter finds what a connection brings: framer on a stream, and webFramer on a
// WebSocket. next gives a piece that is good until room or rest is called.
type cutter interface {
	room() []byte
	wrote(n int)
	rest()
	empty() bool
	next() (piece, error)
	partial() bool // something has begun and is not whole
}

// piece is something that a peer sends.
type piece struct {
	kind kind
	data []byte
}

type kind int

const (
	noPiece    kind = iota // more must be read
	aMessage               // of SIP
	aKeepalive             // a double CRLF, which wants a CRLF back (RFC 5626 section 4.4.1)
	aPing                  // of a WebSocket, as the next two
	aPong
	aFarewell
)

// wantsAnswer tells what a peer could have us work with as often as it likes.
func (k kind) wantsAnswer() bool { return k == aMessage || k == aKeepalive || k == aPing }

// framer cuts a stream into messages by their Content-Length (RFC 3261
// sections 7.5 and 18.3).
type framer struct {
	inbox
	seen int // of what is there, where the search for the empty line goes on
	size int // of the message at the front, once its head is whole
}

// partial tells whether a message has begun. The beginning of a keepalive is
// none.
func (f *framer) partial() bool { return !bytes.HasPrefix(crlf2, f.data()) }

// next takes the next message off. After an error, which is a *ParseError,
// nobody knows where the next one begins.
func (f *framer) next() (piece, error) {
	b := f.data()
	if bytes.HasPrefix(b, crlf2) {
		f.take(4)
		return piece{kind: aKeepalive}, nil
	}
	if len(b) > 2 && bytes.HasPrefix(b, crlf2[:2]) && b[2] != '\r' {
		f.take(2)
		b = f.data()
	}
	if f.size == 0 {
		var err error
		if f.size, err = f.measure(b); err != nil {
			return piece{}, err
		}
	}
	if f.size == 0 || len(b) < f.size {
		return piece{}, nil
	}
	p := piece{aMessage, b[:f.size:f.size]}
	f.take(f.size)
	return p, nil
}

func (f *framer) take(n int) {
	f.cut(n)
	f.seen, f.size = 0, 0
}

// measure gives the size of the message at the front, 0 when its head is not
// whole yet.
func (f *framer) measure(b []byte) (int, error) {
	i := bytes.Index(b[f.seen:], crlf2)
	if i < 0 {
		f.seen = max(0, len(b)-len(crlf2)+1)
		if len(b) > maxMessage {
			return 0, bad("Message too large")
		}
		return 0, nil
	}
	end := f.seen + i
	head := b[:end+2]
	n, given, ok := plainLength(head)
	switch {
	case !ok:
		return 0, misframed(head)
	case !given:
		return 0, fault(head, "Missing Content-Length")
	case end+len(crlf2)+n > maxMessage:
		return 0, fault(head, "Message too large")
	}
	return end + len(crlf2) + n, nil
}

// plainLength reads the Content-Length of a head without reading the rest. It
// is not ok with a head that another parser may cut in another way: a bare CR
// or LF, a NUL, a length that is folded, also before its colon, repeated or not
// 1*DIGIT. Where it is ok, it is as head.contentLength has it.
func plainLength(head []byte) (n int, given, ok bool) {
	if bytes.IndexByte(head, 0) >= 0 {
		return 0, false, false
	}
	for start := true; len(head) > 0; start = false {
		line, rest := plainLine(head)
		if line == nil {
			return 0, false, false
		}
		head = rest
		value, is := lengthOf(line)
		switch {
		case start:
			continue
		case !is && continues(head) && isLength(line): // its colon may follow
			return 0, false, false
		case !is:
			continue
		}
		var err error
		if n, err = decimal(string(bytes.Trim(value, blanks)), maxMessage); err != nil || given || continues(head) {
			return 0, true, false
		}
		given = true
	}
	return n, given, true
}

// plainLine takes the first line off, without its CRLF; nil when it ends with
// something else or has a CR in it.
func plainLine(head []byte) (line, rest []byte) {
	end := bytes.IndexByte(head, '\n')
	if end < 1 || bytes.IndexByte(head[:end], '\r') != end-1 {
		return nil, nil
	}
	return head[: end-1 : end-1], head[end+1:]
}

func continues(rest []byte) bool { return len(rest) > 0 && (rest[0] == ' ' || rest[0] == '\t') }

var contentLength = []byte("Content-Length")

// isLength says whether a line is the name alone.
func isLength(line []byte) bool {
	name := bytes.TrimRight(line, blanks)
	return len(name) == 1 && name[0]|0x20 == 'l' || bytes.EqualFold(name, contentLength)
}

// lengthOf gives the value of a Content-Length line, in any spelling.
func lengthOf(line []byte) (value []byte, is bool) {
	switch {
	case len(line) > 1 && line[0]|0x20 == 'l':
		line = line[1:]
	case len(line) > len(contentLength) && line[7] == '-' && bytes.EqualFold(line[:len(contentLength)], contentLength):
		line = line[len(contentLength):]
	default:
		return nil, false
	}
	line = bytes.TrimLeft(line, blanks)
	if len(line) == 0 || line[0] != ':' {
		return nil, false
	}
	return line[1:], true
}

// misframed is the error of a head whose length is not plain.
func misframed(head []byte) error {
	h := readHead(string(head))
	_, _, err := h.contentLength()
	h.fail(err)
	h.fail(bad("Malformed Content-Length"))
	return h.refused()
}

// fault is an error with what a 400 needs.
func fault(head []byte, reason string) error {
	h := readHead(string(head))
	h.fault = bad(reason)
	return h.refused()
}

func (h *head) refused() error {
	_, err := h.message(nil)
	return err
}
