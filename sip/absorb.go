package sip

import "strings"

// What a server transaction deals with by itself: the ACK of a refusal, the same
// request again, and the CANCEL.

// acknowledged takes an ACK with the branch of the INVITE. It is false for one
// that belongs to a 2xx: some peers use that branch for it as well.
func (t *ServerTx) acknowledged() bool {
	t.mu.Lock()
	defer t.unlock()
	switch {
	case t.state == txConfirmed || t.state == txTerminated:
	case t.state != txCompleted:
		return false
	case t.flow.Network != "udp": // timer I is 0
		t.end(nil)
	default:
		t.state = txConfirmed
		t.last.drop()
		t.settle(nil)
		t.clock.rest(t.stack.now() + t.stack.cfg.Timers.T4) // timer I
	}
	return true
}

// retransmitted answers the request that came again (17.2.1, 17.2.2). In
// Accepted it is absorbed: our own timer repeats the 2xx.
func (t *ServerTx) retransmitted() {
	t.mu.Lock()
	defer t.unlock()
	if t.last.b == nil || t.state != txProceeding && t.state != txCompleted {
		return
	}
	if err := t.flow.writeFor(t, t.last.b); err != nil {
		t.end(err)
	}
}

// Tag is the To tag of the responses.
func (t *ServerTx) Tag() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.tag
}

// cancel takes a CANCEL that is answered.
func (t *ServerTx) cancel(reasons []string) {
	t.mu.Lock()
	defer t.unlock()
	if t.state == txProceeding && !t.stopped { // 9.2: no effect afterwards
		t.stopped = true
		for _, r := range reasons {
			t.reasons = append(t.reasons, strings.Clone(r))
		}
	}
}
