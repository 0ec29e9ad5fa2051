package sip

import (
	"iter"
	"slices"
	"strings"
)

// Address is a name-addr or addr-spec with its parameters, as ParseAddress reads
// it.
type Address struct {
	Name   string // display name without its quotes; what was escaped in it still is
	URI    URI
	Params Params
}

// Addresses reads all values of a header field of addresses, such as
// P-Asserted-Identity and P-Preferred-Identity (RFC 3325 section 9) or
// Remote-Party-ID; what cannot be read is left out.
func Addresses(m Message, name string) []Address {
	var all []Address
	for v := range texts(m, name) {
		if name, uri, ps, err := ParseAddress(v); err == nil {
			all = append(all, Address{name, uri, ps})
		}
	}
	return all
}

// String is the value of the header field.
func (a Address) String() string {
	s := "<" + a.URI.String() + ">" + paramsText(a.Params)
	if a.Name != "" {
		return `"` + a.Name + `" ` + s
	}
	return s
}

// Callers are who calls, as somebody trusted says: the values of
// P-Asserted-Identity, which may be two (RFC 3325 section 9.1), then the
// Remote-Party-IDs of the calling party.
func Callers(m Message) []Address {
	all := Addresses(m, "P-Asserted-Identity")
	for _, a := range Addresses(m, "Remote-Party-ID") {
		if party := a.Params.GetOr("party", "calling"); strings.EqualFold(party, "calling") {
			all = append(all, a)
		}
	}
	return all
}

// Privacy are the values of Privacy in lower case (RFC 3323 section 4.2): id,
// header, session, user, history, none, critical. Semicolons part them; commas are
// seen in the field.
func Privacy(m Message) iter.Seq[string] {
	return func(yield func(string) bool) {
		for v := range texts(m, "Privacy") {
			for p := range strings.SplitSeq(v, ";") {
				if p = strings.ToLower(trim(p)); p != "" && !yield(p) {
					return
				}
			}
		}
	}
}

// Anonymous says whether the caller wants not to be shown: by Privacy, by the From
// of RFC 3323 section 4.1.1.3, or by the privacy of a Remote-Party-ID.
func Anonymous(m Message) bool {
	for p := range Privacy(m) {
		switch p {
		case "id", "user", "header":
			return true
		case "none":
			return false
		}
	}
	if from := m.From(); from != nil && strings.EqualFold(from.Address.Host, "anonymous.invalid") {
		return true
	}
	return slices.ContainsFunc(Addresses(m, "Remote-Party-ID"), func(a Address) bool {
		full := strings.EqualFold(unquoted(a.Params.GetOr("privacy", "")), "full")
		return full && !strings.EqualFold(a.Params.GetOr("party", "calling"), "called")
	})
}
