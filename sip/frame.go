package sip

import "bytes"

var crlf2 = []byte("\r\n\r\n")

// framer cuts a stream into messages by their Content-Length (RFC 3261
// sections 7.5 and 18.3).
type framer struct {
	buf  []byte // what was read and not yet cut
	seen int    // of it, where the search for the empty line goes on
	size int    // of the message at the front, once its head is whole
}

// room gives the place to read into. It is never empty: a message that fills
// the buffer has been cut or refused before.
func (f *framer) room() []byte {
	if len(f.buf) == cap(f.buf) {
		grown := make([]byte, len(f.buf), min(max(2048, 2*cap(f.buf)), maxMessage+1))
		copy(grown, f.buf)
		f.buf = grown
	}
	return f.buf[len(f.buf):cap(f.buf)]
}

func (f *framer) wrote(n int) { f.buf = f.buf[:len(f.buf)+n] }

// partial tells whether a message has begun.
func (f *framer) partial() bool { return len(f.buf) > 2 }

// next takes the next message off; none when more must be read. ping is a
// double CRLF before it, which wants a CRLF back (RFC 5626 section 4.4.1). The
// message is good until room is called. After an error, which is a
// *ParseError, nobody knows where the next one begins.
func (f *framer) next() (message []byte, ping bool, err error) {
	if bytes.HasPrefix(f.buf, crlf2) {
		f.cut(4)
		return nil, true, nil
	}
	if len(f.buf) > 2 && bytes.HasPrefix(f.buf, crlf2[:2]) && f.buf[2] != '\r' {
		f.cut(2)
	}
	if f.size == 0 {
		if f.size, err = f.measure(); err != nil {
			return nil, false, err
		}
	}
	if f.size == 0 || len(f.buf) < f.size {
		return nil, false, nil
	}
	message = f.buf[:f.size:f.size]
	f.cut(f.size)
	return message, false, nil
}

// cut drops n bytes from the front. The bytes stay where they are until room
// needs the place.
func (f *framer) cut(n int) {
	f.buf = f.buf[n:]
	f.seen, f.size = 0, 0
	if len(f.buf) == 0 {
		f.buf = nil // an idle connection holds no buffer
	}
}

// measure gives the size of the message at the front, 0 when its head is not
// whole yet.
func (f *framer) measure() (int, error) {
	i := bytes.Index(f.buf[f.seen:], crlf2)
	if i < 0 {
		f.seen = max(0, len(f.buf)-len(crlf2)+1)
		if len(f.buf) > maxMessage {
			return 0, bad("Message too large")
		}
		return 0, nil
	}
	end := f.seen + i
	h := readHead(string(f.buf[:end+2]))
	n, given, err := h.contentLength()
	switch {
	case err != nil:
	case !given:
		err = bad("Missing Content-Length")
	case end+len(crlf2)+n > maxMessage:
		err = bad("Message too large")
	default:
		return end + len(crlf2) + n, nil
	}
	h.fault = err
	_, err = h.message(nil) // for what a 400 needs
	return 0, err
}
