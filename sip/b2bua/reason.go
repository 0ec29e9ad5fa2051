package b2bua

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"ringfence/sip"
	"ringfence/sip/session"
)

// reason is the header field of RFC 3326 for a SIP cause.
func reason(code int, text string) sip.Header {
	return sip.NewHeader("Reason", fmt.Sprintf("SIP;cause=%d;text=%q", code, text))
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
		if protocol, cause, ok := parseReason(value); ok && len(hs) < 2 {
			hs = append(hs, sip.NewHeader("Reason", protocol+";cause="+strconv.Itoa(cause)))
		}
	}
	return hs
}

// parseReason reads the protocol and cause of a Reason. Only those that have
// numbers all know are read.
func parseReason(value string) (protocol string, cause int, ok bool) {
	parts := strings.Split(value, ";")
	switch strings.ToUpper(strings.TrimSpace(parts[0])) {
	case "SIP":
		protocol = "SIP"
	case "Q.850":
		protocol = "Q.850"
	default:
		return "", 0, false
	}
	for _, p := range parts[1:] {
		name, number, _ := strings.Cut(p, "=")
		if n, err := strconv.Atoi(strings.TrimSpace(number)); err == nil && strings.EqualFold(strings.TrimSpace(name), "cause") {
			return protocol, n, n > 0 && n < 1000
		}
	}
	return "", 0, false
}
