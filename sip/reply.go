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
//
// The response has the header fields of the request itself, but for To and single
// numbers and words: replace them, never write to them.
func Reply(req *Request, code int, reason string, hs ...Header) *Response {
	b := &replyBox{}
	b.StatusCode, b.Reason, b.SipVersion = code, reason, "SIP/2.0"
	room := newScratch()
	defer room.free()
	g := &room.gathered
	g.copy(req, "Via")
	if from := req.From(); from != nil {
		g.add(from)
	}
	if to := req.To(); to != nil {
		b.to = ToHeader{DisplayName: to.DisplayName, Address: to.Address, Params: append(b.params[:0], to.Params...)}
		if code > 100 && !to.Params.Has("tag") {
			b.to.Params = append(b.to.Params, Param{K: "tag", V: replyTag(req)})
		}
		g.add(&b.to)
	}
	g.copy(req, "Call-ID")
	g.copy(req, "CSeq")
	switch {
	case code == 100:
		g.copy(req, "Timestamp")
	case code < 300 && makesDialog(req.Method):
		g.copy(req, "Record-Route")
	}
	g.hs = append(append(g.hs, hs...), &b.length)
	g.into(&b.Response)
	return &b.Response
}

// replyBox is a response with what it does not share with its request.
type replyBox struct {
	Response
	to     ToHeader
	params [2]Param // of to
	length ContentLengthHeader
}

// copy adds the header fields of a name.
func (g *gathered) copy(m *Request, name string) {
	for _, h := range m.Headers() {
		if named(h.Name(), name) {
			g.add(h)
		}
	}
}

func makesDialog(m RequestMethod) bool {
	return m == INVITE || m == SUBSCRIBE || m == REFER
}

// ReplyTag is the To tag that Reply gives to an answer to req.
func ReplyTag(req *Request) string {
	if tag := toTag(req); tag != "" {
		return tag
	}
	return replyTag(req)
}

// replyTag is the tag of our answers to req. What goes into it is what a
// CANCEL shares with its INVITE (RFC 3261 section 9.2 wants their tags equal).
func replyTag(req *Request) string {
	var seq uint32
	if h := req.CSeq(); h != nil {
		seq = h.SeqNo
	}
	var room [16]byte
	return string(appendTag(room[:0], callID(req), fromTag(req), branch(req), seq))
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
