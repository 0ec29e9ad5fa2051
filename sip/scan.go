package sip

import "strings"

// Bounds of what Scan reads by itself. More is for Parse.
const (
	maxLines  = 64 // with the start-line and the empty one
	maxValues = 32 // of a header field, and parameters of a value
)

// Scan reads a request in its usual form in one pass, into o. It is false for
// everything else, good or bad: then Parse must judge. It allocates nothing
// but the slices of o when they are too short.
func Scan(text string, o *Outline) bool {
	o.reset()
	for text != "" && (text[0] == '\r' || text[0] == '\n') {
		text = text[1:]
	}
	line, at := cutLine(text, 0)
	if at < 0 || !o.requestLine(line) {
		return false
	}
	s := scan{o: o}
	for n := 2; n <= maxLines; n++ {
		if line, at = cutLine(text, at); at < 0 {
			return false
		}
		if line == "" {
			o.lent = text
			return clean(text[:at], n) && s.whole(len(text)-at)
		}
		if !s.field(line) {
			return false
		}
	}
	return false
}

// cutLine gives the line that begins at an offset, and where the next begins;
// -1 when it does not end in CRLF.
func cutLine(text string, at int) (line string, next int) {
	i := strings.IndexByte(text[at:], '\n')
	if i < 1 || text[at+i-1] != '\r' {
		return "", -1
	}
	return text[at : at+i-1], at + i + 1
}

// clean is lineEnds for a head of n lines that end in CRLF.
func clean(head string, n int) bool {
	return strings.Count(head, "\r") == n && strings.IndexByte(head, 0) < 0
}

// requestLine is METHOD SP URI SP SIP/2.0.
func (o *Outline) requestLine(s string) (ok bool) {
	i := strings.IndexByte(s, ' ')
	if i < 1 || !strings.HasSuffix(s[i+1:], " SIP/2.0") || !all(s[:i], inToken) {
		return false
	}
	o.Method = RequestMethod(s[:i])
	o.Text = s[i+1 : len(s)-len(" SIP/2.0")]
	o.URI, ok = plainURI(o.Text)
	return ok
}

// scan is a pass over header fields.
type scan struct {
	o      *Outline
	seen   uint32 // a bit for each fieldKind
	method string // of CSeq
	length int    // Content-Length
}

// whole tells whether what has been read makes a message with a body of n
// bytes or more (mandatory, and the end of message).
func (s *scan) whole(n int) bool {
	const must = 1<<viaField | 1<<fromField | 1<<toField | 1<<callIDField | 1<<cseqField
	return s.seen&must == must && s.method == string(s.o.Method) && s.length <= n
}

// field reads a header field line. One that begins with a blank has no token
// for a name.
func (s *scan) field(line string) bool {
	i := strings.IndexByte(line, ':')
	if i < 1 {
		return false
	}
	kind := kindOf(line[:i])
	if kind == otherField {
		return all(line[:i], inToken)
	}
	if s.seen&(1<<kind) != 0 && kind.single() {
		return false
	}
	s.seen |= 1 << kind
	return s.value(kind, trim(line[i+1:]))
}

// trim is strings.Trim for blanks.
func trim(s string) string { return trimEnd(s[blanksEnd(s, 0):]) }

func trimEnd(s string) string {
	for s != "" && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t') {
		s = s[:len(s)-1]
	}
	return s
}
