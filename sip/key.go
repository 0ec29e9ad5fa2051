package sip

import (
	"strconv"
	"strings"
)

// cookie begins the branch of who follows RFC 3261 (section 8.1.1.7).
const cookie = "z9hG4bK"

// clientKey finds the transaction of a response (RFC 3261 section 17.1.3).
func clientKey(branch string, method RequestMethod) string {
	return branch + "\x00" + string(method)
}

// serverKey finds the transaction of a request (RFC 3261 section 17.2.3);
// method is INVITE for the ACK and the CANCEL of one.
func serverKey(req *Request, method RequestMethod) string {
	via := req.Via()
	b := branch(req)
	if !strings.HasPrefix(b, cookie) || len(b) == len(cookie) {
		return oldKey(req, method)
	}
	return strings.Join([]string{
		b, strings.ToLower(via.Host), strconv.Itoa(via.Port), string(method),
	}, "\x00")
}

// oldKey is for RFC 2543 peers. The To tag is left out, since the ACK has one
// that the INVITE had not.
func oldKey(req *Request, method RequestMethod) string {
	return strings.Join([]string{
		req.Recipient.String(), callID(req), fromTag(req), number(req),
		req.Via().Value(), string(method),
	}, "\x00")
}
