package session

import "ringfence/sip"

// reoffer is an offer of ours within the dialog.
type reoffer struct {
	sdp       []byte // nil: the peer is to offer
	on        func(sdp []byte, err *Failure)
	hs        []sip.Header
	refresh   bool // none of the owner's: it keeps the session
	dialog    *sip.Dialog
	req       *sip.Request
	tx        *sip.ClientTx
	sent      bool
	paused    bool // until it is tried again
	withdrawn bool
	proved    bool
	tries     int
	rseq      uint32
	early     []byte // the answer of a reliable response
	answered  bool
	acked     bool
	ack       []byte
	then      *reoffer // the owner's, behind a refresh
	run       int      // of its transactions; what comes to one before the last is over
	alarm     alarm
}

// maxTries bounds how often one offer is made.
const maxTries = 4

var (
	pending    = Failure{Status: 491, Phrase: "Request Pending"}
	terminated = Failure{Status: 487, Phrase: "Request Terminated"}
)

// Offer asks the peer for another session: by re-INVITE, or by UPDATE before the
// call is answered; hs go into it. on is called once, never before Offer returns,
// and not when the owner ends the leg meanwhile: with the answer, or, when sdp is
// nil, with the peer's offer, which Confirm answers. A peer that makes an offer at
// the same time is asked again by the rules of RFC 3261 section 14.1. While the peer
// waits for an answer from us, on gets 491 instead: if two legs waited for each
// other, they would for ever.
func (l *Leg) Offer(sdp []byte, on func(sdp []byte, err *Failure), hs ...sip.Header) {
	r := &reoffer{sdp: sdp, on: on, hs: hs}
	deny := func(f Failure) { l.box.Do(func() { on(nil, &f) }) }
	mine := l.turn.mine
	switch {
	case l.state == over:
		deny(Failure{Status: 481, Phrase: "Call/Transaction Does Not Exist"})
	case mine != nil && !mine.refresh, l.turn.theirs != nil, len(l.turn.confirms) > 0:
		deny(pending)
	case l.state == early && !l.accepted() && (sdp == nil || !l.updatable()):
		deny(pending)
	case mine != nil && mine.then != nil:
		deny(pending)
	case mine != nil: // the refresh first
		mine.then = r
	default:
		l.turn.mine = r
		l.next()
	}
}

// updatable says whether the session may be changed before it is answered (RFC
// 3311 section 5.1).
func (l *Leg) updatable() bool {
	if !l.PeerAllows(sip.UPDATE) {
		return false
	}
	if l.inbound {
		return l.in != nil && l.in.agreed && l.in.waiting == nil && l.in.accept == nil
	}
	return l.only() != nil
}

// only is the early dialog that is settled, if there is just one.
func (l *Leg) only() (found *sip.Dialog) {
	for _, f := range l.out.forks {
		if f.agreed {
			if found != nil {
				return nil
			}
			found = f.dialog
		}
	}
	return found
}

// Withdraw takes our offer back while it is not answered, by CANCEL if it is a
// re-INVITE; what was asked for with Offer ends with 487, unless the answer has
// overtaken it.
func (l *Leg) Withdraw() {
	r := l.turn.mine
	switch {
	case r == nil || r.withdrawn || r.refresh && r.then == nil:
	case r.refresh:
		behind := r.then
		r.then = nil
		l.box.Do(func() { behind.refuse(terminated) })
	case !r.sent:
		r.withdrawn, r.paused = true, true
		l.box.Do(func() { l.refusedOffer(r, terminated) })
	case r.tx != nil && r.req.Method == sip.INVITE:
		r.withdrawn = true
		_ = r.tx.Cancel() // the INVITE has its own end
	}
}

// offer sends it.
func (l *Leg) offer(r *reoffer) {
	method := sip.INVITE
	if r.dialog = l.dialog; l.state == early {
		if method = sip.UPDATE; !l.inbound {
			r.dialog = l.only()
		}
	}
	if r.dialog == nil { // another branch of the fork has agreed since this was asked for
		r.paused = true
		l.box.Do(func() { l.refusedOffer(r, pending) })
		return
	}
	r.sent, r.tries = true, r.tries+1
	supported := l.cfg.supported()
	if r.sdp == nil { // an offer in a reliable response would be one more way
		supported = without(supported, "100rel")
	}
	hs := l.timer.ask(l.cfg, l.cfg.introduce(nil, supported), l.timer.role())
	r.req = request(r.dialog, method, r.sdp, append(hs, r.hs...)...)
	l.put(r)
}

