package sip

import "strings"

// compactNames are the one-letter forms (RFC 3261 section 7.3.3 and the IANA
// registry of header fields).
var compactNames = map[byte]string{
	'a': "Accept-Contact", 'b': "Referred-By", 'c': "Content-Type",
	'd': "Request-Disposition", 'e': "Content-Encoding", 'f': "From",
	'i': "Call-ID", 'j': "Reject-Contact", 'k': "Supported",
	'l': "Content-Length", 'm': "Contact", 'n': "Identity-Info", 'o': "Event",
	'r': "Refer-To", 's': "Subject", 't': "To", 'u': "Allow-Events",
	'v': "Via", 'x': "Session-Expires", 'y': "Identity",
}

// longNames finds a name in its usual spelling by that spelling and by its
// lower-case form. Others are left as they came.
var longNames = spellings(
	"Accept", "Accept-Contact", "Alert-Info", "Allow", "Allow-Events",
	"Authorization", "Call-ID", "Call-Info", "Contact", "Content-Disposition",
	"Content-Encoding", "Content-Length", "Content-Type", "CSeq", "Date",
	"Diversion", "Event", "Expires", "From", "History-Info", "Identity",
	"Max-Forwards", "Min-Expires", "Min-SE", "P-Asserted-Identity",
	"P-Preferred-Identity", "Path", "Privacy", "Proxy-Authenticate",
	"Proxy-Authorization", "Proxy-Require", "RAck", "RSeq", "Reason",
	"Record-Route", "Refer-To", "Referred-By", "Reject-Contact", "Replaces",
	"Request-Disposition", "Require", "Retry-After", "Route", "Server",
	"Service-Route", "Session-Expires", "Subject", "Subscription-State",
	"Supported", "Timestamp", "To", "Unsupported", "User-Agent", "Via",
	"Warning", "WWW-Authenticate",
)

func spellings(names ...string) map[string]string {
	m := make(map[string]string, 2*len(names))
	for _, n := range names {
		m[n], m[strings.ToLower(n)] = n, n
	}
	return m
}

// longName gives the usual long name for any spelling (names are
// case-insensitive, RFC 3261 section 7.3.1).
func longName(s string) string {
	if len(s) == 1 {
		if n, ok := compactNames[s[0]|0x20]; ok {
			return n
		}
		return s
	}
	if n, ok := longNames[s]; ok {
		return n
	}
	if n, ok := longNames[strings.ToLower(s)]; ok {
		return n
	}
	return s
}
