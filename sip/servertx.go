package sip

import "sync"

type txState int

const (
	txCalling    txState = iota // client: nothing has come back
	txProceeding                // client: a 1xx has come; server: no final response
	txAccepted                  // RFC 6026: a 2xx to INVITE
	txCompleted                 // another final response
	txConfirmed                 // server: and its ACK has come
	txTerminated
)

// ServerTx is the server side of a transaction (RFC 3261 section 17.2 with
// RFC 6026). It answers retransmissions of its request with the last response.
// Once it is done, a few words and the bytes of that response are all it keeps.
type ServerTx struct {
	stack     *Stack
	key       string
	flow      Flow // where the responses go
	invite    bool
	cancelled chan struct{} // closed by cancel
	done      chan struct{} // closed by settle

	mu      sync.Mutex // guards what follows
	state   txState
	tag     string // of To
	last    []byte
	acked   bool
	settled bool
	stopped bool // cancelled is closed
	err     error
	clocks  clocks
}

// NewServerTx begins the transaction of a request that the handler got on f;
// from then on its retransmissions, its CANCEL, and the ACK to a response
// other than 2xx are the stack's business. The owner answers 100 itself, if
// more than 200 ms may pass (17.2.1). A second call for the same request gives
// the same transaction. At Config.Transactions, the new one works but absorbs
// nothing; after Close it has ended already.
func (s *Stack) NewServerTx(req *Request, f Flow) *ServerTx {
	t := &ServerTx{
		stack: s, key: serverKey(req, req.Method), flow: f.answering(req.Via()),
		invite:    req.Method == INVITE,
		cancelled: make(chan struct{}), done: make(chan struct{}),
		state: txProceeding, tag: toTag(req),
	}
	if t.tag == "" {
		t.tag = replyTag(req)
	}
	there, ok := s.servers.add(t.key, t)
	switch {
	case there != nil:
		return there
	case s.ctx.Err() != nil:
		t.fail(ErrClosed)
	case !ok:
		s.count.drop(dropTx)
	}
	return t
}

// Cancelled is closed when a CANCEL has come before the final response. The
// CANCEL is answered; the owner responds 487.
func (t *ServerTx) Cancelled() <-chan struct{} { return t.cancelled }

// Done is closed when nothing is left to do for the owner: the final response
// is sent and, for an INVITE, its ACK has come or did not come in time.
func (t *ServerTx) Done() <-chan struct{} { return t.done }

// Err is, after Done: nil, ErrTimeout (no ACK within 64*T1), ErrClosed, or the
// error of sending. Before, it is nil.
func (t *ServerTx) Err() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

// Respond sends a response, any number of provisional ones and one final. It
// puts the transaction's To tag into it, unless it has one: then that is the
// transaction's from now on. A 2xx to INVITE is sent again, on every transport,
// until Acknowledge (13.3.1.4). Errors: ErrAnswered after the final one,
// ErrUnsafe and ErrTooLarge (another may be sent instead), or of sending: then
// the transaction has ended (17.2.4).
func (t *ServerTx) Respond(res *Response) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.err != nil:
		return t.err
	case t.state != txProceeding:
		return ErrAnswered
	}
	t.setTag(res)
	b, err := encode(res)
	if err != nil {
		return err
	}
	t.last = b
	if err := t.flow.write(b); err != nil {
		t.end(err)
		return err
	}
	if res.StatusCode >= 200 {
		t.final(res.IsSuccess())
	}
	return nil
}

func (t *ServerTx) setTag(res *Response) {
	to := res.To()
	if to == nil || res.StatusCode == 100 {
		return
	}
	if tag, ok := to.Params.Get("tag"); ok {
		t.tag = tag
		return
	}
	to.Params.Add("tag", t.tag)
}

func (t *ServerTx) final(success bool) {
	times := t.stack.cfg.Timers
	reliable := t.flow.Network != "udp"
	switch {
	case t.invite && success:
		t.state = txAccepted
		t.clocks.retransmit(times.T1, t.again)
		t.clocks.until(times.timeout(), t.expired) // timer L
	case t.invite:
		t.state = txCompleted
		if !reliable {
			t.clocks.retransmit(times.T1, t.again) // timer G
		}
		t.clocks.until(times.timeout(), t.expired) // timer H
	case reliable: // timer J is 0
		t.end(nil)
	default:
		t.state = txCompleted
		t.settle(nil)
		t.clocks.until(times.timeout(), t.expired) // timer J
	}
}

// Acknowledge tells that the ACK to the 2xx of an INVITE has come. It may come
// more than once; at any other time it does nothing.
func (t *ServerTx) Acknowledge() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.state == txAccepted {
		t.acked = true
		t.clocks.hold()
		t.settle(nil) // timer L runs on and absorbs the INVITE
	}
}

// acknowledged takes an ACK with the branch of the INVITE. It is false for one
// that belongs to a 2xx: some peers use that branch for it as well.
func (t *ServerTx) acknowledged() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.state == txConfirmed || t.state == txTerminated:
	case t.state != txCompleted:
		return false
	case t.flow.Network != "udp": // timer I is 0
		t.end(nil)
	default:
		t.state = txConfirmed
		t.clocks.hold()
		t.settle(nil)
		t.clocks.until(t.stack.cfg.Timers.T4, t.expired) // timer I
	}
	return true
}

// retransmitted answers the request that came again (17.2.1, 17.2.2). In
// Accepted it is absorbed: our own timer repeats the 2xx.
func (t *ServerTx) retransmitted() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last == nil || t.state != txProceeding && t.state != txCompleted {
		return
	}
	if err := t.flow.write(t.last); err != nil {
		t.end(err)
	}
}

// cancel gives the To tag for the answer to the CANCEL.
func (t *ServerTx) cancel() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.state == txProceeding && !t.stopped { // 9.2: no effect afterwards
		t.stopped = true
		close(t.cancelled)
	}
	return t.tag
}

// again is timer G, and the repetition of the 2xx.
func (t *ServerTx) again() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.acked || t.state != txCompleted && t.state != txAccepted {
		return
	}
	if err := t.flow.write(t.last); err != nil {
		t.end(err)
		return
	}
	t.clocks.back(t.stack.cfg.Timers.T2)
}

// expired is timers H, I, J and L.
func (t *ServerTx) expired() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.settled {
		t.end(nil)
		return
	}
	t.end(ErrTimeout)
}

func (t *ServerTx) fail(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end(err)
}

// end forgets the transaction.
func (t *ServerTx) end(err error) {
	t.state = txTerminated
	t.last = nil
	t.clocks.stop()
	t.settle(err)
	t.stack.servers.remove(t.key, t)
}

// settle tells the owner, once.
func (t *ServerTx) settle(err error) {
	if !t.settled {
		t.settled, t.err = true, err
		close(t.done)
	}
}
