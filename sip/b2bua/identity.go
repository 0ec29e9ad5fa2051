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
	return strings.Clone(strings.ToValidUTF8(user[:min(len(user), maxDialled)], "")) // not all of the message
}

// userPart is the user part without parameters, as it was written; of a tel URI its
// number.
func userPart(u sip.URI) string {
	if u.Scheme == "tel" {
		number, _ := sip.Number(u)
		return number
	}
	user, _, _ := strings.Cut(u.User, ";")
	return user
}

// party is who an end is, in the words that the other end is shown: name and
// number of its extension.
type party struct {
	name, number string
	anonymous    bool
}

// shown is who the caller is to those that are called.
func (c *call) shown() party {
	if c.ends[0] == nil { // whom a phone is asked to call
		return c.callee()
	}
	p := c.ends[0].party
	p.anonymous = p.anonymous || c.ring != nil && c.ring.anonymous
	return p.masked()
}

// masked is the party as it is shown: nothing of one that does not want to be
// (RFC 3323 section 4.1).
func (p party) masked() party {
	if p.anonymous {
		p.name, p.number = "Anonymous", "anonymous"
	}
	return p
}

// callee is who is called, as the caller sees it.
func (c *call) callee() party {
	return party{name: c.cdr.Callee.Name, number: c.cdr.Callee.Number}
}

// connected is who has answered, as the caller sees it. A number of the world
// stays as it was dialled.
func (c *call) connected() party {
	b := c.ends[1]
	if b.way != nil && c.cdr.Callee.DivertedBy == "" {
		return c.callee()
	}
	return b.party
}

func (p party) uri(domain string) sip.URI {
	if p.anonymous {
		domain = "anonymous.invalid"
	}
	return sip.URI{Scheme: "sip", User: escapeUser(p.masked().number), Host: domain}
}

// asserted is the P-Asserted-Identity of RFC 3325: phones trust us, and we know
// who it is by digest.
func (p party) asserted(domain string) sip.Header {
	a := sip.Address{Name: quotable(p.masked().name), URI: p.uri(domain)}
	return sip.NewHeader("P-Asserted-Identity", a.String())
}

// quotable is a name as it stands within a quoted-string (RFC 3261 section
// 25.1): the message model writes the quotes and leaves the rest to us.
func quotable(name string) string {
	name = strings.Map(printable, strings.ToValidUTF8(name, ""))
	if !strings.ContainsAny(name, `"\`) {
		return name
	}
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

// withheld reads a number that is dialled without being shown: after the code
// that mobile networks have for it.
func withheld(number string) (rest string, ok bool) {
	for _, code := range [...]string{"*31#", "#31#", "*31", "*67"} {
		if rest, ok = strings.CutPrefix(number, code); ok {
			return rest, true
		}
	}
	return number, false
}
