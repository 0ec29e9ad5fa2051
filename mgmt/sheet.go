package mgmt

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"ringfence/phone"
)

const (
	maxSheetLines   = 5000 // below the header
	maxSheetColumns = 100
)

// sheet is a body of comma-separated values: a header with the paths of
// properties, and the lines below it.
type sheet struct {
	paths []string
	lines []sheetLine
}

type sheetLine struct {
	number int // in the file, the header is on 1
	cells  []string
}

// readSheet reads a whole body, or refuses it for the first line that cannot be
// read: of a file that is broken somewhere, nothing is what it seems to be.
func readSheet(b []byte) (*sheet, error) {
	b = bytes.TrimPrefix(b, []byte("\uFEFF")) // that spreadsheets put there
	if i := invalidUTF8(b); i >= 0 {
		return nil, badRequest(fmt.Sprintf("Line %d is not UTF-8", 1+bytes.Count(b[:i], []byte("\n"))))
	}
	r := csv.NewReader(bytes.NewReader(b))
	r.Comma = delimiter(b)
	r.TrimLeadingSpace = true
	r.ReuseRecord = true
	header, err := r.Read()
	if err == io.EOF {
		return nil, badRequest("CSV has no header line")
	}
	if err != nil {
		return nil, badSheet(err)
	}
	sh := &sheet{paths: trimmed(header)}
	if len(sh.paths) > maxSheetColumns {
		return nil, badRequest(fmt.Sprintf("CSV has more than %d columns", maxSheetColumns))
	}
	if err := phone.JudgeColumns(sh.paths).Err(); err != nil {
		return nil, err
	}
	return sh, sh.readLines(r)
}

func (sh *sheet) readLines(r *csv.Reader) error {
	for {
		record, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return badSheet(err)
		}
		cells := trimmed(record)
		if !slices.ContainsFunc(cells, func(cell string) bool { return cell != "" }) {
			continue // the empty rows that spreadsheets append
		}
		if len(sh.lines) == maxSheetLines {
			return errLongSheet
		}
		number, _ := r.FieldPos(0)
		sh.lines = append(sh.lines, sheetLine{number: number, cells: cells})
	}
	if len(sh.lines) == 0 {
		return badRequest("CSV has no line below its header")
	}
	return nil
}

var errLongSheet = &phone.Error{Kind: phone.TooLarge, Key: "bad_request", Text: fmt.Sprintf("CSV has more than %d lines", maxSheetLines)}

// invalidUTF8 is where the text stops being UTF-8, -1 when it does not.
func invalidUTF8(b []byte) int {
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// delimiter is a semicolon where the header has more of them than commas: so
// write spreadsheets whose country has the comma in its numbers.
func delimiter(b []byte) rune {
	header, _, _ := bytes.Cut(b, []byte("\n"))
	if bytes.Count(header, []byte(";")) > bytes.Count(header, []byte(",")) {
		return ';'
	}
	return ','
}

// trimmed are the cells without spaces around them, in a list of their own.
func trimmed(record []string) []string {
	cells := make([]string, len(record))
	for i, cell := range record {
		cells[i] = strings.TrimSpace(cell)
	}
	return cells
}

// badSheet tells where the CSV cannot be read, and why.
func badSheet(err error) error {
	var at *csv.ParseError
	if !errors.As(err, &at) {
		return badRequest("Body is not CSV")
	}
	switch {
	case errors.Is(err, csv.ErrFieldCount):
		return badRequest(fmt.Sprintf("Line %d has more or fewer cells than the header", at.StartLine))
	case errors.Is(err, csv.ErrQuote), errors.Is(err, csv.ErrBareQuote):
		return badRequest(fmt.Sprintf("Line %d has a quotation mark in the wrong place", at.Line))
	}
	return badRequest(fmt.Sprintf("Line %d is not CSV", at.Line))
}
