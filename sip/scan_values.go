package sip

import (
	"net/netip"
	"strings"
)

// read takes the value of a From or To.
func (p *Party) read(value string) (ok bool) {
	spec, rest, ok := cutAddress(value)
	if !ok {
		return false
	}
	w := paramWalk{text: rest}
	for w.next() {
		if named(w.name, "tag") {
			if w.value == "" || w.value[0] == '"' {
				return false
			}
			p.Tag = w.value
		}
	}
	p.Value = value
	p.URI, ok = plainURI(spec)
	return ok && w.over()
}

// cutAddress takes the address off the front of s: a name-addr or addr-spec
// (RFC 3261 section 20.10) without parameters. A display name without quotes is
// of tokens and letters beyond ASCII.
func cutAddress(s string) (spec, rest string, ok bool) {
	i := 0
	if strings.HasPrefix(s, `"`) {
		if i = blanksEnd(s, closingQuote(s)+1); i == 0 || i == len(s) || s[i] != '<' {
			return "", "", false
		}
	} else {
		i = span(s, 0, inName)
	}
	if i == len(s) || s[i] != '<' {
		return cutBare(s)
	}
	end := strings.IndexByte(s[i:], '>')
	if end < 0 {
		return "", "", false
	}
	return s[i+1 : i+end], s[i+end+1:], true
}

// cutBare is for an addr-spec without brackets, which ends at the first
// semicolon, and cannot have a comma or question mark (RFC 3261 section 20).
func cutBare(s string) (spec, rest string, ok bool) {
	i := span(s, 0, inValue)
	spec = s[:i]
	return spec, s[i:], strings.IndexByte(spec, '?') < 0
}

// contacts adds the values of a Contact field.
func (o *Outline) contacts(s string) bool {
	if s == "*" {
		return keep(s, &o.Contacts)
	}
	return addresses(s, &o.Contacts)
}

// addresses adds the values of a list of addresses, if somebody wants them.
func addresses(s string, to *[]string) bool {
	for n := 0; n < maxValues; n++ {
		rest, ok := passAddress(s)
		if !ok || to != nil && !keep(trimEnd(s[:len(s)-len(rest)]), to) {
			return false
		}
		if rest == "" {
			return true
		}
		s = rest[blanksEnd(rest, 1):]
	}
	return false
}

// passAddress gives what follows an address with its parameters.
func passAddress(s string) (rest string, ok bool) {
	spec, rest, ok := cutAddress(s)
	if !ok {
		return "", false
	}
	if _, ok = plainURI(spec); !ok {
		return "", false
	}
	w := paramWalk{text: rest}
	for w.next() { // each is looked at
	}
	return w.rest()
}

// vias adds the values of a Via field.
func (o *Outline) vias(s string) bool {
	for n := 0; n < maxValues; n++ {
		via, rest, ok := cutVia(s)
		if !ok {
			return false
		}
		if len(o.Vias) == 0 {
			o.Via, ok = via, !via.marked
		}
		ok = keep(trimEnd(s[:len(s)-len(rest)]), &o.Vias) && ok
		if rest == "" || !ok {
			return ok
		}
		s = rest[blanksEnd(rest, 1):]
	}
	return false
}

// cutVia takes one value off the front of a Via field (RFC 3261 section 20.42).
func cutVia(s string) (v TopVia, rest string, ok bool) {
	const protocol = "SIP/2.0/"
	if !strings.HasPrefix(s, protocol) {
		return v, "", false
	}
	end := span(s, len(protocol), inToken)
	start := blanksEnd(s, end)
	if end == len(protocol) || start == end {
		return v, "", false
	}
	if v.Host, rest, ok = cutHost(s[start:]); !ok {
		return v, "", false
	}
	if v.Host[0] == '[' {
		v.Host = v.Host[1 : len(v.Host)-1]
		if a, err := netip.ParseAddr(v.Host); err != nil || a.Is4In6() {
			return v, "", false // see sentBy
		}
	}
	if v.Port, rest, ok = cutPort(rest); !ok {
		return v, "", false
	}
	w, at := paramWalk{text: rest}, len(s)-len(rest)
	for w.next() {
		v.note(w.name, w.value, at+w.at)
	}
	rest, ok = w.rest()
	return v, rest, ok && !strings.HasPrefix(v.Branch, `"`)
}

// note takes one parameter that ends at an offset of the value.
func (v *TopVia) note(name, value string, end int) {
	switch {
	case named(name, "branch"):
		v.Branch = value
	case named(name, "rport"):
		v.RPort, v.rport, v.marked = true, end, v.marked || value != ""
	case named(name, "received"):
		v.marked = true
	}
}
