package sip

import (
	"strconv"
	"strings"
)

// ProbeBranch begins the branch of requests that are sent without a transaction,
// with Mail: what is answered to them goes to Config.Answered. No transaction's
// branch begins like it.
const ProbeBranch = cookie + "probe"

// Answered is told of a response to a request whose branch begins with
// ProbeBranch, whoever sent it, on the goroutine that has read it. It must not
// block, and not keep the branch.
type Answered = func(branch string, code int, f Flow)

// answered gives the response to a probe to Config.Answered, and says whether it
// is one. Most are not, and cost a search.
func (s *Stack) answered(text string, f Flow) bool {
	if s.cfg.Answered == nil || !strings.HasPrefix(text, "SIP/2.0 ") || !strings.Contains(text, ProbeBranch) {
		return false
	}
	branch, code, ok := scanProbe(text)
	if !ok {
		return false
	}
	defer func() { s.recovered("answered", recover()) }()
	s.cfg.Answered(branch, code, f)
	return true
}

// scanProbe reads the status and the one Via of a response in its usual form;
// with more than one it is for somebody else (RFC 3261 section 8.1.3.3). What it
// does not understand, Parse must judge.
func scanProbe(text string) (branch string, code int, ok bool) {
	line, at := cutLine(text, 0)
	if at < 0 {
		return "", 0, false
	}
	if code, ok = statusCode(line); !ok {
		return "", 0, false
	}
	for range maxFields {
		line, at = cutLine(text, at)
		switch {
		case at < 0:
			return "", 0, false
		case line == "":
			return branch, code, branch != ""
		case line[0] == ' ' || line[0] == '\t': // folded
			return "", 0, false
		case !isVia(line):
			continue
		case branch != "":
			return "", 0, false
		}
		if branch = probeBranch(line); branch == "" {
			return "", 0, false
		}
	}
	return "", 0, false
}

// statusCode reads a status line.
func statusCode(line string) (int, bool) {
	rest, ok := strings.CutPrefix(line, "SIP/2.0 ")
	if !ok || len(rest) < 3 || len(rest) > 3 && rest[3] != ' ' {
		return 0, false
	}
	n, err := strconv.ParseUint(rest[:3], 10, 16)
	return int(n), err == nil && n >= 100 && n < 700
}

func isVia(line string) bool {
	name, _, _ := strings.Cut(line, ":")
	name = trimEnd(name)
	return strings.EqualFold(name, "Via") || strings.EqualFold(name, "v")
}

// probeBranch is the branch of a Via of one value, "" unless it is a probe's.
func probeBranch(via string) string {
	if strings.ContainsAny(via, `,"`) {
		return ""
	}
	_, params, _ := strings.Cut(via, ";")
	for p := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(p, "=")
		if value = trim(value); strings.EqualFold(trim(name), "branch") && strings.HasPrefix(value, ProbeBranch) && all(value, inToken) {
			return value
		}
	}
	return ""
}
