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
	h.read(text)
	return h
}

func (h *head) read(text string) {
	h.fail(lineEnds(text))
	line, rest := cutCRLF(text)
	h.start = line
	for rest != "" {
		line, rest = unfold(rest)
		if len(h.fields) == maxFields {
			h.fail(bad("Too many header fields"))
			break
		}
		h.add(line)
	}
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
	n := strings.Count(s, "\n")
	if strings.Count(s, "\r") != n {
		return bad("Bare CR or LF")
	}
	for at := 0; n > 0; n-- {
		i := at + strings.IndexByte(s[at:], '\n')
		if i == at || s[i-1] != '\r' {
			return bad("Bare CR or LF")
		}
		at = i + 1
	}
	if strings.IndexByte(s, 0) >= 0 {
		return bad("NUL in header")
	}
	return nil
}

// cutCRLF is strings.Cut for that.
func cutCRLF(s string) (line, rest string) {
	for at := 0; ; {
		i := strings.IndexByte(s[at:], '\n')
		if i < 0 {
			return s, ""
		}
		if i += at; i > 0 && s[i-1] == '\r' {
			return s[:i-1], s[i+1:]
		}
		at = i + 1
	}
}

// unfold takes one header field line with its continuations (RFC 3261 7.3.1).
func unfold(s string) (line, rest string) {
	line, rest = cutCRLF(s)
	if !folded(rest) {
		return line, rest
	}
	var b strings.Builder
	b.WriteString(strings.TrimRight(line, blanks))
	for folded(rest) {
		line, rest = cutCRLF(rest)
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
	name = trimEnd(name)
	if !ok || !token(name) {
		h.fail(bad("Malformed header field"))
		return
	}
	h.fields = append(h.fields, field{longName(name), trim(value)})
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
	n := uint64(0)
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, strconv.ErrSyntax
		}
		if n = 10*n + uint64(s[i]-'0'); n > uint64(limit) {
			return 0, strconv.ErrRange
		}
	}
	if s == "" {
		return 0, strconv.ErrSyntax
	}
	return int(n), nil
}

// token tells whether s is a token (RFC 3261 section 25.1).
func token(s string) bool { return s != "" && all(s, inToken) }

func tokenChar(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		strings.IndexByte("-.!%*_+`'~", c) >= 0
}
