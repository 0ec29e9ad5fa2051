package b2bua

import (
	"net/url"
	"strings"

	"ringfence/sip"
)

// maxDialled bounds what is kept of a dialled user part; a number that exists
// is much shorter.
const maxDialled = 64

// dialled is the number in a Request-URI: its user part without parameters
// such as phone-context (RFC 3261 section 19.1.6) and without escapes: "%2a21"
// is "*21". Control characters are left out: it goes into records and logs.
func dialled(u sip.URI) string {
	user := userPart(u)
	if plain, err := url.PathUnescape(user); err == nil {
		user = plain
	}
	user = strings.Map(printable, strings.ToValidUTF8(user, ""))
	return strings.ToValidUTF8(user[:min(len(user), maxDialled)], "")
}

// userPart is the user part without parameters, as it was written.
func userPart(u sip.URI) string {
	user, _, _ := strings.Cut(u.User, ";")
	return user
}

// identity is how one party is shown to the other: name and number of its
// extension.
type identity struct {
	name, number, domain string
}

func (i identity) uri() sip.URI {
	return sip.URI{Scheme: "sip", User: escapeUser(i.number), Host: i.domain}
}

// asserted is the P-Asserted-Identity of RFC 3325: phones trust us, and we know
// who it is by digest.
func (i identity) asserted() sip.Header {
	u := i.uri()
	value := "<" + u.String() + ">"
	if name := quotable(i.name); name != "" {
		value = `"` + name + `" ` + value
	}
	return sip.NewHeader("P-Asserted-Identity", value)
}

// quotable is a name as it stands within a quoted-string (RFC 3261 section
// 25.1): the message model writes the quotes and leaves the rest to us.
func quotable(name string) string {
	name = strings.Map(printable, strings.ToValidUTF8(name, ""))
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name)
}

// escapeUser escapes what a local number may have and a user part may not: #.
func escapeUser(number string) string { return strings.ReplaceAll(number, "#", "%23") }

// printable drops control characters.
func printable(r rune) rune {
	if r < ' ' || r == 0x7f {
		return -1
	}
	return r
}
