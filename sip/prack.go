package sip

import (
	"strconv"
	"strings"
)

// RAck is what a PRACK acknowledges (RFC 3262 section 7.2): the RSeq of a
// provisional response, and the CSeq of what that answered.
type RAck struct {
	RSeq   uint32
	CSeq   uint32
	Method RequestMethod
}

// RAckOf reads the one RAck of a PRACK.
func RAckOf(req *Request) (RAck, bool) {
	text, given, ok := lone(req, "RAck")
	parts := strings.Fields(text)
	if !given || !ok || len(parts) != 3 || !token(parts[2]) {
		return RAck{}, false
	}
	r, ok1 := number32(parts[0])
	seq, err := decimal(parts[1], maxCSeq)
	return RAck{r, uint32(seq), RequestMethod(parts[2])}, ok1 && r > 0 && err == nil
}

// Header is for our PRACK.
func (r RAck) Header() Header {
	return NewHeader("RAck", strconv.FormatUint(uint64(r.RSeq), 10)+" "+strconv.FormatUint(uint64(r.CSeq), 10)+" "+string(r.Method))
}

// RSeqOf reads the number of a reliable provisional response (RFC 3262 section
// 7.1): one that has none is not reliable.
func RSeqOf(res *Response) (uint32, bool) {
	text, given, ok := lone(res, "RSeq")
	n, ok1 := number32(text)
	return n, given && ok && ok1 && n > 0
}
