package sip

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"strings"
)

// maxParts is how many parts of a body are looked at.
const maxParts = 16

// SDP is the session description of a message, nil when it has none: its body, or
// in a multipart one the first part of that type (RFC 5621 section 3). One that is
// there for another purpose than the session does not count.
func SDP(m Message) []byte {
	sdp, _ := content(m)
	return sdp
}

// Understood says whether nothing of a body has to be understood that is no
// session description: if not, the answer is 415 (RFC 3261 section 8.2.3).
func Understood(m Message) bool {
	_, ok := content(m)
	return ok
}

func content(m Message) (sdp []byte, ok bool) {
	b := m.Body()
	if len(b) == 0 {
		return nil, true
	}
	p := part{textOf(m, "Content-Type"), textOf(m, "Content-Disposition"), textOf(m, "Content-Encoding"), b}
	return p.read(2)
}

func textOf(m Message, name string) string {
	for h := range namedFields(m, name) {
		return h.Value()
	}
	return ""
}

// part is a body or a part of one.
type part struct {
	kind, disposition, encoding string
	body                        []byte
}

// read gives the session description, and whether all else may be ignored; depth
// is how deep parts may lie in parts.
func (p part) read(depth int) (sdp []byte, ok bool) {
	media, rest, _ := strings.Cut(p.kind, ";")
	media = strings.ToLower(trim(media))
	plain := p.encoding == "" || strings.EqualFold(p.encoding, "identity")
	switch {
	case media == "application/sdp" && plain && p.forSession():
		return p.body, true
	case strings.HasPrefix(media, "multipart/") && plain && depth > 0:
		sdp, ok = p.parts(rest, depth-1)
		return sdp, ok || sdp != nil && media == "multipart/alternative" // one of them is enough
	}
	return nil, p.optional()
}

// forSession: without a Content-Disposition a session description is for the
// session (RFC 3261 section 20.11).
func (p part) forSession() bool {
	kind, _, _ := strings.Cut(p.disposition, ";")
	kind = trim(kind)
	return kind == "" || strings.EqualFold(kind, "session")
}

// optional: handling is required if nothing is said (RFC 3204 section 6).
func (p part) optional() bool {
	_, rest, _ := strings.Cut(p.disposition, ";")
	ps, err := parseParams(";" + rest)
	return err == nil && strings.EqualFold(ps.GetOr("handling", ""), "optional")
}

func (p part) parts(params string, depth int) (sdp []byte, ok bool) {
	_, ps, err := mime.ParseMediaType("multipart/mixed;" + params)
	if err != nil || ps["boundary"] == "" {
		return nil, p.optional()
	}
	ok = true
	r := multipart.NewReader(bytes.NewReader(p.body), ps["boundary"])
	for range maxParts {
		q, err := r.NextRawPart()
		if err != nil {
			return sdp, ok && (err == io.EOF || sdp != nil)
		}
		body, _ := io.ReadAll(q)
		h := part{q.Header.Get("Content-Type"), q.Header.Get("Content-Disposition"), q.Header.Get("Content-Encoding"), body}
		if e := q.Header.Get("Content-Transfer-Encoding"); strings.EqualFold(e, "base64") || strings.EqualFold(e, "quoted-printable") {
			h.encoding = e
		}
		found, fine := h.read(depth)
		if ok = ok && fine; sdp == nil {
			sdp = found
		}
	}
	return sdp, ok
}
