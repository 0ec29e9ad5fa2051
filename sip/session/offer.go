package session

import (
	"errors"

	"ringfence/sip"
)

// Offer is the peer's, or its wish for one of ours. The owner answers once.
type Offer struct {
	SDP    []byte            // nil: the peer wants an offer, and answers with its ACK
	Method sip.RequestMethod // INVITE, UPDATE or PRACK
	Dialog string            // the peer's tag, for one that comes before the call is answered
	// Withdrawn is set by the owner; it is called when the peer takes the offer
	// back by CANCEL. Then nothing is to be answered.
	Withdrawn func()

	in     *Incoming
	dialog *sip.Dialog
}

// Pending says whether the offer still waits for its answer. One that was
// withdrawn or that the session has not outlived does not: what another leg has
// agreed to meanwhile, this peer has not heard of.
func (o *Offer) Pending() bool { return o.in.leg.turn.theirs == o }

// Answer accepts the offer: sdp is the answer, or the offer that the peer wants.
func (o *Offer) Answer(sdp []byte) {
	l := o.in.leg
	if l.turn.theirs != o {
		return
	}
	l.turn.theirs = nil
	target := o.dialog.Target
	l.retarget(o.dialog, o.in.Request) // RFC 6141 section 4: with the 2xx
	if err := l.agreeTo(o.in, o.dialog, sdp); errors.Is(err, sip.ErrUnsafe) || errors.Is(err, sip.ErrTooLarge) {
		o.dialog.Target = target
		o.in.Respond(500, "Server Internal Error")
		l.next()
		return
	} // other errors end the transaction, which tells them
	if o.Method == sip.INVITE {
		l.unacked = &unacked{tx: o.in.tx, seq: seqOf(o.in.Request), late: o.SDP == nil}
	}
	l.exchanged(o, sdp)
	l.next()
}

// exchanged notes what both sides have said.
func (l *Leg) exchanged(o *Offer, sdp []byte) {
	if o.SDP == nil {
		l.turn.local = sdp
		return
	}
	l.agree(sdp, o.SDP)
	l.noteFork(o.dialog, o.SDP)
}

// Reject refuses the offer; all stays as it was.
func (o *Offer) Reject(code int, phrase string, hs ...sip.Header) {
	l := o.in.leg
	if l.turn.theirs != o {
		return
	}
	l.turn.theirs = nil
	o.in.Respond(code, phrase, hs...)
	l.next()
}

// cancelled is the CANCEL of a re-INVITE.
func (o *Offer) cancelled() {
	l := o.in.leg
	if l.turn.theirs != o {
		return
	}
	l.turn.theirs = nil
	o.in.Respond(487, "Request Terminated")
	if o.Withdrawn != nil {
		o.Withdrawn()
	}
	l.next()
}

// Confirm answers an offer of the peer: that of a 2xx with the ACK, that of a
// reliable provisional response with PRACK. They are answered in the order in
// which they were told.
func (l *Leg) Confirm(sdp []byte) {
	if len(l.turn.confirms) == 0 || l.state == over {
		return
	}
	confirm := l.turn.confirms[0]
	if l.turn.confirms = l.turn.confirms[1:]; len(l.turn.confirms) == 0 {
		l.turn.confirms = nil // what it was for is not kept
	}
	confirm(sdp)
	l.next()
}
