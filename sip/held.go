package sip

import "sync"

// holder is a connection that knows who waits for a response on it: when it has
// gone, nobody looks through all transactions for that.
type holder interface {
	hold(t *ClientTx)
	release(t *ClientTx)
	waiting() []*ClientTx
}

// held are the transactions without a final response on one connection.
type held struct {
	mu  sync.Mutex // guards txs; taken under that of a transaction
	txs map[*ClientTx]bool
}

func (h *held) hold(t *ClientTx) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.txs == nil {
		h.txs = make(map[*ClientTx]bool)
	}
	h.txs[t] = true
}

func (h *held) release(t *ClientTx) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if delete(h.txs, t); len(h.txs) == 0 {
		h.txs = nil // an idle connection is small
	}
}

func (h *held) waiting() []*ClientTx {
	h.mu.Lock()
	defer h.mu.Unlock()
	txs := make([]*ClientTx, 0, len(h.txs))
	for t := range h.txs {
		txs = append(txs, t)
	}
	return txs
}

// hold and release do nothing over UDP.
func (t *ClientTx) hold() {
	if h, ok := t.flow.sender.(holder); ok && t.reliable {
		h.hold(t)
	}
}

func (t *ClientTx) release() {
	if h, ok := t.flow.sender.(holder); ok && t.reliable {
		h.release(t)
	}
}

// gone ends what hung on a connection. What begins later finds that it cannot be
// sent.
func (s *Stack) gone(f Flow) {
	if h, ok := f.sender.(holder); ok {
		for _, t := range h.waiting() {
			t.fail(ErrConnection)
		}
	}
	defer func() { s.recovered("closed", recover()) }()
	s.cfg.Closed(f)
}
