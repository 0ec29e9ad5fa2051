package sip

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
)

// maxMessage is the size of the largest message, in bytes, on any transport.
const maxMessage = 65535

// ParseError tells why a message was refused.
type ParseError struct {
	Code   int    // the status code to answer with: 400, 416 or 505
	Reason string // the reason phrase to answer with
	// Partial is what could be read of a request; nil when it cannot be answered:
	// it has no Via, or it was a response.
	Partial *Request
	unread  []Header // of what an answer repeats, as it came
}

// Reply makes the answer to Partial. A From, To, Call-ID or CSeq that nobody
// could read goes back as it came, and a missing one stays missing: the sender
// can tell which request it was by the Via (RFC 4475 sections 3.1.2.6, 3.3.1).
func (e *ParseError) Reply() *Response {
	return Reply(e.Partial, e.Code, e.Reason, e.unread...)
}

func (e *ParseError) Error() string {
	return "sip: parse message: " + strconv.Itoa(e.Code) + " " + e.Reason
}

func bad(reason string) error { return &ParseError{Code: 400, Reason: reason} }

// Parse reads one datagram as one message. What follows the Content-Length is
// cut off (RFC 3261 section 18.3). Every error is a *ParseError. Refused is
// what does not follow the grammar, and besides: a missing From, To, Call-ID,
// CSeq or Via, two of a header field that must be single, a CSeq that names
// another method, a version that is not SIP/2.0 (505), a Request-URI that is
// neither sip nor sips, nor the tel of an INVITE (416), a Content-Length larger than what there is.
func Parse(data []byte) (Message, error) {
	all := bytes.Clone(bytes.TrimLeft(data, "\r\n")) // what the message keeps
	end := bytes.Index(all, crlf2)
	whole := end >= 0
	if !whole { // cut short on its way: what has come is enough to say so
		all = append(bytes.TrimSuffix(all, crlf2[:2]), crlf2...)
		end = len(all) - len(crlf2)
	}
	room := newScratch()
	h := head{fields: room.fields}
	defer func() {
		room.fields = h.fields
		room.free()
	}()
	h.read(borrow(all[:end+2]))
	if !whole {
		h.fault = bad("No empty line")
	}
	body := all[end+len(crlf2):]
	n, given, err := h.contentLength()
	h.fail(err)
	if n > len(body) {
		h.fail(bad("Content-Length exceeds the message"))
	} else if given {
		body = body[:n]
	}
	return h.message(body[:len(body):len(body)])
}

// message makes the message of a head and its body, which it keeps.
func (h *head) message(body []byte) (Message, error) {
	m, k, err := startLine(h.start)
	if m == nil {
		return nil, err
	}
	h.fail(err)
	unread := h.fill(m, k)
	h.fail(mandatory(m))
	req, isRequest := m.(*Request)
	if isRequest && req.CSeq() != nil && req.CSeq().MethodName != req.Method {
		h.fail(bad("CSeq names another method"))
	}
	if h.fault != nil {
		return nil, refusal(h.fault, req, unread)
	}
	if len(body) > 0 {
		m.SetBody(body)
	}
	return m, nil
}

// once gives the fields that may stand only once a bit each: two parsers might
// take different ones.
func once(name string) uint8 {
	switch name {
	case "From":
		return 1
	case "To":
		return 2
	case "Call-ID":
		return 4
	case "CSeq":
		return 8
	case "Max-Forwards":
		return 16
	}
	return 0
}

// fill adds the fields to m, of the single ones the first. It gives those back
// that could not be read and that an answer repeats. They must not come into m:
// the message model would try to read them again, in its own way.
func (h *head) fill(m Message, k *kit) (unread []Header) {
	room := newScratch()
	defer room.free()
	g := &room.gathered
	g.kit = k
	seen := uint8(0)
	for i := range h.fields {
		f := &h.fields[i]
		if h.fault != nil && strings.ContainsAny(f.value, "\r\n\x00") {
			continue // or the answer to it could not be written
		}
		bit := once(f.name)
		if seen&bit != 0 {
			h.fail(bad("Two " + f.name))
			continue
		}
		seen |= bit
		err := f.addTo(g)
		h.fail(err)
		if err != nil && bit != 0 && f.name != "Max-Forwards" {
			unread = append(unread, NewHeader(f.name, f.value))
		}
	}
	g.into(m)
	return unread
}

