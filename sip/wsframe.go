package sip

import (
	"bytes"
	"errors"
	"unicode/utf8"

	"github.com/gobwas/ws"
)

// webError is a WebSocket that has to be closed, with the code that tells why.
type webError struct{ code ws.StatusCode }

func (e webError) Error() string { return "sip: WebSocket is no good" }

// webFramer cuts a WebSocket into messages (RFC 6455 section 5, RFC 7118
// section 5): one of it is one of SIP, in one frame or in several.
type webFramer struct {
	inbox
	begun bool // a message has come in part, which is in whole
	text  bool // what has begun, or the frame at hand, is text
	whole []byte
}

func (f *webFramer) partial() bool { return f.begun || !f.empty() }

// next takes the next piece off. An error is a webError.
func (f *webFramer) next() (piece, error) {
	for {
		h, payload, err := f.frame()
		if err != nil || payload == nil {
			return piece{}, err
		}
		switch h.OpCode {
		case ws.OpPing:
			return piece{aPing, payload}, nil
		case ws.OpPong:
			continue
		case ws.OpClose:
			return piece{aFarewell, payload}, nil
		case ws.OpText, ws.OpBinary:
			f.text = h.OpCode == ws.OpText
		}
		if !h.Fin || f.begun {
			f.whole = append(f.whole, payload...)
			payload = f.whole
		}
		if f.begun = !h.Fin; f.begun {
			continue
		}
		f.whole = nil
		if f.text && !utf8.Valid(payload) {
			return piece{}, webError{ws.StatusInvalidFramePayloadData}
		}
		if p := pieceOf(payload); p.kind != noPiece {
			return p, nil
		}
	}
}

// pieceOf tells a message from the keepalive of RFC 5626 and from nothing.
func pieceOf(payload []byte) piece {
	switch {
	case len(bytes.Trim(payload, "\r\n")) > 0:
		return piece{aMessage, payload}
	case bytes.HasPrefix(payload, crlf2):
		return piece{kind: aKeepalive}
	}
	return piece{}
}

// frame takes the next frame off; without a payload, which may be empty but not
// nil, more must be read.
func (f *webFramer) frame() (h ws.Header, payload []byte, err error) {
	b := f.data()
	r := bytes.NewReader(b)
	h, err = ws.ReadHeader(r)
	if err != nil {
		if errors.Is(err, ws.ErrHeaderLengthMSB) || errors.Is(err, ws.ErrHeaderLengthUnexpected) {
			return h, nil, webError{ws.StatusProtocolError}
		}
		return h, nil, nil // it is not whole
	}
	state := ws.StateServerSide
	if f.begun {
		state = state.Set(ws.StateFragmented)
	}
	if ws.CheckHeader(h, state) != nil {
		return h, nil, webError{ws.StatusProtocolError}
	}
	if h.Length > maxMessage || int(h.Length)+len(f.whole) > maxMessage && !h.OpCode.IsControl() {
		return h, nil, webError{ws.StatusMessageTooBig}
	}
	start := len(b) - r.Len()
	end := start + int(h.Length)
	if len(b) < end {
		return h, nil, nil
	}
	payload = b[start:end:end]
	ws.Cipher(payload, h.Mask, 0)
	f.cut(end)
	return h, payload, nil
}

// webFrame appends a message as one frame. Clients written for browsers want
// text; what is none cannot be sent as text.
func webFrame(dst, message []byte) []byte {
	op := ws.OpText
	if !utf8.Valid(message) {
		op = ws.OpBinary
	}
	return appendFrame(dst, op, message)
}

func appendFrame(dst []byte, op ws.OpCode, payload []byte) []byte {
	b := bytes.NewBuffer(dst)
	_ = ws.WriteHeader(b, ws.Header{Fin: true, OpCode: op, Length: int64(len(payload))}) // a Buffer takes all
	b.Write(payload)
	return b.Bytes()
}

// framed appends a message to what is to be written, as this connection wants
// it.
func (c *stream) framed(dst, message []byte) []byte {
	if c.web() {
		return webFrame(dst, message)
	}
	return append(dst, message...)
}

func (c *stream) ping() error { return c.enqueue(appendFrame(nil, ws.OpPing, nil)) }

func (c *stream) pong(payload []byte) error {
	return c.enqueue(appendFrame(nil, ws.OpPong, payload))
}

// wave says farewell on a WebSocket, once. Before its handshake there is none.
func (c *stream) wave(code ws.StatusCode) error {
	c.out.mu.Lock()
	waved := c.out.waved || !c.out.upgraded
	c.out.waved = true
	c.out.mu.Unlock()
	if waved {
		return nil
	}
	var body []byte
	if !code.Empty() {
		body = ws.NewCloseFrameBody(code, "")
	}
	return c.enqueue(appendFrame(nil, ws.OpClose, body))
}

// farewell answers the peer's (RFC 6455 section 5.5.1).
func (c *stream) farewell(payload []byte) error {
	if len(payload) == 0 {
		return c.wave(0)
	}
	code, reason := ws.ParseCloseFrameData(payload)
	if ws.CheckCloseFrameData(code, reason) != nil {
		code = ws.StatusProtocolError
	}
	return c.wave(code)
}

// fits says whether a message that came in a WebSocket message of its own is as
// long as it says (RFC 7118 section 5): its Content-Length may be left out, but
// not be another.
func (c *stream) fits(message []byte) error {
	if !c.web() {
		return nil
	}
	head, body, ok := bytes.Cut(bytes.TrimLeft(message, "\r\n"), crlf2)
	if !ok {
		return bad("No empty line")
	}
	head = append(bytes.Clone(head), "\r\n"...)
	n, given, plain := plainLength(head)
	switch {
	case !plain:
		return misframed(head)
	case given && n != len(body):
		return fault(head, "Content-Length is not that of the message")
	}
	return nil
}
