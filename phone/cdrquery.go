package phone

import (
	"slices"
	"strings"
	"time"
)

// Direction is how a call stands to an extension.
type Direction string

// The directions. The zero value is either.
const (
	Inbound  Direction = "IN"
	Outbound Direction = "OUT"
)

// CDRQuery selects a page of the call records. What it leaves out does not
// narrow.
type CDRQuery struct {
	Query
	Extension    ID        // that called or was called
	Direction    Direction // as this extension saw it; means nothing without one
	TerminatedBy string
	Reasons      []string // any of these
	Answered     *bool
	ByCallee     *bool     // whether who was called answered
	Trunk        ID        // that the call came or went by
	From, To     time.Time // when the call began: from the one, before the other
	Shy          bool      // the filter does not find who withheld their number
}

// endFailed is a word for all the reasons that are nobody's choice.
const endFailed = "FAILED"

var (
	endings = []string{EndedByCaller, EndedByCallee, EndedBySystem}
	reasons = []string{EndCancel, EndHangup, EndBusy, EndUnreachable, EndError, EndBlocked, EndNotFound, EndTransferred, EndInterrupted}
	failed  = []string{EndUnreachable, EndError, EndBlocked, EndNotFound}
)

// ParseEndedBy reads who ended a call; "" is anybody. False for anything else.
func ParseEndedBy(s string) (string, bool) { return s, s == "" || slices.Contains(endings, s) }

// ParseReasons reads a comma list of the reasons why a call ended; FAILED stands
// for all that are nobody's choice. It returns false when one is none.
func ParseReasons(s string) (list []string, ok bool) {
	for word := range strings.SplitSeq(s, ",") {
		switch word = strings.TrimSpace(word); {
		case word == "":
		case word == endFailed:
			list = append(list, failed...)
		case slices.Contains(reasons, word):
			list = append(list, word)
		default:
			return nil, false
		}
	}
	return list, true
}
