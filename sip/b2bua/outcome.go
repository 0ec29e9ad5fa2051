package b2bua

import (
	"cmp"
	"errors"

	"ringfence/phone"
	"ringfence/sip/session"
)

// outcome is how a call ended: what the caller is told, if it has no final
// answer yet, and what its record says. A nil *outcome means that it goes on.
type outcome struct {
	by     string // phone.EndedByCaller and so on
	reason string // phone.EndHangup and so on
	code   int    // the final answer to the caller
	phrase string
}

// The ways in which a call ends by itself. None of them is ever changed.
var (
	notLinked    = &outcome{phone.EndedBySystem, phone.EndBlocked, 403, "Forbidden"} // no extension
	noOffer      = &outcome{phone.EndedBySystem, phone.EndError, 488, "Not Acceptable Here"}
	unknown      = &outcome{phone.EndedBySystem, phone.EndNotFound, 404, "Not Found"}
	nobodyThere  = &outcome{phone.EndedBySystem, phone.EndUnreachable, 480, "Temporarily Unavailable"}
	nobodyCame   = &outcome{phone.EndedBySystem, phone.EndUnreachable, 480, "No Answer"}
	looped       = &outcome{phone.EndedBySystem, phone.EndUnreachable, 480, "Forwarded In A Circle"}
	noPorts      = &outcome{phone.EndedBySystem, phone.EndError, 503, "Service Unavailable"}
	givenUp      = &outcome{phone.EndedByCaller, phone.EndCancel, 487, "Request Terminated"}
	shuttingDown = &outcome{phone.EndedBySystem, phone.EndError, 503, "Service Unavailable"}
	failed       = &outcome{phone.EndedBySystem, phone.EndError, 500, "Server Internal Error"}
)

// The ways in which a conversation ends. The caller got 200 long ago.
var (
	hungUpByCaller = &outcome{phone.EndedByCaller, phone.EndHangup, 200, "OK"}
	hungUpByCallee = &outcome{phone.EndedByCallee, phone.EndHangup, 200, "OK"}
	hungUpByUs     = &outcome{phone.EndedBySystem, phone.EndHangup, 200, "OK"}
	brokenOff      = &outcome{phone.EndedBySystem, phone.EndError, 200, "OK"} // no ACK, or a lost dialog
)

// refusal is the outcome of one phone's final answer that is no 2xx, and more
// the one of two that tells the caller more; a may be nil. It is chosen in the
// spirit of RFC 3261 section 16.7 step 6, but told in our words: a phone's own 5xx
// is no business of the caller.
func refusal(code int) *outcome { return cmp.Or(refusals[code], nobodyReached) }

func more(a, b *outcome) *outcome {
	if a == nil || rank[b] > rank[a] {
		return b
	}
	return a
}

var (
	nobodyReached = &outcome{phone.EndedByCallee, phone.EndUnreachable, 480, "Temporarily Unavailable"}
	noMedia       = &outcome{phone.EndedByCallee, phone.EndError, 488, "Not Acceptable Here"}
	busy          = &outcome{phone.EndedByCallee, phone.EndBusy, 486, "Busy Here"}
	noSuchMedia   = &outcome{phone.EndedByCallee, phone.EndError, 606, "Not Acceptable"}
	busyAll       = &outcome{phone.EndedByCallee, phone.EndBusy, 600, "Busy Everywhere"}
	declined      = &outcome{phone.EndedByCallee, phone.EndBusy, 603, "Decline"}
	nowhere       = &outcome{phone.EndedByCallee, phone.EndUnreachable, 604, "Does Not Exist Anywhere"}
)

// refusals tells which final answer of a phone is worth more than "nobody
// reached".
var refusals = map[int]*outcome{
	415: noMedia, 488: noMedia, 486: busy, 600: busyAll, 603: declined, 604: nowhere, 606: noSuchMedia,
}

// abroad is the outcome of a trunk's final answer that tells of who is called;
// nil for one that tells of the trunk only.
func abroad(code int) *outcome {
	switch code {
	case 404, 410, 484, 604:
		return noSuchNumber
	case 401, 402, 403, 407:
		return nil
	case 606:
		return noSuchMedia
	}
	if o := refusals[code]; o != nil {
		return o
	}
	if code >= 500 && code < 600 {
		return nil
	}
	return nobodyReached
}

var (
	noSuchNumber = &outcome{phone.EndedByCallee, phone.EndNotFound, 404, "Not Found"}
	trunksDown   = &outcome{phone.EndedBySystem, phone.EndError, 503, "Service Unavailable"}
)

// rank orders outcomes: a busy phone tells the caller more than one that does
// not answer, and a 6xx speaks for all.
var rank = map[*outcome]int{noMedia: 1, busy: 2, nowhere: 3, noSuchMedia: 3, busyAll: 3, declined: 3}

// again says whether an INVITE makes no session because it has made one already.
func again(err error) bool {
	var f *session.Failure
	return errors.As(err, &f) && f.Status == 482
}

// unmet is the outcome of an INVITE that no session can come of.
func unmet(err error) *outcome {
	var f *session.Failure
	if errors.As(err, &f) {
		return &outcome{phone.EndedBySystem, phone.EndError, f.Status, f.Phrase}
	}
	return failed
}