func (l *Leg) put(r *reoffer) {
	r.run++
	run := r.run
	l.reach(func(f sip.Flow, err error) {
		if err == nil {
			r.tx, err = l.cfg.Stack.Request(r.req, f, func(res *sip.Response, err error) {
				l.box.Do(func() {
					if r.run == run {
						l.reoffered(r, res, err)
					}
				})
			})
		}
		if err != nil {
			l.box.Do(func() { l.refusedOffer(r, l.noResponse(err)) })
		}
	})
}

// reoffered takes what comes back.
func (l *Leg) reoffered(r *reoffer, res *sip.Response, err error) {
	switch {
	case res == nil && err == nil, res == nil && r.answered:
	case res == nil:
		l.refusedOffer(r, l.noResponse(err))
	case res.StatusCode < 200:
		l.heardOf(r, res)
	case res.StatusCode < 300 && r.answered:
		if r.acked {
			l.acknowledge(r.dialog, seqOf(r.req), proofsOf(r.req), r.ack)
		}
	case res.StatusCode < 300:
		l.acceptedOffer(r, res)
	case !l.offerAgain(r, res):
		l.refusedOffer(r, failure(res))
	}
}

// heardOf acknowledges a reliable response to a re-INVITE.
func (l *Leg) heardOf(r *reoffer, res *sip.Response) {
	rseq, ok := sip.RSeqOf(res)
	if !ok || !sip.HasToken(res, "Require", "100rel") || r.rseq != 0 && rseq != r.rseq+1 {
		return
	}
	r.rseq = rseq
	if r.sdp != nil && r.early == nil {
		r.early = sip.SDP(res)
	}
	l.prack(r.dialog, seqOf(r.req), rseq, nil)
}

// acceptedOffer is the 2xx: the session is another one from now on.
func (l *Leg) acceptedOffer(r *reoffer, res *sip.Response) {
	r.answered = true
	l.retarget(r.dialog, res)
	sdp := r.early
	if sdp == nil {
		sdp = sip.SDP(res)
	}
	confirm := func(answer []byte) {
		if r.acked, r.ack = true, answer; r.req.Method == sip.INVITE {
			l.acknowledge(r.dialog, seqOf(r.req), proofsOf(r.req), answer)
		}
	}
	if l.state == over || l.turn.mine != r {
		confirm(nil)
		return
	}
	l.learn(res)
	l.timer.granted(l, res)
	if r.sdp == nil && sdp != nil {
		l.turn.confirms = append(l.turn.confirms, func(answer []byte) {
			l.agree(answer, sdp)
			confirm(answer)
		})
	} else {
		confirm(nil)
	}
	l.turn.mine = r.then
	l.tellOffer(r, sdp)
	l.next()
}

// tellOffer gives the owner the answer. One without a description is none.
func (l *Leg) tellOffer(r *reoffer, sdp []byte) {
	switch {
	case sdp == nil && !r.refresh:
		r.on(nil, &Failure{Status: 488, Phrase: "No Session Description"})
	case r.refresh:
		changed := sdp != nil && hash(sdp) != l.turn.remote
		l.agree(r.sdp, sdp)
		r.on(sdp, nil)
		if changed && l.state == answered {
			l.on.Agreed(l, sdp)
		}
	default:
		if r.sdp != nil {
			l.agree(r.sdp, sdp)
			l.noteFork(r.dialog, sdp)
		}
		r.on(sdp, nil)
	}
}

func (r *reoffer) refuse(f Failure) { r.on(nil, &f) }

// fail tells the owner that nothing comes of its offers any more: of r and of what
// is behind it.
func (r *reoffer) fail() {
	for ; r != nil; r = r.then {
		if !r.refresh {
			r.refuse(terminated)
		}
	}
}
