package sip

import (
	"bytes"
	"strconv"
	"strings"
	"sync"
)

// wires are buffers to write messages in.
var wires = sync.Pool{New: func() any { return &wire{b: make([]byte, 0, 2048)} }}

// mostWire is the largest buffer that is used again.
const mostWire = 16 << 10

// wire is a message that is being written. It is the last place where a line
// break in a value, from wherever it came, can be kept from becoming a header
// field of its own.
type wire struct {
	b     []byte
	lines int // that have been ended
}

func newWire() *wire {
	w := wires.Get().(*wire)
	w.b, w.lines = w.b[:0], 0
	return w
}

// free is when nothing of it is used any more.
func (w *wire) free() {
	if cap(w.b) <= mostWire {
		wires.Put(w)
	}
}

func (w *wire) end() {
	w.b = append(w.b, '\r', '\n')
	w.lines++
}

// message writes it whole. A missing Content-Length is written all the same: on a
// stream nobody could find the end without it.
func (w *wire) message(m Message) error {
	w.start(m)
	return w.rest(headersOf(m), m.Body())
}

func (w *wire) start(m Message) {
	switch m := m.(type) {
	case *Request:
		w.requestLine(m.Method, &m.Recipient)
	case *Response:
		w.status(m.StatusCode, m.Reason)
	}
}

func (w *wire) requestLine(method RequestMethod, target *URI) {
	w.b = append(append(w.b, method...), ' ')
	w.b = append(appendURI(w.b, target), " SIP/2.0"...)
	w.end()
}

func (w *wire) status(code int, reason string) {
	w.b = append(w.b, "SIP/2.0 "...)
	w.b = append(strconv.AppendInt(w.b, int64(code), 10), ' ')
	w.b = append(w.b, reason...)
	w.end()
}

// rest is header fields and body. The error is ErrUnsafe or ErrTooLarge.
func (w *wire) rest(hs []Header, body []byte) error {
	measured := false
	for _, h := range hs {
		measured = measured || measures(h)
		w.field(h)
	}
	if !measured {
		w.b = strconv.AppendInt(append(w.b, "Content-Length: "...), int64(len(body)), 10)
		w.end()
	}
	w.end()
	switch {
	case !clean(borrow(w.b), w.lines) || bytes.Count(w.b, []byte{'\n'}) != w.lines:
		return ErrUnsafe
	case len(w.b)+len(body) > maxMessage:
		return ErrTooLarge
	}
	w.b = append(w.b, body...)
	return nil
}

func measures(h Header) bool {
	if _, ok := h.(*ContentLengthHeader); ok {
		return true
	}
	n := h.Name()
	return len(n) == len("Content-Length") && strings.EqualFold(n, "Content-Length")
}

// field writes what the message model would write.
func (w *wire) field(h Header) {
	w.b = append(append(w.b, h.Name()...), ": "...)
	switch h := h.(type) {
	case *ViaHeader:
		w.b = appendVia(w.b, h)
	case *FromHeader:
		w.b = appendAddress(w.b, h.DisplayName, &h.Address, h.Params)
	case *ToHeader:
		w.b = appendAddress(w.b, h.DisplayName, &h.Address, h.Params)
	case *ContactHeader:
		if h.Address.Wildcard {
			w.b = append(w.b, '*')
		} else {
			w.b = appendAddress(w.b, h.DisplayName, &h.Address, h.Params)
		}
	case *RouteHeader:
		w.b = appendAddress(w.b, "", &h.Address, nil)
	case *CSeqHeader:
		w.b = append(strconv.AppendUint(w.b, uint64(h.SeqNo), 10), ' ')
		w.b = append(w.b, h.MethodName...)
	case *MaxForwardsHeader:
		w.b = strconv.AppendUint(w.b, uint64(*h), 10)
	case *ContentLengthHeader:
		w.b = strconv.AppendUint(w.b, uint64(*h), 10)
	default:
		w.b = append(w.b, h.Value()...)
	}
	w.end()
}

func appendVia(b []byte, v *ViaHeader) []byte {
	b = append(append(b, v.ProtocolName...), '/')
	b = append(append(b, v.ProtocolVersion...), '/')
	b = append(append(b, v.Transport...), ' ')
	return appendParams(appendPort(appendHost(b, v.Host), v.Port), ';', ';', v.Params)
}

func appendAddress(b []byte, name string, u *URI, ps Params) []byte {
	if name != "" {
		b = append(append(append(b, '"'), name...), `" `...)
	}
	b = append(appendURI(append(b, '<'), u), '>')
	return appendParams(b, ';', ';', ps)
}

func appendURI(b []byte, u *URI) []byte {
	scheme := u.Scheme
	if scheme == "" {
		scheme = "sip"
	}
	b = append(append(b, scheme...), ':')
	if raw := u.Raw(); raw != "" {
		return append(b, raw...)
	}
	if u.HierarhicalSlashes {
		b = append(b, "//"...)
	}
	if u.User != "" {
		b = append(b, u.User...)
		if u.Password != "" {
			b = append(append(b, ':'), u.Password...)
		}
		b = append(b, '@')
	}
	b = appendPort(appendHost(b, u.Host), u.Port)
	return appendParams(appendParams(b, ';', ';', u.UriParams), '?', '&', u.Headers)
}

// appendHost gives IPv6 its brackets: see sentBy.
func appendHost(b []byte, host string) []byte {
	if strings.IndexByte(host, ':') < 0 || host[0] == '[' {
		return append(b, host...)
	}
	if a, ok := Literal(host); !ok || a.Is4In6() {
		return append(b, host...)
	}
	return append(append(append(b, '['), host...), ']')
}

func appendPort(b []byte, port int) []byte {
	if port <= 0 {
		return b
	}
	return strconv.AppendInt(append(b, ':'), int64(port), 10)
}

func appendParams(b []byte, first, separator byte, ps Params) []byte {
	for i := range ps {
		p := &ps[i]
		b = append(append(b, first), p.K...)
		first = separator
		switch {
		case p.V == "":
		case strings.IndexByte(p.V, ' ') >= 0 || strings.IndexByte(p.V, '\t') >= 0:
			b = append(append(append(b, `="`...), p.V...), '"')
		default:
			b = append(append(b, '='), p.V...)
		}
	}
	return b
}
