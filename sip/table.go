package sip

import "sync"

// table finds live transactions by key.
type table[T any] struct {
	limit int
	mu    sync.RWMutex // guards what follows
	byKey map[key]*T
	shut  bool
}

func newTable[T any](limit int) *table[T] {
	return &table[T]{limit: limit, byKey: make(map[key]*T)}
}

func (t *table[T]) find(id key) *T {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.byKey[id]
}

// add enters tx. It gives the one that is there already, if so, and whether
// there was place. A limit of 0 is none; after close there is no place.
func (t *table[T]) add(id key, tx *T) (there *T, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if there := t.byKey[id]; there != nil {
		return there, true
	}
	if t.shut || t.limit > 0 && len(t.byKey) >= t.limit {
		return nil, false
	}
	t.byKey[id] = tx
	return nil, true
}

// remove forgets tx, if it is what stands under its key.
func (t *table[T]) remove(id key, tx *T) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.byKey[id] == tx {
		delete(t.byKey, id)
	}
}

// all is a copy, so that the transactions' locks are never taken under ours.
func (t *table[T]) all() []*T {
	t.mu.RLock()
	defer t.mu.RUnlock()
	txs := make([]*T, 0, len(t.byKey))
	for _, tx := range t.byKey {
		txs = append(txs, tx)
	}
	return txs
}

// close lets nothing in any more and gives what is there.
func (t *table[T]) close() []*T {
	t.mu.Lock()
	t.shut = true
	t.mu.Unlock()
	return t.all()
}

func (t *table[T]) size() int {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return len(t.byKey)
}
