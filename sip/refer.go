package sip

import (
	"errors"
	"net/url"
	"strings"
)

var errRefer = errors.New("sip: malformed Refer-To")

// Refer is what a REFER asks for (RFC 3515 section 2.1).
type Refer struct {
	Target   URI           // without header fields and method
	Method   RequestMethod // INVITE when none is given
	Replaces *Replaces     // the call that the new one takes the place of, or nil
	By       string        // the value of Referred-By (RFC 3892), or ""
}

// ReferOf reads a REFER. An error is a 400: no Refer-To, two, or one that cannot
// be read.
func ReferOf(req *Request) (Refer, error) {
	text, given, ok := lone(req, "Refer-To")
	if !given || !ok {
		return Refer{}, errRefer
	}
	u, err := referURI(text)
	if err != nil {
		return Refer{}, errRefer
	}
	r := Refer{Target: u, Method: INVITE}
	if m, given := u.UriParams.Get("method"); given {
		r.Method = RequestMethod(m)
		r.Target = *u.Clone()
		r.Target.UriParams.Remove("method")
	}
	r.Target.Headers = nil
	if v := uriHeader(u, "Replaces"); v != "" {
		rep, ok := ParseReplaces(unescaped(v))
		if !ok {
			return Refer{}, errRefer
		}
		r.Replaces = &rep
	}
	r.By, _, _ = lone(req, "Referred-By")
	return r, nil
}

// referURI takes a bare URI with header fields, too: some phones leave out the
// brackets that RFC 3261 section 20 wants then.
func referURI(text string) (URI, error) {
	if !strings.Contains(text, "<") && strings.Contains(text, "?") {
		return ParseURI(trim(text))
	}
	_, u, _, err := ParseAddress(text)
	return u, err
}

// uriHeader is a header field within a URI, still escaped.
func uriHeader(u URI, name string) string {
	for _, h := range u.Headers {
		if strings.EqualFold(h.K, name) {
			return h.V
		}
	}
	return ""
}

// unescaped is text without its %HH (RFC 3261 section 19.1.2); "" when one is
// broken.
func unescaped(s string) string {
	t, err := url.PathUnescape(s)
	if err != nil {
		return ""
	}
	return t
}

// Replaces names a dialog that a call takes the place of (RFC 3891).
type Replaces struct {
	CallID    string
	ToTag     string // the local one of who gets it
	FromTag   string // the remote one of who gets it
	EarlyOnly bool   // only if that call has not been answered
}

// ReplacesOf reads the Replaces of an INVITE. With an error it is 400: two, or one
// that cannot be read (RFC 3891 section 3).
func ReplacesOf(req *Request) (r Replaces, given bool, err error) {
	text, given, ok := lone(req, "Replaces")
	if !given {
		return Replaces{}, false, nil
	}
	if ok {
		r, ok = ParseReplaces(text)
	}
	if !ok {
		return Replaces{}, true, errors.New("sip: malformed Replaces")
	}
	return r, true, nil
}

// ParseReplaces reads the value of Replaces.
func ParseReplaces(value string) (Replaces, bool) {
	id, rest, _ := strings.Cut(value, ";")
	ps, err := parseParams(";" + rest)
	r := Replaces{
		CallID: trim(id), ToTag: ps.GetOr("to-tag", ""), FromTag: ps.GetOr("from-tag", ""),
		EarlyOnly: ps.Has("early-only"),
	}
	if err != nil || r.CallID == "" || strings.ContainsAny(r.CallID, blanks+"\r\n\x00,") || !token(r.ToTag) || !token(r.FromTag) {
		return Replaces{}, false
	}
	return r, true
}

// String is the value of the header field.
func (r Replaces) String() string {
	s := r.CallID + ";to-tag=" + r.ToTag + ";from-tag=" + r.FromTag
	if r.EarlyOnly {
		s += ";early-only"
	}
	return s
}
