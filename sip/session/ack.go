package session

import "ringfence/sip"

// unacked is an INVITE of the peer whose 2xx waits for its ACK.
type unacked struct {
	tx      *sip.ServerTx
	seq     uint32
	rseq    uint32 // of a reliable response that waits for a PRACK even now
	late    bool   // the 2xx has our offer, the ACK brings the answer
	initial bool
}

// settled is the end of the transaction of an INVITE of the peer: its ACK has
// come, or has not, or no response could be sent.
func (l *Leg) settled(seq uint32, err error) {
	switch {
	case err == nil:
	case l.in != nil && seqOf(l.in.req) == seq && l.state == early:
		l.stopRinging()
		l.in = nil
		l.end(End{Cause: Lost, Status: 503})
	case l.unacked != nil && l.unacked.seq == seq:
		l.unacked = nil
		l.noACK()
	}
}

// noACK is RFC 3261 section 13.3.1.4 and 14.2: the session is not there, and a BYE
// is due.
func (l *Leg) noACK() {
	if l.farewell != nil {
		l.release()
		return
	}
	if l.state != answered {
		return
	}
	l.hangUp(nil)
	l.end(End{Cause: NoACK})
}

// acked is an ACK that is for us: of a 2xx, by the number of its INVITE, whatever
// came between (RFC 3261 section 13.2.2.4).
func (l *Leg) acked(ack *sip.Request) {
	u := l.unacked
	if l.dialog == nil || !l.dialog.Matches(ack) || u == nil || seqOf(ack) != u.seq {
		return
	}
	l.unacked = nil
	u.tx.Acknowledge()
	if l.farewell != nil {
		l.release()
		return
	}
	if l.state != answered {
		return
	}
	var sdp []byte
	if u.late {
		if sdp = sip.SDP(ack); sdp != nil {
			l.agree(l.turn.local, sdp)
		}
	}
	if u.initial || u.late {
		l.on.Acknowledged(l, sdp)
	}
	l.next()
}
