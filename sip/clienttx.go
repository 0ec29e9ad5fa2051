package sip

import (
	"crypto/rand"
	"errors"
	"sync"
)

// ownerBuffer is how many responses wait for the owner of a transaction. The
// last of the places are for final ones.
const (
	ownerBuffer = 32
	finalPlaces = 8
)

func newBranch() string { return cookie + rand.Text() }

// ClientTx is the client side of a transaction (RFC 3261 section 17.1 with
// RFC 6026).
type ClientTx struct {
	stack     *Stack
	key       string
	flow      Flow
	invite    bool
	reliable  bool
	responses chan *Response // closed by finish

	mu       sync.Mutex // guards what follows
	state    txState
	req      *Request // with our Via; nil when finished
	sent     []byte   // the request, later the ACK: what is sent again
	wanted   bool     // Cancel was called
	why      []Header // what its CANCEL carries
	canceled bool     // and the CANCEL was sent
	finished bool
	err      error
	clocks   clocks
}

// NewClientTx sends a request to f and sends it again as long as needed. req is
// left as it is: our Via (a new branch, rport) goes on top of a copy, so that
// the owner may change req and begin another transaction with it. An ACK has
// no transaction: see Stack.Via. Errors: ErrClosed, or those of Flow.Send.
func (s *Stack) NewClientTx(req *Request, f Flow) (*ClientTx, error) {
	if req.Method == ACK {
		return nil, errors.New("sip: ACK has no transaction")
	}
	copied := cloneRequest(req)
	copied.PrependHeader(s.Via(f))
	return s.begin(copied, f)
}

// begin starts the transaction of a request that has its Via.
func (s *Stack) begin(req *Request, f Flow) (*ClientTx, error) {
	b, err := encode(req)
	if err != nil {
		return nil, err
	}
	t := &ClientTx{
		stack: s, flow: f, req: req, sent: b,
		key:    clientKey(branch(req), req.Method),
		invite: req.Method == INVITE, reliable: f.Network != "udp",
		responses: make(chan *Response, ownerBuffer),
	}
	t.mu.Lock() // a response waits until the timers are set
	defer t.mu.Unlock()
	if _, ok := s.clients.add(t.key, t); !ok {
		return nil, ErrClosed
	}
	if err := f.write(b); err != nil {
		t.end(err)
		return nil, err
	}
	if !t.reliable {
		t.clocks.retransmit(s.cfg.Timers.T1, t.again) // timers A and E
	}
	t.clocks.until(s.cfg.Timers.timeout(), t.expired) // timers B and F
	return t, nil
}

// Responses gives every provisional response and the final one; to an INVITE
// every 2xx, also those of other branches of a fork, for 64*T1 after the first
// (RFC 6026). It is closed when the transaction has ended for its owner, who
// must drain it until then: the stack does not wait, it drops what has no place
// and counts it.
func (t *ClientTx) Responses() <-chan *Response { return t.responses }

// Err is, after Responses is closed: nil when a final response has come, else
// ErrTimeout (timer B or F, or no final response to a cancelled INVITE),
// ErrClosed, ErrConnection, or the error of sending. Before, it is nil.
func (t *ClientTx) Err() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

// receive takes a response that matches.
func (t *ClientTx) receive(res *Response) {
	t.mu.Lock()
	defer t.mu.Unlock()
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
		t.clocks.stop() // how long it may ring is the owner's business
		if t.wanted {
			_ = t.sendCancel() // the INVITE still has its own end
		}
	case first:
		t.clocks.interval = t.stack.cfg.Timers.T2 // 17.1.2.2
	}
}

func (t *ClientTx) accepted(res *Response) {
	t.state = txAccepted
	t.clocks.stop()
	t.req, t.sent = nil, nil
	t.clocks.until(t.stack.cfg.Timers.timeout(), t.expired) // timer M
	t.deliver(res)
}

// completed acknowledges the final response to an INVITE (17.1.1.3) before the
// owner sees it, and waits to absorb repetitions.
func (t *ClientTx) completed(res *Response) {
	t.state = txCompleted
	t.clocks.stop()
	wait := t.stack.cfg.Timers.T4 // timer K
	if t.invite {
		wait = t.stack.cfg.Timers.timeout() // timer D
		if b, err := encode(ackOf(t.req, res)); err == nil {
			t.sent = b
			t.repeat()
		}
	}
	t.deliver(res)
	t.finish(nil)
	if t.reliable {
		t.end(nil) // timers D and K are 0
		return
	}
	t.clocks.until(wait, t.expired)
}

// repeat sends what was sent last. The response is there already, so that an
// error ends nothing.
func (t *ClientTx) repeat() { _ = t.flow.write(t.sent) }

func (t *ClientTx) deliver(res *Response) {
	if res.IsProvisional() && len(t.responses) >= ownerBuffer-finalPlaces {
		t.stack.count.drop(dropOwner)
		return
	}
	select {
	case t.responses <- res:
	default:
		t.stack.count.drop(dropOwner)
	}
}

// again is timers A and E.
func (t *ClientTx) again() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.state != txCalling && (t.invite || t.state != txProceeding) {
		return
	}
	if err := t.flow.write(t.sent); err != nil {
		t.end(err)
		return
	}
	limit := t.stack.cfg.Timers.T2
	if t.invite {
		limit = 0 // timer A doubles until B ends it
	}
	t.clocks.back(limit)
}

// expired is timers B, D, F, K and M.
func (t *ClientTx) expired() {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.state == txCalling, t.state == txProceeding && (!t.invite || t.canceled):
		t.end(ErrTimeout)
	case t.state == txAccepted, t.state == txCompleted:
		t.end(nil)
	}
}

// fail ends the transaction from outside; one that has its 2xx has not failed.
func (t *ClientTx) fail(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.state == txAccepted {
		err = nil
	}
	t.end(err)
}

// end forgets the transaction.
func (t *ClientTx) end(err error) {
	t.state = txTerminated
	t.clocks.stop()
	t.finish(err)
	t.sent = nil
	t.stack.clients.remove(t.key, t)
}

// finish tells the owner, once.
func (t *ClientTx) finish(err error) {
	if !t.finished {
		t.finished, t.err, t.req = true, err, nil
		close(t.responses)
	}
}
