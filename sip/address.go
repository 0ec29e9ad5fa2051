package sip

import (
	"errors"
	"net/netip"
	"strings"

	sipgo "github.com/emiago/sipgo/sip"
)

var (
	errURI    = errors.New("malformed URI")
	errAddr   = errors.New("malformed address")
	errParams = errors.New("malformed parameters")
	errVia    = errors.New("malformed Via")
	// errVersion is a Via of another version that could be read all the same.
	errVersion = errors.New("version not supported")
)

// ParseURI reads one URI without the angle brackets of a name-addr. Of
// RFC 3261 section 19.1.1 it wants a host, and a port of 1 to 65535 if any;
// URIs of schemes other than sip and sips are kept as text. See mended.
func ParseURI(s string) (URI, error) { return (*kit)(nil).parseURI(s) }

func (k *kit) parseURI(s string) (URI, error) {
	if u, ok := k.plainModel(s); ok {
		return u, nil
	}
	return parseAnyURI(s)
}

// parseAnyURI is for those that are not of the usual form.
func parseAnyURI(s string) (URI, error) {
	var u URI
	if s == "*" || strings.ContainsAny(s, " \t\r\n\x00<>\"") {
		return URI{}, errURI
	}
	// The model looks through all parameters for each one it adds.
	if strings.Count(s, ";")+strings.Count(s, "&") > maxParams {
		return URI{}, errURI
	}
	if err := sipgo.ParseUri(s, &u); err != nil {
		return URI{}, errURI
	}
	if u.Scheme == "" {
		return URI{}, errURI
	}
	switch u.Scheme {
	case "sip": // as a constant it holds nothing else in memory
		u.Scheme = "sip"
	case "sips":
		u.Scheme = "sips"
	default:
		return u, nil
	}
	u.Host = mended(u.Host)
	if u.Port < 0 || u.Port > 65535 || !validHost(u.Host) {
		return URI{}, errURI
	}
	for i := range u.UriParams {
		u.UriParams[i].K = strings.ToLower(u.UriParams[i].K)
	}
	return u, nil
}

// RequestURI reads the URI of a Contact as the Request-URI of a request for it.
func RequestURI(contact string) (URI, error) {
	u, err := ParseURI(contact)
	u.Headers = nil // not allowed there: RFC 3261 section 19.1.1
	return u, err
}

// validHost takes names with an underscore too: they are seen in the field.
func validHost(s string) bool {
	if inner, ok := strings.CutPrefix(s, "["); ok {
		a, err := netip.ParseAddr(strings.TrimSuffix(inner, "]"))
		return err == nil && a.Is6() && strings.HasSuffix(s, "]")
	}
	for i := range len(s) {
		if c := s[i]; c != '.' && c != '-' && c != '_' && !alphanumeric(c) {
			return false
		}
	}
	return s != ""
}

// mended takes a colon out of an IPv6 reference such as [2001:db8:::192.0.2.1].
// The grammar of RFC 3261 wrote one too many before an IPv4 address, and that
// must be tolerated (RFC 5118 section 4.10).
func mended(host string) string {
	before, after, ok := strings.Cut(host, ":::")
	if !ok || !strings.HasPrefix(host, "[") || strings.Contains(after, ":") || !strings.Contains(after, ".") {
		return host
	}
	return before + "::" + after
}

func alphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// ParseAddress reads the value of a From, To, Contact, Refer-To or
// P-Asserted-Identity header field: a name-addr or addr-spec with its
// parameters (RFC 3261 section 20.10). The display name is without its quotes;
// what was escaped in it still is.
func ParseAddress(value string) (name string, uri URI, ps Params, err error) {
	return (*kit)(nil).parseAddress(value)
}

func (k *kit) parseAddress(value string) (name string, uri URI, ps Params, err error) {
	name, rest, err := displayName(trim(value))
	if err != nil {
		return "", URI{}, nil, err
	}
	spec, rest, err := addrSpec(rest)
	if err != nil {
		return "", URI{}, nil, err
	}
	if uri, err = k.parseURI(spec); err != nil {
		return "", URI{}, nil, err
	}
	ps, err = k.parseParams(rest, 0)
	return name, uri, ps, err
}

func displayName(s string) (name, rest string, err error) {
	if strings.HasPrefix(s, `"`) {
		end := closingQuote(s)
		if end < 0 {
			return "", "", errAddr
		}
		rest = strings.TrimLeft(s[end+1:], blanks)
		if !strings.HasPrefix(rest, "<") {
			return "", "", errAddr
		}
		return s[1:end], rest, nil
	}
	i := strings.IndexByte(s, '<')
	if i < 0 || strings.Contains(s[:i], ";") {
		return "", s, nil // an addr-spec
	}
	if strings.ContainsAny(s[:i], `",>@\`) {
		return "", "", errAddr
	}
	return strings.TrimRight(s[:i], blanks), s[i:], nil
}

// addrSpec takes the URI off s, in brackets or bare, and leaves parameters. A
// bare one ends at the first semicolon, and must not have a comma or question
// mark (RFC 3261 section 20).
func addrSpec(s string) (spec, rest string, err error) {
	if in, ok := strings.CutPrefix(s, "<"); ok {
		spec, rest, ok = strings.Cut(in, ">")
		if !ok {
			return "", "", errAddr
		}
		return spec, rest, nil
	}
	if i := strings.IndexByte(s, ';'); i >= 0 {
		s, rest = s[:i], s[i:]
	}
	if strings.ContainsAny(s, ",?") {
		return "", "", errAddr
	}
	return strings.TrimRight(s, blanks), rest, nil
}
