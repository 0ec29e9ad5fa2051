package trunk

import (
	"cmp"
	"strings"

	"ringfence/phone"
	"ringfence/sip"
)

// identify says who calls. The number that is vouched for is one of the
// customer's; what a phone claims to be, and who was forwarded, is at most shown.
func (l *Lines) identify(w *Way, c *phone.Customer, o *Outgoing) {
	d, settings := l.book.Load(), l.Book.Settings(c.ID)
	owned := func(number string) string {
		if t := d.numbers[number]; t != nil && t.Customer == c.ID {
			return number
		}
		return ""
	}
	own := cmp.Or(owned(o.Caller.Number), owned(settings.DefaultNumber), d.first[c.ID])
	shown := own
	if o.Forwarded && o.Caller.Number != "" {
		shown = o.Caller.Number
	}
	name := o.Caller.Name
	switch settings.CallerIDNameOutbound {
	case "CUSTOMER":
		name = c.Name
	case "PREFIX":
		name = strings.TrimSpace(c.Name + " " + name)
	}
	w.identity(own, shown, clean(name), o.Caller.Private && !w.Emergency, c.Country)
}

// identity writes the header fields (RFC 3325 sections 5 and 7, RFC 3323).
func (w *Way) identity(own, shown, name string, private bool, country string) {
	domain, set := host(w.line.domain()), &w.line.sip
	if own != "" {
		asserted := sip.Address{Name: escaped(name), URI: sip.URI{Scheme: "sip", User: set.Written(own, country), Host: domain}}
		w.Headers = append(w.Headers, sip.NewHeader("P-Asserted-Identity", asserted.String()))
	}
	w.From = sip.FromHeader{
		DisplayName: escaped(name),
		Address:     sip.URI{Scheme: "sip", User: cmp.Or(set.Written(shown, country), set.Username, "anonymous"), Host: domain},
	}
	if private {
		w.From = sip.FromHeader{DisplayName: "Anonymous", Address: sip.URI{Scheme: "sip", User: "anonymous", Host: "anonymous.invalid"}}
		w.Headers = append(w.Headers, sip.NewHeader("Privacy", "id"))
	}
}

// escaped is a name as it stands between quotes (RFC 3261 section 25.1).
func escaped(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, `\`, `\\`), `"`, `\"`)
}

// uri is a number at the line.
func (l *line) uri(number string) sip.URI {
	u := l.registrar()
	u.User = number
	return u
}
