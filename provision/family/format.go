package family

import (
	"encoding/xml"
	"strings"
)

// Format is how a file is written.
type Format struct {
	ContentType string
	escape      func(string) string // makes a text fit for one value
	check       func([]byte) error  // that the whole can be read; nil where nothing can go wrong
}

// The formats.
var (
	XML   = &Format{ContentType: "text/xml; charset=utf-8", escape: escapeXML, check: wellFormed}
	Lines = &Format{ContentType: "text/plain; charset=utf-8", escape: OneLine}
)

// OneLine makes a value fit for a format in which a line is a setting: no line
// break or other control character can start a setting of its own.
func OneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029' || r == '\ufeff' {
			return -1
		}
		return r
	}, s)
}

func escapeXML(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(OneLine(s))) // a Builder does not fail
	return b.String()
}
