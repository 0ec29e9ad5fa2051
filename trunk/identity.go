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
	own := Caller{Number: cmp.Or(owned(o.Caller.Number), owned(settings.DefaultNumber), d.first[c.ID]), Name: o.Caller.Name}
	shown := own
	if o.Forwarded {
		own.Name = "" // theirs belongs to another number
		shown.Number = cmp.Or(o.Caller.Number, own.Number)
	}
	for _, who := range [...]*Caller{&own, &shown} {
		who.Name = clean(outboundName(settings, c, who.Name))
	}
	shown.Private = o.Caller.Private && !w.Emergency
	w.identity(own, shown, c.Country)
}

// outboundName is the name of a caller as the customer wants the world to see it.
func outboundName(s *phone.Settings, c *phone.Customer, name string) string {
	switch s.CallerIDNameOutbound {
	case "CUSTOMER":
		return c.Name
	case "PREFIX":
		return strings.TrimSpace(c.Name + " " + name)
	}
	return name
}

// identity writes the header fields (RFC 3325 sections 5 and 7, RFC 3323).
func (w *Way) identity(own, shown Caller, country string) {
	domain, set := host(w.line.domain()), &w.line.sip
	if own.Number != "" {
		asserted := sip.Address{Name: escaped(own.Name), URI: sip.URI{Scheme: "sip", User: set.Written(own.Number, country), Host: domain}}
		w.Headers = append(w.Headers, sip.NewHeader("P-Asserted-Identity", asserted.String()))
	}
	w.From = sip.FromHeader{
		DisplayName: escaped(shown.Name),
		Address:     sip.URI{Scheme: "sip", User: cmp.Or(set.Written(shown.Number, country), set.Username, "anonymous"), Host: domain},
	}
	if shown.Private {
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
