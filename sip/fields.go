package sip

import (
	"errors"
	"strings"
)

// maxCSeq is the largest number: less than 2**31 (RFC 3261 section 8.1.1.5).
const maxCSeq = 1<<31 - 1

// addTo puts the field into a message, in the form that its name asks for.
func (f *field) addTo(g *gathered) error {
	var err error
	switch f.name {
	case "Via":
		err = f.each(g, (*gathered).via)
	case "Contact":
		err = f.each(g, (*gathered).contact)
	case "Route":
		err = f.each(g, (*gathered).route)
	case "Record-Route":
		err = f.each(g, (*gathered).recordRoute)
	default:
		err = f.single(g)
	}
	if err != nil {
		return bad("Malformed " + f.name)
	}
	return nil
}

// each adds every value of a list.
func (f *field) each(g *gathered, add func(*gathered, string) error) error {
	if strings.IndexByte(f.value, ',') < 0 {
		return add(g, f.value)
	}
	n := 0
	for v := range list(f.value, ',') {
		if n++; n > maxFields {
			return errParams
		}
		if err := add(g, v); err != nil {
			return err
		}
	}
	return nil
}

// via adds one of another version too, before it is refused: the 505 goes back
// along it (RFC 4475 section 3.1.2.16).
func (g *gathered) via(v string) error {
	h, err := g.kit.parseVia(v)
	if err == nil || errors.Is(err, errVersion) {
		g.add(h)
	}
	return err
}

func (f *field) single(g *gathered) (err error) {
	k := g.kit
	var h Header
	switch f.name {
	case "From":
		k.from.DisplayName, k.from.Address, k.from.Params, err = k.parseAddress(f.value)
		h = &k.from
	case "To":
		k.to.DisplayName, k.to.Address, k.to.Params, err = k.parseAddress(f.value)
		h = &k.to
	case "CSeq":
		k.cseq, err = parseCSeq(f.value)
		h = &k.cseq
	case "Call-ID":
		if f.value == "" || strings.IndexByte(f.value, ' ') >= 0 || strings.IndexByte(f.value, '\t') >= 0 {
			return errParams
		}
		k.callID = CallIDHeader(f.value)
		h = &k.callID
	case "Max-Forwards":
		var n int
		n, err = decimal(f.value, 255) // RFC 3261 20.22
		k.hops = MaxForwardsHeader(n)
		h = &k.hops
	case "Content-Length":
		var n int
		n, err = decimal(f.value, maxMessage)
		k.length = ContentLengthHeader(n)
		h = &k.length
	case "Content-Type":
		c := ContentTypeHeader(f.value)
		h = &c
	default:
		g.text(f.name, f.value)
		return nil
	}
	if err == nil {
		g.add(h)
	}
	return err
}

func parseCSeq(s string) (CSeqHeader, error) {
	i := strings.IndexAny(s, blanks)
	if i < 0 {
		return CSeqHeader{}, errParams
	}
	n, err := decimal(s[:i], maxCSeq)
	method := strings.TrimLeft(s[i:], blanks)
	if err != nil || !token(method) {
		return CSeqHeader{}, errParams
	}
	return CSeqHeader{SeqNo: uint32(n), MethodName: RequestMethod(method)}, nil
}

func (g *gathered) contact(s string) error {
	h, err := g.kit.parseContact(s)
	if err == nil {
		g.add(h)
	}
	return err
}

// parseContact gives "*" the Wildcard address (RFC 3261 section 10.2.2).
func (k *kit) parseContact(s string) (h *ContactHeader, err error) {
	h = k.newContact()
	if s == "*" {
		h.Address = URI{Wildcard: true, Host: "*"}
		return h, nil
	}
	h.DisplayName, h.Address, h.Params, err = k.parseAddress(s)
	return h, err
}

func (g *gathered) route(s string) error {
	_, uri, _, err := g.kit.parseAddress(s)
	if err == nil {
		g.add(&RouteHeader{Address: uri})
	}
	return err
}

// recordRoute keeps the text: responses must echo it whole, parameters known or
// not (RFC 3261 section 12.1.1), and the model's form has no place for them.
func (g *gathered) recordRoute(s string) error {
	_, _, _, err := ParseAddress(s)
	if err == nil {
		g.text("Record-Route", s)
	}
	return err
}
