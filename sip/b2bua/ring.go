package b2bua

import (
	"slices"
	"strings"
	"time"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/session"
)

// ringing is a call on the way to an answer: what rings now, and what comes
// when nobody answers there.
type ringing struct {
	offer     []byte // the caller's description; empty: it wants one
	hops      uint32
	legs      []*end           // that have no final answer
	by        *phone.Extension // who dialled: the caller, or who forwarded last
	of        *phone.Extension // whose phones ring, and whose forwards hold; nil is nobody's
	next      [][]target       // to ring, when those that ring do not answer
	patience  time.Duration    // how long they may ring, each stage of them
	visited   []phone.ID       // extensions, and nobody's forwards lead in a circle
	wait      *waiting         // in a queue, or nil
	ways      []*Way           // by which a call to the world may still leave
	diverted  string           // the number that forwarded last
	why       string           // it did, in the words of RFC 5806
	anonymous bool             // the caller asked not to be shown
	best      *outcome         // of what has rung in vain here
	early     *end             // whose early media the caller hears
	told      bool             // the caller hears that it rings
}

// progressed passes a provisional response on: early media of the first phone
// that has any, so that the caller does not hear two; and once that it rings.
func (c *call) progressed(e *end, p *session.Progress) {
	r := c.ring
	if r == nil || e.over {
		return
	}
	if p.Dialog != "" && p.Dialog != e.rings {
		e.rings = strings.Clone(p.Dialog)
	}
	if l := e.log(); p.Code >= 180 && l.Ringing.IsZero() {
		l.Ringing = c.Now()
		e.show()
	}
	switch {
	case len(p.SDP) > 0 && (r.early == nil || r.early == e) && c.playEarly(e, p):
	case p.Code >= 180 && p.Code <= 182 && !r.told:
		r.told = true
		c.tell(180, "Ringing", nil)
	}
}

// playEarly lets the caller hear what a phone sends before it answers. A
// description that cannot be understood is not heard.
func (c *call) playEarly(e *end, p *session.Progress) bool {
	r := c.ring
	if len(r.offer) == 0 { // it is an offer, and the caller cannot answer it yet
		return false
	}
	if p.Code == 180 { // not all that ring so send anything; the first packet ends it
		c.ringBack()
	}
	sdp, err := c.reply(e, p.SDP)
	if err != nil {
		c.Log.Debug("early media not understood", "call", c.id, "error", err)
		return false
	}
	r.early, r.told = e, true
	// A reliable answer stands (RFC 3262 section 5): the first is what the caller has.
	if a := c.ends[0]; a.told == nil || a.leg == nil || !a.leg.PeerSupports("100rel") {
		a.told = sdp
	}
	code, phrase := 183, "Session Progress"
	if p.Code == 180 {
		code, phrase = 180, "Ringing"
	}
	c.tell(code, phrase, sdp)
	return true
}

// tell passes a provisional answer to the caller.
func (c *call) tell(code int, phrase string, sdp []byte) {
	if t := c.coming; t != nil {
		t.report.notify(code, phrase, nil)
	}
	if len(sdp) == 0 {
		c.ringBack()
	}
	if a := c.ends[0]; a != nil && a.leg != nil && a.leg.Early() {
		a.show()
		a.leg.Progress(code, phrase, sdp, c.callee().asserted(c.Domain))
	}
}

// failed is the final answer of an end that was called, other than 2xx.
func (c *call) failed(e *end, f *session.Failure) {
	if c.ring == nil || e.over {
		return
	}
	if e.way != nil {
		c.tryElsewhere(e, f)
		return
	}
	if f.Status >= 300 && f.Status < 400 && c.redirected(e, f) {
		return
	}
	c.lost(e, f.Status, refusal(f.Status))
}

// lost takes out an end that will not answer. The last one decides, or one that
// speaks for all (6xx).
func (c *call) lost(e *end, code int, o *outcome) {
	r := c.ring
	c.takeOut(e, code, o)
	if !c.called(e) {
		code, o = nobodyReached.code, nobodyReached
	}
	r.best = more(r.best, o)
	if code >= 600 && r.of != nil {
		r.best, r.next = o, nil
		c.dropRinging(nil)
	}
	if len(r.legs) == 0 {
		c.unreached(r.best)
	}
}

// called says whether an end speaks for whom the caller wants. One of another
// extension that was asked to pick up does not.
func (c *call) called(e *end) bool {
	of := c.ring.of
	return of == nil || e.log().Extension == of.ID
}

func (c *call) takeOut(e *end, code int, o *outcome) {
	r := c.ring
	e.leave(code, o.by, o.reason)
	if i := slices.Index(r.legs, e); i >= 0 {
		r.legs = slices.Delete(r.legs, i, i+1)
	}
}

// unreached goes on when nobody answers where it rings: at the next ones, where
// the extension is forwarded to, or to the end of the call.
func (c *call) unreached(how *outcome) {
	if c.stage == ended {
		return
	}
	c.dropRinging(nil)
	r := c.ring
	switch {
	case len(r.next) > 0 && c.turnTime() > 0:
		stage := r.next[0]
		r.next = r.next[1:]
		c.fork(stage)
	case c.requeue(), c.forwarded(how):
	default:
		c.end(how)
	}
}

// dropRinging stops whatever rings but the winner; why goes into the CANCELs.
func (c *call) dropRinging(winner *end, why ...sip.Header) {
	r := c.ring
	if r == nil {
		return
	}
	reason, by := phone.EndCancel, phone.EndedByCaller
	switch {
	case winner == nil && c.stage != ended: // nobody has answered there
		reason, by = phone.EndUnreachable, phone.EndedBySystem
	case winner != nil:
		// So that the phone shows no missed call (RFC 3326).
		why = []sip.Header{elsewhere}
		reason, by = phone.EndElsewhere, phone.EndedBySystem
	}
	for _, e := range r.legs {
		if e == winner {
			continue
		}
		if e.leg != nil {
			e.leg.Cancel(why...)
		}
		e.leave(487, by, reason)
	}
	r.legs = r.legs[:0]
}

// cancelled is told when the caller gives up.
func (c *call) cancelled(why []string) {
	if c.coming != nil && c.transferred(c.ends[0]) {
		return
	}
	switch c.stage {
	case setup, answering:
		c.end(givenUp, c.reasons(why)...)
	case talking: // its 200 waits for a PRACK or an answer, and who was called is in the conversation
		a := c.ends[0]
		a.log().Answered = time.Time{}
		a.leave(givenUp.code, givenUp.by, givenUp.reason)
		c.end(hungUpByCaller, c.reasons(why)...)
	}
}
