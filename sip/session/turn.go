package session

import "ringfence/sip"

// turn is whose turn it is to say what the session is: one offer at a time, in
// both directions (RFC 3264 section 4, RFC 6337 section 2).
type turn struct {
	mine     *reoffer       // ours: sent, or waiting to be sent
	theirs   *Offer         // the peer's, until the owner answers
	confirms []func([]byte) // the peer's offers in responses, until Confirm
	local    []byte         // what we described last, if we may have to repeat it
	remote   uint64         // a hash of what the peer did
}

// blocked says why an offer of the peer cannot be taken, 0 if it can: 491 while
// ours is on its way, 500 while another of its own is not answered (RFC 3261
// section 14.2, RFC 3311 section 5.2).
func (l *Leg) blocked() int {
	t := &l.turn
	switch {
	case t.mine != nil && t.mine.sent:
		return 491
	case l.unacked != nil && l.unacked.late:
		return 491 // our offer, in the 2xx
	case t.theirs != nil || len(t.confirms) > 0:
		return 500
	}
	return 0
}

func (in *Incoming) block(code int) {
	if code == 491 {
		in.Respond(491, "Request Pending")
		return
	}
	in.Respond(500, "Request Pending", soon())
}

// reinvited is a re-INVITE.
func (l *Leg) reinvited(in *Incoming, d *sip.Dialog, o *Offer) {
	code := l.blocked()
	switch {
	case l.in != nil: // RFC 3261 14.2: before the final response to the first
		code = 500
	case l.state == early || l.unacked != nil || len(l.turn.confirms) > 0:
		code = 491 // ours is in progress, or the ACK of its own is still on its way
	}
	if code > 0 {
		in.block(code)
		return
	}
	sdp, ok := l.acceptable(in)
	if !ok {
		return
	}
	_ = in.tx.Respond(sip.Reply(in.Request, 100, "Trying"))
	o.SDP, o.dialog = sdp, d
	l.turn.theirs = o
	l.on.Offered(l, o)
}

// acceptable gives the session description of a request that may be answered.
func (l *Leg) acceptable(in *Incoming) (sdp []byte, ok bool) {
	r := l.timer.tooShort(l.cfg, in.Request)
	if r == nil {
		sdp, r = l.offerOf(in.Request)
	}
	if r != nil {
		_ = in.tx.Respond(r)
		return nil, false
	}
	return sdp, true
}

// updated is an UPDATE. Without a session description it refreshes the session and
// the target alone, and that may always be done.
func (l *Leg) updated(in *Incoming, d *sip.Dialog) {
	sdp, ok := l.acceptable(in)
	if !ok {
		return
	}
	if sdp == nil {
		l.retarget(d, in.Request)
		_ = l.agreeTo(in, d, nil)
		return
	}
	code := l.blocked()
	switch {
	case l.in != nil && (!l.in.agreed || l.in.waiting != nil && l.in.waiting.sdp):
		code = 500 // its offer in the INVITE is not answered yet
	case l.state == early && !l.inbound && !l.settledWith(d):
		code = 491 // our offer is not
	}
	if code > 0 {
		in.block(code)
		return
	}
	l.offerFrom(in, d, sdp)
}

func (l *Leg) settledWith(d *sip.Dialog) bool {
	f := l.out.fork(d.RemoteTag)
	return f != nil && f.agreed
}

// offered is an offer within the leg's dialog.
func (l *Leg) offered(in *Incoming, sdp []byte) { l.offerFrom(in, l.dialog, sdp) }

func (l *Leg) offerFrom(in *Incoming, d *sip.Dialog, sdp []byte) {
	o := &Offer{SDP: sdp, Method: in.Request.Method, in: in, dialog: d}
	if l.state == early {
		o.Dialog = d.RemoteTag
	}
	l.turn.theirs = o
	l.on.Offered(l, o)
}

// noteFork notes what the peer of an early dialog describes now: the 2xx will not
// say it again.
func (l *Leg) noteFork(d *sip.Dialog, sdp []byte) {
	if l.out == nil || l.state != early {
		return
	}
	if f := l.out.fork(d.RemoteTag); f != nil {
		f.sdp = sdp
	}
}

// retarget is RFC 3261 section 12.2.1.2 and 12.2.2: the peer's Contact.
func (l *Leg) retarget(d *sip.Dialog, m sip.Message) {
	for _, h := range m.GetHeaders("Contact") {
		if c, ok := h.(*sip.ContactHeader); ok && !c.Address.Wildcard {
			d.Target = ownURI(c.Address)
			return
		}
	}
}

// agree notes what the two sides have agreed upon. What we said is kept only if
// we may have to say it again, to a peer that knows no UPDATE.
func (l *Leg) agree(local, remote []byte) {
	l.turn.remote = hash(remote)
	l.turn.local = nil
	if l.cfg.timed() && !l.PeerAllows(sip.UPDATE) {
		l.turn.local = local
	}
}

// hash is FNV-1a.
func hash(b []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range b {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}

// next goes on with what has waited for its turn.
func (l *Leg) next() {
	l.ring()
	if r := l.turn.mine; r != nil && !r.sent && !r.paused && l.free() {
		l.offer(r)
	}
}

// free says whether nothing is in the way of an offer of ours.
func (l *Leg) free() bool {
	return l.turn.theirs == nil && len(l.turn.confirms) == 0 && l.unacked == nil && !l.accepted() && l.state != over
}
