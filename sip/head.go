package sip

import (
	"strconv"
	"strings"
)

// maxFields bounds the header field lines of a message, and the values that
// one of them may list.
const maxFields = 256

// maxParams bounds the parameters of a URI, and those of a value: each is
// compared with each, so that none comes twice.
const maxParams = 64

// blanks is LWS within a line (RFC 3261 section 25.1).
const blanks = " \t"

// field is a header field line, unfolded; the name is the long one.
type field struct{ name, value string }

// head is a message up to its empty line. Reading goes on after a fault: what
// is still understood is needed for the 400.
type head struct {
	start  string
	fields []field
	fault  error // the first one
}

// readHead reads the lines of text, which ends with the CRLF of the last one.
func readHead(text string) head {
	var h head
	h.fail(lineEnds(text))
	line, rest, _ := strings.Cut(text, "\r\n")
	h.start = line
	for rest != "" {
		line, rest = unfold(rest)
		if len(h.fields) == maxFields {
			h.fail(bad("Too many header fields"))
			break
		}
		h.add(line)
	}
	return h
}

// fail keeps the first fault.
func (h *head) fail(err error) {
	if h.fault == nil {
		h.fault = err
	}
}

// lineEnds refuses NUL, and CR or LF alone: text that another parser might take
// for a line of its own.
func lineEnds(s string) error {
	n := strings.Count(s, "\r\n")
	if strings.Count(s, "\r") != n || strings.Count(s, "\n") != n {
		return bad("Bare CR or LF")
	}
	if strings.IndexByte(s, 0) >= 0 {
		return bad("NUL in header")
	}
	return nil
}

// unfold takes one header field line with its continuations (RFC 3261 7.3.1).
func unfold(s string) (line, rest string) {
	line, rest, _ = strings.Cut(s, "\r\n")
	if !folded(rest) {
		return line, rest
	}
	var b strings.Builder
	b.WriteString(strings.TrimRight(line, blanks))
	for folded(rest) {
		line, rest, _ = strings.Cut(rest, "\r\n")
		b.WriteByte(' ')
		b.WriteString(strings.Trim(line, blanks))
	}
	return b.String(), rest
}

func folded(rest string) bool {
	return rest != "" && (rest[0] == ' ' || rest[0] == '\t')
}

func (h *head) add(line string) {
	name, value, ok := strings.Cut(line, ":")
	name = strings.TrimRight(name, blanks)
	if !ok || !token(name) {
		h.fail(bad("Malformed header field"))
		return
	}
	h.fields = append(h.fields, field{longName(name), strings.Trim(value, blanks)})
}

// contentLength gives the length that the head declares, and whether it does.
// Signs, several values and more than a message can hold are errors: two
// parsers that differ here see different messages.
func (h *head) contentLength() (n int, given bool, err error) {
	for _, f := range h.fields {
		if f.name != "Content-Length" {
			continue
		}
		if given {
			return 0, true, bad("Two Content-Length")
		}
		given = true
		if n, err = decimal(f.value, maxMessage); err != nil {
			return 0, true, bad("Malformed Content-Length")
		}
	}
	return n, given, nil
}

// decimal reads 1*DIGIT up to limit.
func decimal(s string, limit uint32) (int, error) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, strconv.ErrSyntax
	}
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		return 0, err
	}
	if n > uint64(limit) {
		return 0, strconv.ErrRange
	}
	return int(n), nil
}

// token tells whether s is a token (RFC 3261 section 25.1).
func token(s string) bool {
	for i := range len(s) {
		if !tokenChar(s[i]) {
			return false
		}
	}
	return s != ""
}

func tokenChar(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		strings.IndexByte("-.!%*_+`'~", c) >= 0
}
