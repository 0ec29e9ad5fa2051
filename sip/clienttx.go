package sip

import (
	"errors"
	"sync"
	"time"
)

// ClientTx is the client side of a transaction (RFC 3261 section 17.1 with
// RFC 6026). When it has ended for its owner, its key and the bytes of an ACK are
// all it keeps.
type ClientTx struct {
	stack     *Stack
	key       key
	flow      Flow
	invite    bool
	reliable  bool
	responses chan *Response // of NewClientTx

	mu       sync.Mutex // guards what follows
	state    txState
	wanted   bool // Cancel was called
	canceled bool // and the CANCEL was sent
	finished bool
	telling  bool     // somebody is in tell
	sent     draft    // the request, later the ACK: what is sent again
	why      []Header // what its CANCEL carries
	on       func(*Response, error)
	untold   []*Response
	room     [2]*Response // of untold
	err      error
	clock    clock
}

// Request sends a request to f and sends it again as long as needed. on gets each
// response, to an INVITE every 2xx as well, also those of other branches of a
// fork, for 64*T1 after the first (RFC 6026); at last it gets no response but the
// error of Err, once. Its calls come one after another, some of them perhaps
// before Request returns, and under no lock of the stack; it must not block, and
// may use the transaction. A nil on is nobody.
//
// req is left as it is and not kept: our Via (a new branch, rport) is only written,
// so that the owner may change req and begin another transaction with it. An ACK has
// no transaction: see Stack.Via. Errors, when on is never called: ErrClosed, or
// those of Flow.Send.
func (s *Stack) Request(req *Request, f Flow, on func(res *Response, err error)) (*ClientTx, error) {
	if req.Method == ACK {
		return nil, errors.New("sip: ACK has no transaction")
	}
	w := newWire()
	branch, err := w.begin(s, req, f)
	if err != nil {
		w.free()
		return nil, err
	}
	return s.begin(w, s.keys.client(branch, req.Method), req.Method == INVITE, f, on)
}

// begin starts the transaction of a request that is written. w is the transaction's.
func (s *Stack) begin(w *wire, id key, invite bool, f Flow, on func(*Response, error)) (*ClientTx, error) {
	t := &ClientTx{
		stack: s, key: id, flow: f, on: on,
		invite: invite, reliable: f.Network != "udp",
	}
	t.sent.take(w, f)
	t.mu.Lock() // a response waits until the clock is set
	defer t.unlock()
	if _, ok := s.clients.add(t.key, t); !ok {
		t.sent.drop()
		return nil, ErrClosed
	}
	t.hold()
	if err := f.writeFor(t, t.sent.b); err != nil {
		t.on = nil
		t.end(err)
		return nil, err
	}
	now := s.now()
	if !t.reliable {
		t.clock.retransmit(now, s.cfg.Timers.T1) // timers A and E
	}
	t.clock.deadline = now + s.cfg.Timers.timeout() // timers B and F
	return t, nil
}

// Err is, at the end: nil when a final response has come, else ErrTimeout (timer
// B or F, or no final response to a cancelled INVITE), ErrClosed, ErrConnection,
// or the error of sending. Before, it is nil.
func (t *ClientTx) Err() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

// receive takes a response that matches.
func (t *ClientTx) receive(res *Response) {
	t.mu.Lock()
	defer t.unlock()
	switch t.state {
	case txCalling, txProceeding:
		switch {
		case res.IsProvisional():
			t.provisional(res)
		case t.invite && res.IsSuccess():
			t.accepted(res)
		default:
			t.completed(res)
		}
	case txAccepted:
		if res.IsSuccess() {
			t.deliver(res)
		}
	case txCompleted:
		if t.invite && res.StatusCode >= 300 {
			t.repeat()
		}
	}
}

func (t *ClientTx) provisional(res *Response) {
	first := t.state == txCalling
	t.state = txProceeding
	t.deliver(res)
	switch {
	case t.invite && first:
		t.clock.stop() // how long it may ring is the owner's business
		if t.wanted {
			_ = t.sendCancel() // the INVITE still has its own end
		}
	case first:
		t.clock.interval = t.stack.cfg.Timers.T2 // 17.1.2.2
	}
}

func (t *ClientTx) accepted(res *Response) {
	t.state = txAccepted
	t.sent.drop()
	t.release()
	t.clock.rest(t.stack.now() + t.stack.cfg.Timers.timeout()) // timer M
	t.deliver(res)
}

// completed acknowledges the final response to an INVITE (17.1.1.3) before the
// owner sees it, and waits to absorb repetitions.
func (t *ClientTx) completed(res *Response) {
	t.state = txCompleted
	wait := t.stack.cfg.Timers.T4 // timer K
	if t.invite {
		wait = t.stack.cfg.Timers.timeout() // timer D
		if t.acknowledge(res) == nil {
			t.repeat()
		}
	} else {
		t.sent.drop()
	}
	t.deliver(res)
	t.finish(nil)
	if t.reliable {
		t.end(nil) // timers D and K are 0
		return
	}
	t.clock.rest(t.stack.now() + wait)
}

// repeat sends what was sent last. The response is there already, so that an
// error ends nothing.
func (t *ClientTx) repeat() { _ = t.flow.write(t.sent.b) }

// ring is the timer.
func (t *ClientTx) ring() {
	t.mu.Lock()
	defer t.unlock()
	now := t.stack.now()
	switch over, again := t.clock.due(now); {
	case over:
		t.expired()
	case again:
		t.again(now)
	}
}

// again is timers A and E.
func (t *ClientTx) again(now time.Duration) {
	if err := t.flow.writeFor(t, t.sent.b); err != nil {
		t.end(err)
		return
	}
	limit := t.stack.cfg.Timers.T2
	if t.invite {
		limit = 0 // timer A doubles until B ends it
	}
	t.clock.back(now, limit)
}

// expired is timers B, D, F, K and M.
func (t *ClientTx) expired() {
	if t.state == txCalling || t.state == txProceeding {
		t.end(ErrTimeout)
		return
	}
	t.end(nil)
}

// fail ends the transaction from outside; one that has its 2xx has not failed.
func (t *ClientTx) fail(err error) {
	t.mu.Lock()
	defer t.unlock()
	if t.state == txAccepted {
		err = nil
	}
	t.end(err)
}

// end forgets the transaction.
func (t *ClientTx) end(err error) {
	t.state = txTerminated
	t.clock.stop()
	t.finish(err)
	t.sent.drop()
	t.stack.clients.remove(t.key, t)
}

// finish lets the owner be told the end, once.
func (t *ClientTx) finish(err error) {
	if !t.finished {
		t.finished, t.err, t.why = true, err, nil
		t.release()
	}
}
