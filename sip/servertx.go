package sip

import (
	"strings"
	"sync"
	"time"
)

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
	key       key
	merged    key  // zero within a dialog
	flow      Flow // where the responses go
	invite    bool
	cancelled chan struct{} // of NewServerTx, as done
	done      chan struct{}

	mu      sync.Mutex // guards what follows
	state   txState
	settled bool
	stopped bool   // a CANCEL has come in time
	telling bool   // somebody is in tell
	tag     string // of To
	last    draft
	watch   Watch // what it has been told is nil
	reasons []string
	err     error
	clock   clock
}

// Accept begins the transaction of a request that the handler got on f; from
// then on its retransmissions, its CANCEL, and the ACK to a response other than
// 2xx are the stack's business. The owner answers 100 itself, if more than 200 ms
// may pass (17.2.1). A second call for the same request gives the same
// transaction, and its w is told nothing. At Config.Transactions, the new one
// works but absorbs nothing; after Close it has ended already, and w is told so
// before Accept returns.
func (s *Stack) Accept(req *Request, f Flow, w Watch) *ServerTx { return s.serverTx(req, f).admit(w) }

func (s *Stack) serverTx(req *Request, f Flow) *ServerTx {
	tag := strings.Clone(toTag(req)) // else it would hold the request
	if tag == "" {
		tag = replyTag(req)
	}
	return &ServerTx{
		stack: s, key: s.keys.server(req, req.Method), merged: s.keys.merged(req), flow: f.answering(req.Via()),
		invite: req.Method == INVITE, state: txProceeding, tag: tag,
	}
}

// admit enters the transaction, or gives the one that is there.
func (t *ServerTx) admit(w Watch) *ServerTx {
	t.watch = w
	there, ok := t.stack.servers.add(t.key, t)
	switch {
	case there != nil:
		return there
	case t.stack.ctx.Err() != nil:
		t.fail(ErrClosed)
	case !ok:
		t.stack.count.drop(dropTx)
	case t.merged != (key{}):
		_, _ = t.stack.merged.add(t.merged, t)
	}
	return t
}

// Err is, when it is done: nil, ErrTimeout (no ACK within 64*T1), ErrClosed, or
// the error of sending. Before, it is nil.
func (t *ServerTx) Err() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

// Reasons are the values of Reason in the CANCEL (RFC 3326).
func (t *ServerTx) Reasons() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.reasons
}

// Respond sends a response, any number of provisional ones and one final. It
// puts the transaction's To tag into it, unless it has one: then that is the
// transaction's from now on. A 2xx to INVITE is sent again, on every transport,
// until Acknowledge (13.3.1.4). Errors: ErrAnswered after the final one,
// ErrUnsafe and ErrTooLarge (another may be sent instead), or of sending: then
// the transaction has ended (17.2.4).
func (t *ServerTx) Respond(res *Response) error {
	t.mu.Lock()
	defer t.unlock()
	if err := t.closed(); err != nil {
		return err
	}
	t.setTag(res)
	w := newWire()
	if err := w.message(res); err != nil {
		w.free()
		return err
	}
	return t.respond(w, res.StatusCode)
}

// closed says why nothing may be responded any more.
func (t *ServerTx) closed() error {
	if t.err == nil && t.state != txProceeding {
		return ErrAnswered
	}
	return t.err
}

// respond sends what is written. w is the transaction's.
func (t *ServerTx) respond(w *wire, code int) error {
	t.last.take(w, t.flow)
	if err := t.flow.writeFor(t, t.last.b); err != nil {
		t.end(err)
		return err
	}
	if code >= 200 {
		t.final(code < 300)
	}
	return nil
}

func (t *ServerTx) setTag(res *Response) {
	to := res.To()
	if to == nil || res.StatusCode == 100 {
		return
	}
	if tag, ok := to.Params.Get("tag"); ok {
		if tag != t.tag {
			t.tag = strings.Clone(tag)
		}
		return
	}
	to.Params.Add("tag", t.tag)
}

func (t *ServerTx) final(success bool) {
	now, times := t.stack.now(), t.stack.cfg.Timers
	reliable := t.flow.Network != "udp"
	if !t.stopped {
		t.watch.Cancelled = nil // it comes too late from now on
	}
	switch {
	case t.invite && success:
		t.state = txAccepted
		t.clock.retransmit(now, times.T1)
	case t.invite:
		t.state = txCompleted
		t.last.settle()
		if !reliable {
			t.clock.retransmit(now, times.T1) // timer G
		}
	case reliable: // timer J is 0
		t.end(nil)
		return
	default:
		t.state = txCompleted
		t.last.settle()
		t.settle(nil)
		t.clock.idle = true
	}
	t.clock.deadline = now + times.timeout() // timers H, J and L
}

// Acknowledge tells that the ACK to the 2xx of an INVITE has come. It may come
// more than once; at any other time it does nothing.
func (t *ServerTx) Acknowledge() {
	t.mu.Lock()
	defer t.unlock()
	if t.state == txAccepted {
		t.last.drop()
		t.clock.rest(t.clock.deadline) // timer L runs on and absorbs the INVITE
		t.settle(nil)
	}
}

// ring is the timer.
func (t *ServerTx) ring() {
	t.mu.Lock()
	defer t.unlock()
	now := t.stack.now()
	switch over, again := t.clock.due(now); {
	case over && t.settled:
		t.end(nil)
	case over:
		t.end(ErrTimeout)
	case again:
		t.again(now)
	}
}

// again is timer G, and the repetition of the 2xx.
func (t *ServerTx) again(now time.Duration) {
	if err := t.flow.writeFor(t, t.last.b); err != nil {
		t.end(err)
		return
	}
	t.clock.back(now, t.stack.cfg.Timers.T2)
}

func (t *ServerTx) fail(err error) {
	t.mu.Lock()
	defer t.unlock()
	t.end(err)
}

// end forgets the transaction.
func (t *ServerTx) end(err error) {
	t.state = txTerminated
	t.last.drop()
	t.clock.stop()
	t.settle(err)
	t.stack.servers.remove(t.key, t)
	if t.merged != (key{}) {
		t.stack.merged.remove(t.merged, t)
	}
}

// settle lets the owner be told the end, once.
func (t *ServerTx) settle(err error) {
	if !t.settled {
		t.settled, t.err = true, err
	}
}
