package sip

// charSet is what a byte may be part of. The sets are narrower than the grammar
// where a wider one would ask for a judgement: that is Parse's.
type charSet uint8

const (
	inToken   charSet = 1 << iota // RFC 3261 section 25.1
	inUser                        // the user of a URI, with its password
	inHost                        // a name or an IPv4 address
	inLiteral                     // an IPv6 address
	inRest                        // parameters and headers of a URI
	inValue                       // a parameter's value without quotes
	inName                        // a display name without quotes
)

var charSets = classify()

func classify() (t [256]charSet) {
	for i := range t {
		c := byte(i)
		if alphanumeric(c) {
			t[c] |= inUser | inHost
		}
		if tokenChar(c) {
			t[c] |= inToken | inName
		}
		if c > ' ' && c < 0x7f {
			t[c] |= inRest | inValue
		}
		if c == ' ' || c == '\t' || c >= 0x80 {
			t[c] |= inName
		}
	}
	for set, chars := range map[charSet]string{
		inUser:    "-_.!~*'()&=+$,;?/%:#",
		inHost:    "-._",
		inLiteral: "0123456789abcdefABCDEF:.",
	} {
		for _, c := range []byte(chars) {
			t[c] |= set
		}
	}
	for _, c := range []byte(`<>"`) {
		t[c] &^= inRest | inValue
	}
	for _, c := range []byte(`,;\`) {
		t[c] &^= inValue
	}
	return t
}

// all tells whether s is of one set only.
func all(s string, set charSet) bool { return span(s, 0, set) == len(s) }

// span is where a run of the set that begins at i ends.
func span(s string, i int, set charSet) int {
	for i < len(s) && charSets[s[i]]&set != 0 {
		i++
	}
	return i
}

// blanksEnd is where a run of blanks that begins at i ends.
func blanksEnd(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	return i
}
