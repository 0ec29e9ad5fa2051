package b2bua

import "sync"

// mailbox lets the functions of one call run one after another, each on the
// goroutine of whoever brings one while nobody is in there. So a call needs no
// goroutine of its own, and no lock.
//
// Nothing in a mailbox may block: what takes time is done elsewhere and comes
// back by Do.
type mailbox struct {
	mu    sync.Mutex // guards all below
	busy  bool
	queue []errand
	into  *mailbox // all goes there: two calls have become one

	broke func(p any) // a function that was brought here panicked; it is called in the mailbox
}

// errand is a function and who answers for it: in a mailbox that is that of two
// calls, the one that it is about.
type errand struct {
	f  func()
	by survivor
}

// survivor is told of the panic of a function of its own, in the mailbox.
type survivor interface{ survive(p any) }

func (m *mailbox) survive(p any) { m.broke(p) }

// joins guards the way from one mailbox to another: two calls may want to become
// one from both sides at the same time.
type joins struct{ mu sync.Mutex }

// Do runs f alone among all functions of the call: now, or, when somebody is in
// the mailbox, right after what is waiting there. It does not wait.
func (m *mailbox) Do(f func()) { m.do(errand{f, m}) }

func (m *mailbox) do(e errand) {
	m.mu.Lock()
	for m.into != nil && !m.busy {
		next := m.into
		m.mu.Unlock()
		m = next
		m.mu.Lock()
	}
	if m.busy {
		m.queue = append(m.queue, e)
		m.mu.Unlock()
		return
	}
	m.busy = true
	m.mu.Unlock()
	for e.f != nil {
		e.run()
		e = m.next()
	}
}

// next takes what waits; nothing means that nobody is in the mailbox any more. What
// waits in a mailbox that has been joined to another moves there.
func (m *mailbox) next() errand {
	m.mu.Lock()
	if m.into == nil && len(m.queue) > 0 {
		e := m.queue[0]
		m.queue[0] = errand{}
		m.queue = m.queue[1:]
		m.mu.Unlock()
		return e
	}
	rest, into := m.queue, m.into
	m.busy, m.queue = false, nil
	m.mu.Unlock()
	for _, e := range rest {
		into.do(e)
	}
	return errand{}
}

// run survives a panic: it ends this call and no other.
func (e errand) run() {
	defer func() {
		if p := recover(); p != nil {
			e.by.survive(p)
		}
	}()
	e.f()
}

// join is called in m: from the end of the present function on, all that is for
// m runs in other. It does nothing when both are one already.
func (m *mailbox) join(other *mailbox, j *joins) {
	j.mu.Lock()
	defer j.mu.Unlock()
	from, to := m.root(), other.root()
	if from == to {
		return
	}
	from.mu.Lock()
	from.into = to
	from.mu.Unlock()
}

// root is where what is put in here ends up; joins is held.
func (m *mailbox) root() *mailbox {
	for {
		m.mu.Lock()
		next := m.into
		m.mu.Unlock()
		if next == nil {
			return m
		}
		m = next
	}
}
