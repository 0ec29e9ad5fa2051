package sip

import (
	"strconv"
	"strings"
	"time"
)

// SessionTimer is the Session-Expires of RFC 4028 section 4.
type SessionTimer struct {
	Interval  time.Duration
	Refresher string // "uac", "uas" or "" when it is left to the answer
}

// maxSeconds is more than any session lasts; larger numbers are taken for it.
const maxSeconds = 1 << 31

// SessionTimerOf reads Session-Expires. It is not given when there is none or it
// cannot be read.
func SessionTimerOf(m Message) (t SessionTimer, given bool) {
	text, given, ok := lone(m, "Session-Expires")
	if !given || !ok {
		return SessionTimer{}, false
	}
	seconds, ps, ok := deltaSeconds(text)
	who := strings.ToLower(ps.GetOr("refresher", ""))
	if who != "uac" && who != "uas" {
		who = ""
	}
	return SessionTimer{seconds, who}, ok
}

// Header is the Session-Expires of a message of ours.
func (t SessionTimer) Header() Header { return NewHeader("Session-Expires", t.Value()) }

// Value is that of the Session-Expires.
func (t SessionTimer) Value() string {
	v := strconv.FormatInt(int64(t.Interval/time.Second), 10)
	if t.Refresher != "" {
		v += ";refresher=" + t.Refresher
	}
	return v
}

// MinSEOf reads Min-SE (RFC 4028 section 5), 0 when there is none that can be
// read.
func MinSEOf(m Message) time.Duration {
	text, given, ok := lone(m, "Min-SE")
	if !given || !ok {
		return 0
	}
	d, _, _ := deltaSeconds(text)
	return d
}

// deltaSeconds reads delta-seconds with parameters.
func deltaSeconds(s string) (time.Duration, Params, bool) {
	digits, rest := s, ""
	if i := strings.IndexByte(s, ';'); i >= 0 {
		digits, rest = s[:i], s[i:]
	}
	digits = strings.TrimRight(digits, blanks)
	ps, err := parseParams(rest)
	if digits == "" || strings.Trim(digits, "0123456789") != "" || err != nil {
		return 0, nil, false
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || n > maxSeconds {
		n = maxSeconds
	}
	return time.Duration(n) * time.Second, ps, true
}
