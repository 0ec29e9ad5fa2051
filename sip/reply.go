package sip

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
)

// tagKey makes our To tags unguessable. It is chosen once for the process, not
// for a Stack, so that whoever answers a request, with a transaction or
// without, finds the same tag and need not remember it.
var tagKey = rand.Text()

// Reply makes the response to req after RFC 3261 section 8.2.6: Via, From, To,
// Call-ID and CSeq of the request, then hs, then Content-Length 0 (SetBody
// changes it). Unless code is 100 or the request has one, the To tag is added:
// the same for a retransmission and for a CANCEL. A 100 repeats Timestamp; 101
// to 299 repeat Record-Route where they can make a dialog (12.1.1).
func Reply(req *Request, code int, reason string, hs ...Header) *Response {
	res := NewResponse(code, reason)
	copyAll(res, req, "Via")
	if from := req.From(); from != nil {
		res.AppendHeader(CloneHeader(from))
	}
	if to := req.To(); to != nil {
		to = CloneHeader(to).(*ToHeader)
		if code > 100 && !to.Params.Has("tag") {
			to.Params.Add("tag", replyTag(req))
		}
		res.AppendHeader(to)
	}
	copyAll(res, req, "Call-ID")
	copyAll(res, req, "CSeq")
	switch {
	case code == 100:
		copyAll(res, req, "Timestamp")
	case code < 300 && makesDialog(req.Method):
		copyAll(res, req, "Record-Route")
	}
	for _, h := range hs {
		res.AppendHeader(h)
	}
	res.SetBody(nil)
	return res
}

func copyAll(to, from Message, name string) {
	for _, h := range from.GetHeaders(name) {
		to.AppendHeader(CloneHeader(h))
	}
}

func makesDialog(m RequestMethod) bool {
	return m == INVITE || m == SUBSCRIBE || m == REFER
}

// replyTag is the tag of our answers to req. What goes into it is what a
// CANCEL shares with its INVITE (RFC 3261 section 9.2 wants their tags equal).
func replyTag(req *Request) string {
	var seq uint32
	if h := req.CSeq(); h != nil {
		seq = h.SeqNo
	}
	return string(appendTag(nil, callID(req), fromTag(req), branch(req), seq))
}

// appendTag appends the tag for what identifies a request. That the hash begins
// with its key is enough: nobody sees more than a part of it.
func appendTag(dst []byte, callID, fromTag, branch string, seq uint32) []byte {
	var room [256]byte // else every answer would leave garbage
	b := append(room[:0], tagKey...)
	for _, s := range [...]string{callID, fromTag, branch} {
		b = append(b, 0)
		b = append(b, s...)
	}
	b = binary.BigEndian.AppendUint32(append(b, 0), seq)
	sum := sha256.Sum256(b)
	return hex.AppendEncode(dst, sum[:8])
}

func callID(m Message) string {
	if id := m.CallID(); id != nil {
		return id.Value()
	}
	return ""
}

func fromTag(m Message) string {
	if from := m.From(); from != nil {
		return from.Params.GetOr("tag", "")
	}
	return ""
}

func toTag(m Message) string {
	if to := m.To(); to != nil {
		return to.Params.GetOr("tag", "")
	}
	return ""
}

func branch(m Message) string {
	if via := m.Via(); via != nil {
		return via.Params.GetOr("branch", "")
	}
	return ""
}

func number(m Message) string {
	if seq := m.CSeq(); seq != nil {
		return strconv.FormatUint(uint64(seq.SeqNo), 10)
	}
	return ""
}
