package media

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// The largest session description that is read. Phones stay below 2 KiB and 60
// lines.
const (
	maxSDP   = 64 << 10 // octets
	maxLines = 200
)

// session is a session description cut into its sections and lines.
type session struct {
	lines   []line // session level
	streams []mediaStream
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
	lines, err := cut(sdp)
	if err != nil {
		return nil, err
	}
	s := &session{lines: lines}
	if i := slices.IndexFunc(lines, line.isMedia); i >= 0 {
		s.lines = lines[:i]
		if s.streams, err = streams(lines[i:]); err != nil {
			return nil, err
		}
	}
	if len(s.lines) == 0 || s.lines[0].kind != 'v' || s.lines[0].value != "0" {
		return nil, fmt.Errorf("%w: it does not begin with v=0", ErrMalformed)
	}
	return s, nil
}

// cut cuts the text into lines that end with CRLF, or with LF alone, which
// RFC 8866 section 5 asks us to take.
func cut(sdp []byte) ([]line, error) {
	if len(sdp) > maxSDP {
		return nil, fmt.Errorf("%w: over %d octets", ErrTooLarge, maxSDP)
	}
	var lines []line
	text := strings.TrimRight(string(sdp), "\r\n")
	for s := range strings.SplitSeq(text, "\n") {
		l, err := parseLine(len(lines)+1, strings.TrimSuffix(s, "\r"))
		if err != nil {
			return nil, err
		}
		if lines = append(lines, l); len(lines) > maxLines {
			return nil, fmt.Errorf("%w: over %d lines", ErrTooLarge, maxLines)
		}
	}
	return lines, nil
}

func parseLine(number int, s string) (line, error) {
	switch {
	case len(s) < 2 || s[1] != '=' || s[0] < 'a' || s[0] > 'z':
		return line{}, fmt.Errorf("%w: line %d is not letter=value", ErrMalformed, number)
	case strings.ContainsAny(s, "\r\x00"):
		return line{}, fmt.Errorf("%w: line %d has a NUL or a lone CR", ErrMalformed, number)
	}
	return line{number, s[0], s[2:]}, nil
}

func (l line) isMedia() bool { return l.kind == 'm' }

// streams cuts lines, of which the first is an m= line, at each m= line.
func streams(lines []line) ([]mediaStream, error) {
	var all []mediaStream
	for _, l := range lines {
		if !l.isMedia() {
			last := &all[len(all)-1]
			last.lines = append(last.lines, l)
			continue
		}
		m, err := parseMedia(l)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// parseMedia reads "audio 49170/2 RTP/AVP 0 8" (RFC 8866 section 5.14).
func parseMedia(l line) (mediaStream, error) {
	f := strings.Fields(l.value)
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

// audio returns the index of the stream that is relayed: the first audio that
// is not refused and has a profile without encryption.
func (s *session) audio() (int, error) {
	err := ErrNoAudio
	for i, m := range s.streams {
		if m.media != "audio" || m.port == 0 {
			continue
		}
		if m.profile == "RTP/AVP" || m.profile == "RTP/AVPF" {
			return i, nil
		}
		err = ErrProfile
	}
	return 0, err
}

// values returns the values of an attribute's lines, "" for a flag.
func values(lines []line, attribute string) []string {
	var vs []string
	for _, l := range lines {
		name, value, _ := strings.Cut(l.value, ":")
		if l.kind == 'a' && name == attribute {
			vs = append(vs, value)
		}
	}
	return vs
}
