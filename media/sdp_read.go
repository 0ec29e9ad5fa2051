package media

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unsafe"
)

// The largest session description that is read. Phones stay below 2 KiB and 60
// lines.
const (
	maxSDP     = 64 << 10 // octets
	maxLines   = 200
	maxStreams = 8
)

// session is a session description cut into its sections and lines. Its texts
// are parts of the description, so that it lasts no longer than that does, and
// what is to be remembered is copied. It can be read into again.
type session struct {
	lines   []line // session level
	streams []mediaStream

	all   []line    // of the whole description
	words []string  // of all m= lines
	room  []section // for who needs them for as long as the session
}

// mediaStream is an m= line and the lines below it.
type mediaStream struct {
	line
	media   string // audio, video, ...
	port    int    // 0 means refused
	profile string
	formats []string
	lines   []line
}

// line is one "x=value".
type line struct {
	number int // from 1
	kind   byte
	value  string
}

// read cuts up a description. It takes lines in any order within their section:
// phones are less exact than RFC 8866 section 5, and what we write is in order.
func read(sdp []byte) (*session, error) {
	s := new(session)
	return s, s.read(sdp)
}

func (s *session) read(sdp []byte) error {
	if err := s.cut(sdp); err != nil {
		return err
	}
	s.lines = s.all
	if i := slices.IndexFunc(s.all, line.isMedia); i >= 0 {
		s.lines = s.all[:i]
		if err := s.cutStreams(s.all[i:]); err != nil {
			return err
		}
	}
	if len(s.lines) == 0 || s.lines[0].kind != 'v' || s.lines[0].value != "0" {
		return fmt.Errorf("%w: it does not begin with v=0", ErrMalformed)
	}
	return nil
}

// forget lets go of the description, and keeps the room.
func (e *Engine) forget(s *session) {
	clear(s.all)
	clear(s.streams)
	clear(s.words)
	clear(s.room)
	*s = session{all: s.all[:0], streams: s.streams[:0], words: s.words[:0], room: s.room[:0]}
	e.sessions.put(s)
}

// cut cuts the text into lines that end with CRLF, or with LF alone, which
// RFC 8866 section 5 asks us to take.
func (s *session) cut(sdp []byte) error {
	if len(sdp) > maxSDP {
		return fmt.Errorf("%w: over %d octets", ErrTooLarge, maxSDP)
	}
	text := unsafe.String(unsafe.SliceData(sdp), len(sdp))
	for text, more := strings.TrimRight(text, "\r\n"), true; more; {
		var next string
		next, text, more = strings.Cut(text, "\n")
		l, err := parseLine(len(s.all)+1, strings.TrimSuffix(next, "\r"))
		if err != nil {
			return err
		}
		if s.all = append(s.all, l); len(s.all) > maxLines {
			return fmt.Errorf("%w: over %d lines", ErrTooLarge, maxLines)
		}
	}
	return nil
}

func parseLine(number int, s string) (line, error) {
	switch {
	case len(s) < 2 || s[1] != '=' || s[0] < 'a' || s[0] > 'z':
		return line{}, fmt.Errorf("%w: line %d is not letter=value", ErrMalformed, number)
	case strings.IndexByte(s, '\r') >= 0 || strings.IndexByte(s, 0) >= 0:
		return line{}, fmt.Errorf("%w: line %d has a NUL or a lone CR", ErrMalformed, number)
	}
	return line{number, s[0], s[2:]}, nil
}

func (l line) isMedia() bool { return l.kind == 'm' }

// cutStreams cuts lines, of which the first is an m= line, at each m= line.
func (s *session) cutStreams(lines []line) error {
	for i := 0; i < len(lines); {
		m, err := s.parseMedia(lines[i])
		if err != nil {
			return err
		}
		next := i + 1
		for next < len(lines) && !lines[next].isMedia() {
			next++
		}
		m.lines = lines[i+1 : next]
		if s.streams = append(s.streams, m); len(s.streams) > maxStreams {
			return fmt.Errorf("%w: over %d streams", ErrTooLarge, maxStreams)
		}
		i = next
	}
	return nil
}

// parseMedia reads "audio 49170/2 RTP/AVP 0 8" (RFC 8866 section 5.14).
func (s *session) parseMedia(l line) (mediaStream, error) {
	before := len(s.words)
	s.words = fields(s.words, l.value)
	f := s.words[before:]
	if len(f) < 4 {
		return mediaStream{}, malformed(l, "needs media, port, profile and formats")
	}
	digits, _, _ := strings.Cut(f[1], "/") // a count of ports is not relayed
	port, err := strconv.ParseUint(digits, 10, 16)
	if err != nil {
		return mediaStream{}, malformed(l, "port is not a number of 0 to 65535")
	}
	return mediaStream{line: l, media: f[0], port: int(port), profile: f[2], formats: f[3:]}, nil
}

// audio returns the index of the stream that a phone would take: the first audio
// that is not refused and has a plain profile, else an encrypted one.
func (s *session) audio() (int, error) {
	found, err := 0, ErrNoMedia
	for i, m := range s.streams {
		if m.media != "audio" || m.port == 0 {
			continue
		}
		switch profileOf(m.profile) {
		case avp, avpf:
			return i, nil
		case savp, savpf:
			if err != nil {
				found, err = i, nil
			}
		default:
			if err != nil {
				err = ErrProfile
			}
		}
	}
	return found, err
}

// fields appends the words of a text to others.
func fields(to []string, text string) []string {
	for f := range strings.FieldsSeq(text) {
		to = append(to, f)
	}
	return to
}

// values gives the values of an attribute's lines, "" for a flag.
func values(lines []line, attribute string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, l := range lines {
			name, value, _ := strings.Cut(l.value, ":")
			if l.kind == 'a' && name == attribute && !yield(value) {
				return
			}
		}
	}
}

// append writes a line with the line end of RFC 8866.
func (l line) append(to []byte) []byte {
	to = append(to, l.kind, '=')
	to = append(to, l.value...)
	return append(to, "\r\n"...)
}
