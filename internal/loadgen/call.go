package main

import (
	"net/netip"
	"strconv"
	"time"
)

// stage is how far a call has come, as its caller sees it.
type stage uint8

const (
	free    stage = iota // nobody's
	dialled              // INVITE sent
	talking              // answered, and acknowledged
	leaving              // BYE sent
)

// mostRinging is how long a caller waits for an answer after a provisional one.
const mostRinging = 3 * time.Minute

// call is one call at its caller's end.
type call struct {
	stage          stage
	ringing        bool    // a provisional answer has come
	kept           bool    // up, and not under way
	use            uint32  // of this place
	serial         uint32  // of the alarm that holds
	caller, callee int     // of the office's phones
	pairing        pairing // the same by their numbers
	tries          int
	cseq, invited  uint32 // the last, and that of the last INVITE
	begun, sent    time.Time
	setup          time.Duration // from the first INVITE to the 200
	answered       time.Time
	parted         time.Time // when BYE was sent first
	wait           time.Duration
	request        []byte // what is sent again
	to             []byte // with the callee's tag
	target         []byte // its contact
	routes         []byte
	media          netip.AddrPort // where the caller's packets go
}

// dial begins the next call.
func (o *office) dial() {
	n := o.place()
	c := &o.calls[n]
	c.stage, c.ringing, c.tries, c.begun = dialled, false, 0, o.now
	c.caller = o.dialled % o.callers
	// Each pair meets once before one meets again.
	c.callee = o.callers + (c.caller+o.dialled/o.callers)%(len(o.phones)-o.callers)
	c.pairing = pairing{o.phones[c.caller].account.number, o.phones[c.callee].account.number}
	c.media, c.answered, c.parted = netip.AddrPort{}, time.Time{}, time.Time{}
	o.dialled++
	o.busy++
	if o.plan.afresh {
		o.phones[c.caller].nonce = o.phones[c.caller].nonce[:0]
	}
	o.invite(n)
}

// place is that of a new call.
func (o *office) place() int {
	last := len(o.places) - 1
	if last < 0 {
		o.calls = append(o.calls, call{})
		o.places = append(o.places, int32(len(o.calls)-1))
		last = 0
	}
	n := o.places[last]
	o.places = o.places[:last]
	o.calls[n].use++
	return int(n)
}

// invite is a new INVITE: the first one, or the answer to a challenge.
func (o *office) invite(n int) {
	c := &o.calls[n]
	c.cseq++
	c.invited = c.cseq
	c.tries++
	p := &o.phones[c.caller]
	callee := &o.phones[c.callee]
	b := o.head(c.request[:0], n, "INVITE", o.called(callee), c.cseq, "")
	b = append(b, "To: <"...)
	b = append(o.uri(b, callee), ">\r\n"...)
	b = p.contact(b)
	b = append(b, "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS\r\n"...)
	if len(p.nonce) > 0 {
		p.count++
		b = append(b, "Authorization: "...)
		b = append(b, o.opening.proof(o.proof, "INVITE", o.called(callee), p.user, p.ha1, p.nonce, p.count)...)
		b = append(b, "\r\n"...)
	}
	c.request = o.sdp(b, p)
	o.ask(n)
}

// called is the Request-URI that a phone is dialled by.
func (o *office) called(p *phone) string { return string(o.uri(nil, p)) }

func (o *office) uri(b []byte, p *phone) []byte {
	b = append(b, "sip:"...)
	if o.byUser {
		b = append(b, p.user...)
	} else {
		b = append(b, p.account.number...)
	}
	return append(append(b, '@'), o.domain...)
}

// head is how all requests of a caller begin, without To.
func (o *office) head(b []byte, n int, method, target string, branchOf uint32, suffix string) []byte {
	c := &o.calls[n]
	p := &o.phones[c.caller]
	b = append(append(append(append(b, method...), ' '), target...), " SIP/2.0\r\nVia: SIP/2.0/UDP "...)
	b = strconv.AppendInt(append(p.from.AppendTo(b), branch...), int64(n), 10)
	b = strconv.AppendUint(append(b, '.'), uint64(branchOf), 10)
	b = append(append(b, suffix...), ";rport\r\nMax-Forwards: 70\r\nFrom: <sip:"...)
	b = append(append(append(b, p.user...), '@'), o.domain...)
	b = appendTag(append(b, ">;tag="...), ofCaller, n, c.use)
	b = append(append(b, "\r\nCall-ID: "...), o.prefix...)
	b = strconv.AppendInt(b, int64(n), 10)
	b = strconv.AppendUint(append(b, '.'), uint64(c.use), 10)
	b = strconv.AppendUint(append(b, "\r\nCSeq: "...), uint64(branchOf), 10)
	return append(append(append(b, ' '), method...), "\r\n"...)
}

// within is a request within the dialog, or the ACK of a refusal.
func (o *office) within(b []byte, n int, method, target string, branchOf uint32, suffix string, to []byte) []byte {
	b = o.head(b, n, method, target, branchOf, suffix)
	b = append(append(append(b, "To: "...), to...), "\r\n"...)
	if len(suffix) > 0 || method == "BYE" {
		b = append(b, o.calls[n].routes...)
	}
	return append(b, "Content-Length: 0\r\n\r\n"...)
}

// ask sends a request for the first time.
func (o *office) ask(n int) {
	c := &o.calls[n]
	c.sent, c.wait = o.now, t1
	o.send(c.request, c.caller)
	o.wake(n, t1)
}

// wake sets the only alarm of a call.
func (o *office) wake(n int, after time.Duration) {
	c := &o.calls[n]
	c.serial++
	o.wheel.set(alarm{o.now.Add(after), int32(n), c.serial})
}

// bye hangs up.
func (o *office) bye(n int) {
	c := &o.calls[n]
	c.stage, c.parted = leaving, o.now
	c.cseq++
	c.request = o.within(c.request[:0], n, "BYE", string(c.target), c.cseq, "", c.to)
	o.ask(n)
}

// acknowledge answers a 2xx: RFC 3261 13.2.2.4.
func (o *office) acknowledge(n int) {
	c := &o.calls[n]
	o.send(o.within(o.scratch[:0], n, "ACK", string(c.target), c.invited, ".a", c.to), c.caller)
}
