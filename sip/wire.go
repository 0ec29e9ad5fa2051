package sip

import "strings"

// wire takes the pieces in which the message model writes itself. It is the
// last place where a line break in a value, from wherever it came, can be kept
// from becoming a header field of its own.
type wire struct {
	b      []byte
	blank  bool // the last piece was a CRLF
	body   bool // the empty line is behind us
	unsafe bool
}

// WriteString takes one piece; line ends are pieces of their own.
func (w *wire) WriteString(s string) (int, error) {
	switch {
	case w.body:
	case s == "\r\n":
		w.body, w.blank = w.blank, true
	default:
		w.blank = false
		w.unsafe = w.unsafe || strings.ContainsAny(s, "\r\n\x00")
	}
	w.b = append(w.b, s...)
	return len(s), nil
}

// encode gives the bytes of a message. A missing Content-Length is added: on a
// stream nobody could find the end without it.
func encode(m Message) ([]byte, error) {
	if m.ContentLength() == nil {
		m.SetBody(m.Body())
	}
	w := wire{b: make([]byte, 0, 1024+len(m.Body()))}
	m.StringWrite(&w)
	switch {
	case w.unsafe:
		return nil, ErrUnsafe
	case len(w.b) > maxMessage:
		return nil, ErrTooLarge
	}
	return w.b, nil
}
