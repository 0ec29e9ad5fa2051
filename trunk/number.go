package trunk

import (
	"net/url"
	"strings"

	"ringfence/sip"
)

// maxUser bounds the user part of a URI that a number is looked for in.
const maxUser = 64

// userOf is the user part of a sip, sips or tel URI, without what is not the
// number: a password, and parameters such as ;npdi or ;phone-context. It is ""
// when there is none.
func userOf(uri string) string {
	scheme, rest, ok := strings.Cut(uri, ":")
	if !ok {
		return ""
	}
	switch strings.ToLower(scheme) {
	case "tel":
		rest, _, _ = strings.Cut(rest, "?")
	case "sip", "sips":
		user, _, ok := strings.Cut(rest, "@")
		if !ok {
			return "" // a host alone
		}
		rest, _, _ = strings.Cut(user, ":")
	default:
		return ""
	}
	rest, _, _ = strings.Cut(rest, ";")
	if len(rest) > maxUser {
		return ""
	}
	if plain, err := url.PathUnescape(rest); err == nil { // %2B is a plus
		rest = plain
	}
	if strings.ContainsFunc(rest, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return ""
	}
	return rest
}

// called are the users that a request may be for, the likeliest first: where it
// goes, and, where that is the account that is registered, what else says whom
// the caller has dialled (RFC 7315 section 4.2).
func called(req *sip.Request) []string {
	users := []string{userOf(req.Recipient.String())}
	for _, h := range req.GetHeaders("P-Called-Party-ID") {
		uri, _ := sip.SplitAddress(h.Value())
		users = append(users, userOf(uri))
	}
	if to := req.To(); to != nil {
		users = append(users, userOf(to.Address.String()))
	}
	return users
}
