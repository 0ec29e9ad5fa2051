package sip

import (
	"errors"
	"strings"
)

// Cancel cancels the INVITE after RFC 3261 section 9.1: at once when a
// provisional response has come, else as soon as one does. The INVITE goes on
// to its final response, which may yet be a 2xx; without any it ends with
// ErrTimeout after 64*T1. After the final response it does nothing. The CANCEL
// carries hs, such as a Reason (RFC 3326). Errors: that it is no INVITE, or
// those of Flow.Send.
func (t *ClientTx) Cancel(hs ...Header) error {
	if !t.invite {
		return errors.New("sip: only an INVITE can be cancelled")
	}
	t.mu.Lock()
	defer t.unlock()
	if !t.wanted {
		t.wanted, t.why = true, hs
	}
	if t.state != txProceeding {
		return nil
	}
	return t.sendCancel()
}

func (t *ClientTx) sendCancel() error {
	if t.canceled {
		return nil
	}
	t.canceled = true
	t.clock.until(t.stack.now() + t.stack.cfg.Timers.timeout()) // 9.1, last paragraph
	w := newWire()
	branch := w.hop(t.sent.b, CANCEL, nil)
	if err := w.rest(t.why, nil); err != nil {
		w.free()
		return err
	}
	_, err := t.stack.begin(w, t.stack.keys.client(branch, CANCEL), false, t.flow, nil)
	return err
}

// acknowledge makes the ACK to a final response that is no 2xx (17.1.1.3): it is
// what is sent from now on.
func (t *ClientTx) acknowledge(res *Response) error {
	w := newWire()
	w.hop(t.sent.b, ACK, res.To())
	if err := w.rest(nil, nil); err != nil {
		w.free()
		return err
	}
	t.sent.take(w, t.flow)
	t.sent.settle() // for timer D
	return nil
}

// hop writes what CANCEL (9.1) and ACK (17.1.1.3) have of their INVITE, as it was
// sent: Request-URI, top Via, Route, From, To, Call-ID and the number of CSeq. An
// ACK has the To of the response. It gives the branch.
func (w *wire) hop(invite []byte, method RequestMethod, to *ToHeader) (branch string) {
	line, at := cutLine(borrow(invite), 0)
	w.b = append(append(w.b, method...), line[len(INVITE):]...)
	w.end()
	line, at = cutLine(borrow(invite), at)
	branch = branchIn(line)
	w.copy(line)
	w.b = append(w.b, "Max-Forwards: 70"...)
	w.end()
	for line, at = cutLine(borrow(invite), at); line != ""; line, at = cutLine(borrow(invite), at) {
		name, _, _ := strings.Cut(line, ":")
		switch kind := kindOf(name); {
		case kind == toField && to != nil:
			w.field(to)
		case kind == routeField, kind == fromField, kind == toField, kind == callIDField:
			w.copy(line)
		case kind == cseqField:
			w.b = append(append(w.b, line[:strings.LastIndexByte(line, ' ')+1]...), method...)
			w.end()
		}
	}
	return branch
}

// branchIn reads a Via line of ours.
func branchIn(via string) string {
	_, rest, _ := strings.Cut(via, ";branch=")
	branch, _, _ := strings.Cut(rest, ";")
	return branch
}

func (w *wire) copy(line string) {
	w.b = append(w.b, line...)
	w.end()
}
