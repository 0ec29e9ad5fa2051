package sip

import (
	"iter"
	"slices"
	"strconv"
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

// Caller is who calls, as somebody trusted says: the first P-Asserted-Identity,
// else the Remote-Party-ID of the calling party.
func Caller(m Message) (Address, bool) {
	if all := Addresses(m, "P-Asserted-Identity"); len(all) > 0 {
		return all[0], true
	}
	for _, a := range Addresses(m, "Remote-Party-ID") {
		if party := a.Params.GetOr("party", "calling"); strings.EqualFold(party, "calling") {
			return a, true
		}
	}
	return Address{}, false
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

// Diversion is one step on the way of a call that was forwarded (RFC 5806).
type Diversion struct {
	Address
	Reason string // in lower case, such as user-busy or no-answer
	Count  int    // of diversions that it stands for
}

// Diversions reads all values of Diversion, the last step first.
func Diversions(m Message) []Diversion {
	var all []Diversion
	for _, a := range Addresses(m, "Diversion") {
		n, err := strconv.ParseUint(a.Params.GetOr("counter", "1"), 10, 8)
		if err != nil {
			n = 1
		}
		all = append(all, Diversion{a, strings.ToLower(unquoted(a.Params.GetOr("reason", ""))), int(n)})
	}
	return all
}

// History is one entry of History-Info (RFC 7044 section 5).
type History struct {
	Address
	Index string // of digits and dots
	Cause int    // why the call came here (RFC 4458), or else why it went on from here; 0 when not told
}

// HistoryInfo reads all entries of History-Info, the first target first.
func HistoryInfo(m Message) []History {
	var all []History
	for _, a := range Addresses(m, "History-Info") {
		h := History{Address: a, Index: a.Params.GetOr("index", "")}
		if n, err := decimal(a.URI.UriParams.GetOr("cause", ""), 699); err == nil {
			h.Cause = n
		} else if r, ok := ParseReason(unescaped(uriHeader(a.URI, "Reason"))); ok {
			h.Cause = r.Cause
		}
		all = append(all, h)
	}
	return all
}
