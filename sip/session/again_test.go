package session

import (
	"testing"

	"ringfence/sip"
)

// The transaction absorbs the INVITE that comes again; the leg is one.
func TestINVITEComesAgain(t *testing.T) {
	w := rung(t, offerA)
	w.peer.asksOn(w.peer.last, "INVITE", w.peer.cseq, offerA)
	w.peer.quiet()
	if n := w.cfg.Table.Len(); n != 1 {
		t.Errorf("%d legs", n)
	}
}

// A handler that must wait before it makes a leg may get the INVITE again
// meanwhile; the second leg must not end the first.
func TestSecondLegOfOneINVITE(t *testing.T) {
	w := newWorld(t)
	var errs []error
	route := sip.Handler(func(req *sip.Request, f sip.Flow) {
		w.box.Do(func() {
			leg, err := NewInbound(&w.cfg, &w.box, w, req, f)
			w.leg, errs = leg, append(errs, err)
			_, err = NewInbound(&w.cfg, &w.box, w, req, f)
			errs = append(errs, err)
		})
	})
	w.first.Store(&route)
	w.peer.asks("INVITE", offerA)
	w.peer.hasAnswer(100, sip.INVITE)
	w.peer.theirs = ""
	w.do(func(l *Leg) { l.Accept([]byte(answerB)) })
	w.peer.hasAnswer(200, sip.INVITE)
	w.do(func(*Leg) {
		if f, ok := errs[1].(*Failure); errs[0] != nil || !ok || f.Status != 482 {
			t.Errorf("errors %v", errs)
		}
	})
}
