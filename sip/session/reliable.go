package session

import (
	"math/rand/v2"
	"strconv"
	"time"

	"ringfence/sip"
)

// provisional is a response that waits its turn.
type provisional struct {
	code   int
	phrase string
	sdp    []byte
	hs     []sip.Header
}

// reliable is a provisional response that waits for its PRACK (RFC 3262 section 3).
type reliable struct {
	res   sip.Answer
	rseq  uint32
	sdp   bool // it has a session description
	offer bool // which is our offer
	pause time.Duration
	spent time.Duration
	alarm alarm
}

// maxQueue bounds the responses behind one that waits for its PRACK.
const maxQueue = 8

// Progress sends a provisional response, 101 to 199. It is reliable when the peer
// requires that, or supports it and sdp is not nil, and then the next one waits
// for its PRACK. sdp is left out when nobody could answer it: an offer in a response
// that is not reliable, and anything after an answer was given reliably: from then
// on it takes an Offer.
func (l *Leg) Progress(code int, phrase string, sdp []byte, hs ...sip.Header) {
	c := l.in
	if c == nil || l.state != early || c.accept != nil || code <= 100 || code >= 200 {
		return
	}
	p := provisional{code, phrase, sdp, hs}
	if c.waiting == nil && l.turn.theirs == nil {
		l.progress(p)
	} else if len(c.queue) < maxQueue {
		c.queue = append(c.queue, p)
	}
}

func (l *Leg) progress(p provisional) {
	c := l.in
	l.goOn(p)
	dependable := c.must || l.peer.reliable && p.sdp != nil
	if c.agreed || !c.offered && !dependable {
		p.sdp = nil
	}
	if dependable {
		l.sendReliably(p)
		return
	}
	var room [maxTexts]sip.Text
	res := l.ringing(p, room[:0])
	l.respond(&res)
}

// still is how often the caller is told anew how far it is: a proxy may give an
// INVITE up of which it has heard nothing for three minutes (RFC 3261 section
// 13.3.1.1).
const still = time.Minute

// goOn tells it after a while again, and lets the connection be silent until then.
func (l *Leg) goOn(p provisional) {
	c := l.in
	l.flow.Keep(2 * still)
	l.after(&c.still, l.cfg.lasting(still), func() {
		switch {
		case l.in != c || c.accept != nil:
		case c.waiting != nil || l.turn.theirs != nil:
			l.goOn(p)
		default:
			l.progress(p)
		}
	})
}

// ringing is a provisional response.
func (l *Leg) ringing(p provisional, room []sip.Text) sip.Answer {
	return sip.Answer{
		Code: p.code, Reason: p.phrase, Contact: &l.dialog.Contact, SDP: p.sdp, Headers: l.in.with(p.hs),
		Texts: l.cfg.server(l.cfg.capable(room)),
	}
}

func (l *Leg) sendReliably(p provisional) {
	c, sdp := l.in, p.sdp
	if c.rseq == 0 {
		c.rseq = rand.Uint32N(1<<31-1) + 1 // section 3: so that it can go up
	} else {
		c.rseq++
	}
	w := &reliable{res: l.ringing(p, nil), rseq: c.rseq, sdp: sdp != nil, pause: l.cfg.t1()}
	w.offer = sdp != nil && !c.offered
	w.res.Texts = append(w.res.Texts, sip.Text{Name: "Require", Value: "100rel"},
		sip.Text{Name: "RSeq", Value: strconv.FormatUint(uint64(c.rseq), 10)})
	c.waiting = w
	switch {
	case w.offer:
		l.turn.local = sdp
	case sdp != nil:
		c.agreed = true
		l.agree(sdp, sip.SDP(c.req))
	}
	l.respond(&w.res)
	if l.in == c && c.waiting == w {
		l.after(&w.alarm, w.pause, func() { l.repeat(w) })
	}
}

// repeat sends it again: T1, 2*T1 and so on; after 64*T1 the INVITE is refused.
func (l *Leg) repeat(w *reliable) {
	w.spent += w.pause
	left := 64*l.cfg.t1() - w.spent
	if left <= 0 {
		mine := l.turn.mine
		l.refuse(504, "Server Time-out", nil)
		mine.fail()
		l.on.Ended(l, End{Cause: NoPRACK})
		return
	}
	w.pause = min(2*w.pause, left)
	l.respond(&w.res)
	l.after(&w.alarm, w.pause, func() { l.repeat(w) })
}

// pracked is a PRACK; one that matches nothing is 481 (section 3). After the final
// response it may still come.
func (l *Leg) pracked(in *Incoming) {
	ack, ok := sip.RAckOf(in.Request)
	c := l.in
	switch {
	case !ok:
		in.Respond(400, "Malformed RAck")
	case c == nil && l.unacked != nil && ack == sip.RAck{RSeq: l.unacked.rseq, CSeq: l.unacked.seq, Method: sip.INVITE}:
		l.unacked.rseq = 0
		in.Respond(200, "OK")
	case c == nil || c.waiting == nil || ack != sip.RAck{RSeq: c.waiting.rseq, CSeq: seqOf(c.req), Method: sip.INVITE}:
		in.Respond(481, "Call/Transaction Does Not Exist")
	default:
		l.settle(in, c)
	}
}

// settle takes what the PRACK brings: nothing, the answer to our offer, or, when
// there is an answer already, another offer (section 5).
func (l *Leg) settle(in *Incoming, c *called) {
	sdp, r := l.offerOf(in.Request)
	if r != nil {
		_ = in.tx.Respond(r)
		return
	}
	w := c.waiting
	w.alarm.stop()
	c.waiting = nil
	switch {
	case w.offer && sdp != nil:
		c.agreed = true
		in.Respond(200, "OK")
		l.agree(l.turn.local, sdp)
		l.on.Agreed(l, sdp)
	case sdp != nil && c.agreed && l.turn.mine == nil && l.turn.theirs == nil:
		l.offered(in, sdp)
	case sdp != nil:
		in.Respond(488, "Not Acceptable Here")
	default:
		in.Respond(200, "OK")
	}
	l.ring()
}

// ring goes on with what has waited.
func (l *Leg) ring() {
	for l.in != nil && l.in.waiting == nil && l.turn.theirs == nil && len(l.in.queue) > 0 {
		p := l.in.queue[0]
		l.in.queue = l.in.queue[1:]
		l.progress(p)
	}
	if l.in != nil && l.in.accept != nil {
		l.accept()
	}
}
