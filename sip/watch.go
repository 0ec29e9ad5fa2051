package sip

// How the owners of transactions are told: in order, one thing at a time, and
// under no lock. Whoever lets go of the mutex of a transaction tells what has
// happened meanwhile, unless somebody is telling already.

// Watch is what the owner of a server transaction is told: one after the other,
// perhaps while it calls the transaction, and under no lock of the stack. The
// functions must not block, and may use the transaction. nil is nobody.
type Watch struct {
	// Cancelled: a CANCEL has come before the final response, and is answered; the
	// owner responds 487.
	Cancelled func()
	// Done: nothing is left to do for the owner. The final response is sent and,
	// for an INVITE, its ACK has come or did not come in time. err is that of Err.
	Done func(err error)
}

// unlock sets the clock and tells the owner what has happened.
func (t *ServerTx) unlock() {
	t.clock.wind(t.stack, t)
	if t.telling {
		t.mu.Unlock() // who is in the loop below will tell it
		return
	}
	t.telling = true
	for t.stopped && t.watch.Cancelled != nil || t.settled && t.watch.Done != nil {
		t.tell()
	}
	t.telling = false
	t.mu.Unlock()
}

// tell lets go of the lock for one piece of news.
func (t *ServerTx) tell() {
	w, err := t.watch, t.err
	first := t.stopped && w.Cancelled != nil
	if t.watch.Cancelled = nil; !first {
		t.watch.Done = nil
	}
	t.mu.Unlock()
	defer t.mu.Lock()
	defer func() { t.stack.recovered("transaction", recover()) }()
	if first {
		w.Cancelled()
		return
	}
	w.Done(err)
}

// unlock sets the clock and tells the owner what has happened.
func (t *ClientTx) unlock() {
	t.clock.wind(t.stack, t)
	if t.telling {
		t.mu.Unlock() // who is in the loop below will tell it
		return
	}
	t.telling = true
	for len(t.untold) > 0 || t.finished && t.on != nil {
		t.tell()
	}
	t.telling, t.untold = false, nil
	t.mu.Unlock()
}

// tell lets go of the lock for one piece of news.
func (t *ClientTx) tell() {
	var res *Response
	on, err := t.on, error(nil)
	if len(t.untold) > 0 {
		res, t.untold[0] = t.untold[0], nil
		t.untold = t.untold[1:]
	} else {
		t.on, err = nil, t.err
	}
	t.mu.Unlock()
	defer t.mu.Lock()
	defer func() { t.stack.recovered("transaction", recover()) }()
	on(res, err)
}

func (t *ClientTx) deliver(res *Response) {
	if t.on == nil {
		return
	}
	if t.untold == nil {
		t.untold = t.room[:0]
	}
	t.untold = append(t.untold, res)
}