// refusal is the fault with what an answer needs, if there can be one.
func refusal(fault error, req *Request, unread []Header) error {
	var e *ParseError
	if !errors.As(fault, &e) || req == nil || req.Via() == nil {
		return fault
	}
	told := *e
	told.Partial, told.unread = req, unread
	return &told
}

// mandatory is RFC 3261 section 8.1.1 but Max-Forwards, which RFC 2543 did not
// know.
func mandatory(m Message) error {
	switch {
	case m.Via() == nil:
		return bad("Missing Via")
	case m.From() == nil:
		return bad("Missing From")
	case m.To() == nil:
		return bad("Missing To")
	case m.CallID() == nil:
		return bad("Missing Call-ID")
	case m.CSeq() == nil:
		return bad("Missing CSeq")
	}
	return nil
}

// startLine reads a Request-Line or Status-Line. With an error it still gives
// the message, when it is one of SIP at all.
func startLine(s string) (Message, *kit, error) {
	if len(s) >= 4 && strings.EqualFold(s[:4], "SIP/") {
		return statusLine(s)
	}
	return requestLine(s)
}

func statusLine(s string) (Message, *kit, error) {
	version, rest, _ := strings.Cut(s, " ")
	code, reason, _ := strings.Cut(rest, " ")
	n, err := decimal(code, 699)
	if err != nil || n < 100 || len(code) != 3 || !strings.EqualFold(version, "SIP/2.0") {
		return nil, nil, bad("Malformed Status-Line")
	}
	m, k := newResponse(n, reason)
	return m, k, nil
}

func requestLine(s string) (Message, *kit, error) {
	method, rest, _ := strings.Cut(s, " ")
	rest = strings.TrimRight(rest, blanks)
	i := strings.LastIndexByte(rest, ' ')
	if i < 0 || !token(method) || len(rest)-i < 5 || !strings.EqualFold(rest[i+1:i+5], "SIP/") {
		return nil, nil, bad("Malformed Request-Line")
	}
	m, k := newRequest(method, URI{})
	uri, err := k.parseURI(rest[:i])
	m.Recipient = uri
	switch {
	case !strings.EqualFold(rest[i+1:], "SIP/2.0"):
		err = &ParseError{Code: 505, Reason: "Version Not Supported"}
	case err != nil || uri.Scheme != "sip" && uri.Scheme != "sips" && !callsNumber(method, uri):
		err = badRequestURI(rest[:i])
	case uri.Headers.Length() > 0: // RFC 3261 19.1.1, table 1
		err = bad("Header in Request-URI")
	case len(method)+1+len(rest) != len(s):
		err = bad("Malformed Request-Line")
	}
	return m, k, err
}

// callsNumber says whether a request calls a telephone number: some providers write
// a tel URI (RFC 3966) where the number is all that they know.
func callsNumber(method string, u URI) bool {
	_, ok := Number(u)
	return ok && u.Scheme == "tel" && method == string(INVITE)
}

// badRequestURI tells a URI that is wrong from one whose scheme nobody here
// reads.
func badRequestURI(s string) error {
	scheme, rest, ok := strings.Cut(s, ":")
	ours := strings.EqualFold(scheme, "sip") || strings.EqualFold(scheme, "sips")
	if ok && !ours && token(scheme) && !strings.ContainsAny(rest, blanks) {
		return &ParseError{Code: 416, Reason: "Unsupported URI Scheme"}
	}
	return bad("Malformed Request-URI")
}
