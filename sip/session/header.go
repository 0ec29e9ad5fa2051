package session

import (
	"iter"
	"strings"

	"ringfence/sip"
)

const blanks = " \t"

// tokens are the parts of a list of tokens.
func tokens(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for part := range strings.SplitSeq(s, ",") {
			if part = strings.Trim(part, blanks); part != "" && !yield(part) {
				return
			}
		}
	}
}

func among(list, token string) bool {
	for t := range tokens(list) {
		if t == token {
			return true
		}
	}
	return false
}

// reasons are the values of Reason (RFC 3326).
func reasons(m sip.Message) []string {
	var why []string
	for v := range sip.Tokens(m, "Reason") {
		why = append(why, strings.Clone(v))
	}
	return why
}

func seqOf(m sip.Message) uint32 {
	if h := m.CSeq(); h != nil {
		return h.SeqNo
	}
	return 0
}

func toTag(m sip.Message) string {
	if to := m.To(); to != nil {
		return to.Params.GetOr("tag", "")
	}
	return ""
}

func fromTag(m sip.Message) string {
	if from := m.From(); from != nil {
		return from.Params.GetOr("tag", "")
	}
	return ""
}

func callIDOf(m sip.Message) string {
	if id := m.CallID(); id != nil {
		return id.Value()
	}
	return ""
}

// request makes the next one of a dialog, with a session description if sdp is not
// empty.
func request(d *sip.Dialog, method sip.RequestMethod, sdp []byte, hs ...sip.Header) *sip.Request {
	if len(sdp) == 0 {
		return d.NewRequest(method, hs...)
	}
	t, n := sip.ContentTypeHeader("application/sdp"), sip.ContentLengthHeader(len(sdp))
	req := d.NewRequest(method, append(hs, &t, &n)...)
	req.SetBody(sdp)
	return req
}

func headersOf(m sip.Message) []sip.Header {
	switch m := m.(type) {
	case *sip.Request:
		return m.Headers()
	case *sip.Response:
		return m.Headers()
	}
	return nil
}
