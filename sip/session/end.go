package session

import "ringfence/sip"

// farewell is our BYE, until it is answered.
type farewell struct {
	why  []sip.Header
	sent bool
}

// Bye ends the session (RFC 3261 section 15.1.1), or whatever there is of it: an
// INVITE of ours is cancelled, one of the peer's refused with 480. The BYE waits
// for the ACK of the peer's INVITE, since a callee must not say it before (section
// 15). The leg is over at once, except that Failed still comes after a CANCEL.
func (l *Leg) Bye(reason ...sip.Header) {
	switch {
	case l.state == over:
	case l.state == answered:
		l.hangUp(reason)
		l.finish()
	case l.inbound:
		l.Reject(480, "Temporarily Unavailable", reason...)
	default:
		l.Cancel(reason...)
	}
}

// hangUp says BYE as soon as that is allowed. A 2xx of the peer gets its ACK all
// the same, and its re-INVITE a 487 (section 15.1.2).
func (l *Leg) hangUp(why []sip.Header) {
	confirms := l.turn.confirms
	l.turn.confirms = nil
	for _, confirm := range confirms {
		confirm(nil)
	}
	l.dropTheirs()
	l.farewell = &farewell{why: why}
	if l.unacked == nil || !l.unacked.initial {
		l.release()
	}
}

func (l *Leg) dropTheirs() {
	if o := l.turn.theirs; o != nil {
		l.turn.theirs = nil
		o.in.Respond(487, "Request Terminated")
	}
}

// release lets the BYE go.
func (l *Leg) release() {
	b := l.farewell
	if b.sent {
		return
	}
	b.sent = true
	l.hush()
	l.ask(l.dialog, l.newBye(l.dialog, b.why), func(*sip.Response, error) {
		l.farewell = nil // whatever it says, it is over
		l.rest()
	})
}

func (l *Leg) newBye(d *sip.Dialog, why []sip.Header) *sip.Request {
	var room [4]sip.Header
	return d.NewRequest(sip.BYE, append(l.cfg.agent(room[:0]), why...)...)
}

// hush ends the repetition of a 2xx whose ACK nobody waits for any more.
func (l *Leg) hush() {
	if l.unacked != nil {
		l.unacked.tx.Acknowledge()
		l.unacked = nil
	}
}

// left is a BYE of the peer (section 15.1.2).
func (l *Leg) left(in *Incoming, d *sip.Dialog) {
	in.Respond(200, "OK")
	why := reasons(in.Request)
	switch {
	case d != l.dialog: // of a fork, perhaps before its 2xx
		l.out.fork(d.RemoteTag).gone = true
	case l.state == over: // it crosses ours
		l.hush()
		l.farewell = nil
		l.rest()
	case l.state == early: // section 15: the caller may, instead of CANCEL
		l.giveUp(why)
	default: // who hangs up has got our 2xx
		l.hush()
		l.end(End{Cause: ByPeer, Why: why})
	}
}

// lose ends a session that the peer does not have any more, by a BYE all the same
// (RFC 3261 section 12.2.1.2): what was silent may still hear it, and a 481 may be
// older than the session, from before a 2xx of ours that was late.
func (l *Leg) lose(status int) {
	if l.state != answered {
		return
	}
	l.hangUp(nil)
	l.end(End{Cause: Lost, Status: status})
}

// end tells the owner, once.
func (l *Leg) end(e End) {
	if l.state != over {
		l.close()
		l.on.Ended(l, e)
	}
}

// close is finish when it was not the owner's wish: an offer of its own has failed.
func (l *Leg) close() {
	mine := l.turn.mine
	l.finish()
	mine.fail()
}

// finish leaves nothing that could happen by itself.
func (l *Leg) finish() {
	l.state = over
	l.dropTheirs()
	l.timer.alarm.stop()
	if r := l.turn.mine; r != nil {
		r.alarm.stop()
		if r.tx != nil && r.req.Method == sip.INVITE && !r.answered && !r.withdrawn {
			_ = r.tx.Cancel() // else it might wait for ever: a BYE ends no INVITE but by the peer's good will
		}
	}
	l.turn = turn{}
	l.rest()
}

// rest takes the leg out of the table when no request can be for it any more: its
// BYE is answered and so are all that come to its INVITE.
func (l *Leg) rest() {
	if l.state == over && l.out == nil && l.farewell == nil {
		l.cfg.Table.leave(l)
	}
}
