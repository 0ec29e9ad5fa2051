package family

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
)

var (
	errNoRoot    = errors.New("not one element that holds all others")
	errMisplaced = errors.New("a declaration within the document")
	errTwice     = errors.New("an attribute twice")
)

// wellFormed says what is wrong with an XML document. Go's decoder does not mind
// all that phones do.
func wellFormed(b []byte) error {
	d := xml.NewDecoder(bytes.NewReader(b))
	depth, roots := 0, 0
	for {
		begins := d.InputOffset() == 0
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			if hasTwice(token.Attr) {
				return errTwice
			}
			if depth == 0 {
				roots++
			}
			depth++
		case xml.EndElement:
			depth--
		case xml.CharData:
			if depth == 0 && len(bytes.TrimSpace(token)) > 0 {
				return errNoRoot
			}
		case xml.Directive:
			if roots > 0 {
				return errMisplaced
			}
		case xml.ProcInst:
			if token.Target == "xml" && !begins {
				return errMisplaced
			}
		}
	}
	if roots != 1 {
		return errNoRoot
	}
	return nil
}

func hasTwice(attributes []xml.Attr) bool {
	names := make(map[xml.Name]struct{}, len(attributes))
	for _, a := range attributes {
		names[a.Name] = struct{}{}
	}
	return len(names) < len(attributes)
}
