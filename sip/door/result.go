package door

import (
	"net/netip"
	"strings"

	"ringfence/sip"
	"ringfence/sip/digest"
)

// Result is what the door says to a request.
type Result int

// The results. All but Proven have an answer.
const (
	Proven      Result = iota // or, of the gate: it may pass
	Challenged                // 401: it has not shown a password that is right
	Stale                     // 401: the password is right, the nonce too old or used
	Malformed                 // 400: the credentials cannot be read
	Mistargeted               // 400: they were made for another request
	Refused                   // 403: by the fence
	Unjudged                  // 500: the gate could not judge
)

// status is the answer, for all but Proven. That of a refusal does not say why:
// the reason is for the phone's owner, who has it from the API.
func (r Result) status() (code int, reason string) {
	switch r {
	case Challenged, Stale:
		return 401, "Unauthorized"
	case Malformed:
		return 400, "Malformed Authorization"
	case Mistargeted:
		return 400, "Authorization Is for Another Request"
	case Refused:
		return 403, "Forbidden"
	}
	return 500, "Server Internal Error"
}

// Answer posts the response for a result that is not Proven.
func (d *Door) Answer(out *sip.Mail, o *sip.Outline, f sip.Flow, r Result) {
	out.Post(o.Answering(f), d.appendAnswer(out.Room(), o, f, r))
}

func (d *Door) appendAnswer(dst []byte, o *sip.Outline, f sip.Flow, r Result) []byte {
	code, reason := r.status()
	dst = o.Head(dst, f, code, reason)
	if code == 401 {
		dst = d.appendChallenges(dst, o.UserAgent, f.Remote.Addr(), r == Stale)
	}
	return sip.End(dst)
}

// appendChallenges appends the header field lines of a 401, the same for every
// user, known or not.
func (d *Door) appendChallenges(dst []byte, agent string, source netip.Addr, stale bool) []byte {
	var room [64]byte
	nonce := d.Nonces.AppendIssue(room[:0], source)
	for _, form := range d.offer(agent) {
		dst = append(dst, "WWW-Authenticate: "...)
		dst = form.Append(dst, nonce, stale)
		dst = append(dst, "\r\n"...)
	}
	return dst
}

// offer is what a client is challenged with. It depends on what the client says
// of itself and not on the user, so that it does not tell who exists.
func (d *Door) offer(agent string) []digest.Form {
	if len(d.weak) == 0 {
		return d.all
	}
	for _, beginning := range d.MD5Only {
		if strings.HasPrefix(agent, beginning) {
			return d.weak
		}
	}
	return d.all
}
