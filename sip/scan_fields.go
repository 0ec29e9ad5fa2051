package sip

import "strings"

// fieldKind is a header field that an Outline wants, or that Parse has a rule
// for.
type fieldKind uint8

const (
	otherField fieldKind = iota
	viaField
	pathField
	routeField
	recordRouteField
	contactField
	authorizationField
	supportedField
	requireField
	userAgentField
	fromField // from here on they must be single
	toField
	callIDField
	cseqField
	maxForwardsField
	expiresField
	contentLengthField
)

func (k fieldKind) single() bool { return k >= fromField }

// fieldName is a name in its usual spelling.
type fieldName struct {
	name string
	kind fieldKind
}

// fieldNames are the names by their length.
var fieldNames = [...][]fieldName{
	1: {{"v", viaField}, {"f", fromField}, {"t", toField}, {"i", callIDField}, {"m", contactField},
		{"l", contentLengthField}, {"k", supportedField}},
	2:  {{"To", toField}},
	3:  {{"Via", viaField}},
	4:  {{"From", fromField}, {"CSeq", cseqField}, {"Path", pathField}},
	5:  {{"Route", routeField}},
	7:  {{"Call-ID", callIDField}, {"Contact", contactField}, {"Expires", expiresField}, {"Require", requireField}},
	9:  {{"Supported", supportedField}},
	10: {{"User-Agent", userAgentField}},
	12: {{"Max-Forwards", maxForwardsField}, {"Record-Route", recordRouteField}},
	13: {{"Authorization", authorizationField}},
	14: {{"Content-Length", contentLengthField}},
}

func kindOf(name string) fieldKind {
	if len(name) >= len(fieldNames) {
		return otherField
	}
	for _, f := range fieldNames[len(name)] {
		if name[0]|0x20 == f.name[0]|0x20 && named(name, f.name) {
			return f.kind
		}
	}
	return otherField
}

// value reads the value of a field; false where Parse must judge.
func (s *scan) value(kind fieldKind, v string) bool {
	o := s.o
	switch kind {
	case viaField:
		return o.vias(v)
	case fromField:
		return o.From.read(v)
	case toField:
		return o.To.read(v)
	case contactField:
		return o.contacts(v)
	case pathField:
		return addresses(v, &o.Path)
	case routeField, recordRouteField:
		return addresses(v, nil)
	case cseqField:
		return s.cseq(v)
	case maxForwardsField:
		return small(v, 255, &o.MaxForwards)
	case contentLengthField:
		return small(v, maxMessage, &s.length)
	}
	return o.text(kind, v)
}

// text keeps a field as it is. Parse takes an empty one too, but then nobody
// could see in the outline that it was there.
func (o *Outline) text(kind fieldKind, v string) bool {
	switch kind {
	case authorizationField:
		return keep(v, &o.Authorization)
	case supportedField:
		return keep(v, &o.Supported)
	case requireField:
		return keep(v, &o.Require)
	case callIDField:
		o.CallID = v
		return v != "" && strings.IndexByte(v, ' ') < 0 && strings.IndexByte(v, '\t') < 0
	case expiresField:
		o.Expires = v
	case userAgentField:
		if o.UserAgent == "" { // the first one, as GetHeader gives it
			o.UserAgent = v
		}
	}
	return v != ""
}

func keep(v string, to *[]string) bool {
	*to = append(*to, v)
	return len(*to) <= maxValues
}

// cseq is parseCSeq.
func (s *scan) cseq(v string) bool {
	i := 0
	for i < len(v) && v[i] != ' ' && v[i] != '\t' {
		i++
	}
	var n int
	s.method = v[blanksEnd(v, i):]
	ok := small(v[:i], maxCSeq, &n)
	s.o.CSeq = uint32(n)
	return ok
}

// small is decimal for a number of no more digits than are needed.
func small(v string, limit int, to *int) bool {
	n := 0
	for i := range len(v) {
		if v[i] < '0' || v[i] > '9' {
			return false
		}
		n = 10*n + int(v[i]-'0')
	}
	*to = n
	return v != "" && len(v) <= 10 && n <= limit
}
