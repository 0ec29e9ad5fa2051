package sip

import (
	"errors"
	"strings"
)

// maxCSeq is the largest number: less than 2**31 (RFC 3261 section 8.1.1.5).
const maxCSeq = 1<<31 - 1

// addTo puts the field into a message, in the form that its name asks for.
func (f field) addTo(m Message) error {
	var err error
	switch f.name {
	case "Via":
		err = f.each(via, m)
	case "Contact":
		err = f.each(parseContact, m)
	case "Route":
		err = f.each(parseRoute, m)
	case "Record-Route":
		err = f.each(parseRecordRoute, m)
	default:
		var h Header
		if h, err = f.single(); err == nil {
			m.AppendHeader(h)
		}
	}
	if err != nil {
		return bad("Malformed " + f.name)
	}
	return nil
}

// each adds every value of a list. A Via of another version is added too,
// before it is refused: the 505 goes back along it (RFC 4475 section 3.1.2.16).
func (f field) each(parse func(string) (Header, error), m Message) error {
	n := 0
	for v := range list(f.value, ',') {
		h, err := parse(v)
		if n++; n > maxFields {
			return errParams
		}
		if err == nil || errors.Is(err, errVersion) {
			m.AppendHeader(h)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func via(v string) (Header, error) {
	h, err := parseVia(v)
	if h == nil {
		return nil, err
	}
	return h, err
}

func (f field) single() (Header, error) {
	switch f.name {
	case "From":
		name, uri, ps, err := ParseAddress(f.value)
		return &FromHeader{DisplayName: name, Address: uri, Params: ps}, err
	case "To":
		name, uri, ps, err := ParseAddress(f.value)
		return &ToHeader{DisplayName: name, Address: uri, Params: ps}, err
	case "CSeq":
		return parseCSeq(f.value)
	case "Call-ID":
		h := CallIDHeader(f.value)
		if f.value == "" || strings.ContainsAny(f.value, blanks) {
			return nil, errParams
		}
		return &h, nil
	case "Max-Forwards":
		n, err := decimal(f.value, 255) // RFC 3261 20.22
		h := MaxForwardsHeader(n)
		return &h, err
	case "Content-Length":
		n, err := decimal(f.value, maxMessage)
		h := ContentLengthHeader(n)
		return &h, err
	case "Content-Type":
		h := ContentTypeHeader(f.value)
		return &h, nil
	}
	return NewHeader(f.name, f.value), nil
}

func parseCSeq(s string) (Header, error) {
	i := strings.IndexAny(s, blanks)
	if i < 0 {
		return nil, errParams
	}
	n, err := decimal(s[:i], maxCSeq)
	method := strings.TrimLeft(s[i:], blanks)
	if err != nil || !token(method) {
		return nil, errParams
	}
	return &CSeqHeader{SeqNo: uint32(n), MethodName: RequestMethod(method)}, nil
}

// parseContact gives "*" the Wildcard address (RFC 3261 section 10.2.2).
func parseContact(s string) (Header, error) {
	if s == "*" {
		return &ContactHeader{Address: URI{Wildcard: true, Host: "*"}}, nil
	}
	name, uri, ps, err := ParseAddress(s)
	return &ContactHeader{DisplayName: name, Address: uri, Params: ps}, err
}

func parseRoute(s string) (Header, error) {
	_, uri, _, err := ParseAddress(s)
	return &RouteHeader{Address: uri}, err
}

// parseRecordRoute keeps the text: responses must echo it whole, parameters
// known or not (RFC 3261 section 12.1.1), and the model's form has no place
// for them.
func parseRecordRoute(s string) (Header, error) {
	_, _, _, err := ParseAddress(s)
	return NewHeader("Record-Route", s), err
}
