package media

// Link is two Ends whose peers talk: the offers and answers of each are edited
// into what the other is told, and packets are passed between them.
type Link struct {
	ends [2]*End // in the order in which they are locked
	turn *turn   // the last offer; kept after its answer, which may be repeated
}

// Direct reports whether media pass us by.
func (l *Link) Direct() bool { return l.ends[0].config.Direct && l.ends[1].config.Direct }

// Offer takes a session description that a peer offers, and returns what the
// other is offered. Ports are taken as needed; nothing else changes until there
// is an answer. An offer before the answer to the last one takes its place. An
// error wraps ErrMalformed, ErrTooLarge, ErrNoMedia, ErrProfile, ErrSRTP,
// ErrExhausted or ErrClosed, or says why a port cannot be bound; then all is as
// it was before.
func (l *Link) Offer(from *End, sdp []byte) ([]byte, error) { return l.pass(from, sdp, (*Link).offer) }

func (l *Link) offer(from, to *End, s *session) ([]byte, error) {
	l.withdraw()
	t, err := newTurn(from, to, s)
	if err != nil {
		return nil, err
	}
	if err := t.take(); err != nil {
		t.withdraw()
		return nil, err
	}
	text, err := t.offer(s)
	if err != nil {
		t.withdraw()
		return nil, err
	}
	l.turn = t
	return text, nil
}

// Answer takes the answer of one peer to the other's offer, and returns what
// that one is answered. From then on packets flow. An answer may be given again
// (a 183 and then the 200), or another one, by another phone behind the same
// End: the last one counts. Errors are those of Offer, and ErrNoOffer; then
// nothing has changed.
func (l *Link) Answer(from *End, sdp []byte) ([]byte, error) {
	return l.pass(from, sdp, (*Link).answer)
}

func (l *Link) answer(_, to *End, s *session) ([]byte, error) {
	if l.turn == nil || l.turn.from != to {
		return nil, ErrNoOffer
	}
	return l.turn.answer(s)
}

// pass reads a description of one End and has how write it for the other; a
// direct link leaves it nearly as it is.
func (l *Link) pass(from *End, sdp []byte, how func(l *Link, from, to *End, s *session) ([]byte, error)) ([]byte, error) {
	l.lock()
	defer l.unlock()
	to := l.other(from)
	s := to.engine.sessions.take()
	defer to.engine.forget(s)
	if err := s.read(sdp); err != nil {
		return nil, err
	}
	if l.Direct() {
		return to.pass(s), nil
	}
	return how(l, from, to, s)
}

// Withdraw says that the last offer was refused: all is as it was before.
func (l *Link) Withdraw() {
	l.lock()
	defer l.unlock()
	l.withdraw()
}

func (l *Link) withdraw() {
	if l.turn != nil {
		l.turn.withdraw()
		l.turn = nil
	}
}

func (l *Link) other(n *End) *End {
	if n == l.ends[0] {
		return l.ends[1]
	}
	return l.ends[0]
}

func (l *Link) lock() {
	l.ends[0].mu.Lock()
	l.ends[1].mu.Lock()
}

func (l *Link) unlock() {
	l.ends[1].mu.Unlock()
	l.ends[0].mu.Unlock()
}
