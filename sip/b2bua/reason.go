package b2bua

import (
	"cmp"
	"strings"

	"ringfence/sip"
	"ringfence/sip/session"
)

// reason is the header field of RFC 3326 for a SIP cause.
func reason(code int, text string) sip.Header {
	return sip.Reason{Protocol: "SIP", Cause: code, Text: text}.Header()
}

// elsewhere is the reason of the CANCEL to those that rang in vain.
var elsewhere = reason(200, "Call completed elsewhere")

// lostBy is what one end is told of the other, which is gone without a word.
func (c *call) lostBy(why *session.End) sip.Header {
	switch c.cdr.ReasonText = why.Cause.String(); why.Cause {
	case session.NoACK:
		return reason(408, "No ACK")
	case session.NoPRACK:
		return reason(504, "No PRACK")
	case session.Expired:
		return reason(408, "Session Expired")
	}
	return reason(cmp.Or(why.Status, 408), "Peer Lost")
}

// reasons are those that one end gave, for the other: the numbers and nothing
// of the text.
func (c *call) reasons(why []string) (hs []sip.Header) {
	for _, value := range why {
		if c.cdr.ReasonText == "" {
			c.cdr.ReasonText = clip(value)
		}
		if r, ok := sip.ParseReason(value); ok && numbered(r) && len(hs) < 2 {
			hs = append(hs, sip.Reason{Protocol: strings.ToUpper(r.Protocol), Cause: r.Cause}.Header())
		}
	}
	return hs
}

// numbered says whether a reason has a number that all know.
func numbered(r sip.Reason) bool {
	known := strings.EqualFold(r.Protocol, "SIP") || strings.EqualFold(r.Protocol, "Q.850")
	return known && r.Cause > 0 && r.Cause < 1000
}
