package store

import (
	"slices"

	"ringfence/phone"
)

const (
	maxDead    = 4096 // lines in the log that tell of nothing any more, for each call that is open one more
	maxCarried = 256  // open calls that are written anew at once
)

// tend forgets what tells of nothing any more, and says that the server lives.
func (l *callLog) tend() {
	err := l.trim()
	if err == nil {
		err = l.beat()
	}
	if l.untended.isNew(err) {
		l.s.Log.Error("the log of calls could not be tended, will try again", "error", err)
	}
}

// beat says that the server lives, while there are calls that need it: by an entry
// that tells of nothing else.
func (l *callLog) beat() error {
	l.mu.Lock()
	due := len(l.open) > 0 && l.s.Now().Sub(l.last) >= aliveEvery
	l.mu.Unlock()
	if !due {
		return nil
	}
	number, err := l.write(make([]byte, timeSize))
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries[len(l.entries)-1].number = number // there is one that tells of the call
	l.last = l.s.Now()
	return nil
}

// trim lets go of the first entries, as far as they tell of nothing, and where much
// of the log does, also of those that tell of few calls: what they know goes into
// an entry of its own.
func (l *callLog) trim() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	dead, few := l.worn()
	if len(few) > 0 {
		if err := l.carry(few); err != nil {
			return err
		}
	}
	gone := slices.Concat(dead, few)
	if len(gone) == 0 {
		return nil
	}
	if err := l.s.calls.Trim(gone[len(gone)-1].number); err != nil {
		return err
	}
	l.entries = slices.Delete(l.entries, 0, len(gone))
	for _, e := range gone {
		l.lines -= e.lines
	}
	return nil
}

// worn are the first entries that tell of nothing, and those after them that are
// worth being written anew.
func (l *callLog) worn() (dead, few []*logEntry) {
	n, lines := 0, l.lines
	for n < len(l.entries) && l.entries[n].live == 0 {
		lines -= l.entries[n].lines
		n++
	}
	dead = l.entries[:n]
	if lines <= 2*len(l.open)+maxDead {
		return dead, nil
	}
	live := 0
	for _, e := range l.entries[n:] {
		if live += e.live; live > maxCarried && len(few) > 0 {
			break
		}
		few = append(few, e)
	}
	return dead, few
}

// carry writes what some entries say of the open calls as an entry of its own.
func (l *callLog) carry(few []*logEntry) error {
	upTo := few[len(few)-1].number
	entry := make([]byte, timeSize)
	var ids []phone.ID
	for id, c := range l.open {
		if c.in.number <= upTo {
			ids, entry = append(ids, id), append(entry, c.line...)
		}
	}
	number, err := l.write(entry)
	if err != nil {
		return err
	}
	e := l.added(number, len(ids))
	for _, id := range ids {
		l.open[id] = ongoing{e, l.open[id].line}
	}
	return nil
}

// end leaves in the log what a start needs: nothing, unless there are open calls.
func (l *callLog) end() error {
	l.mu.Lock()
	calls := len(l.open)
	l.mu.Unlock()
	if calls == 0 {
		return l.s.calls.Clear()
	}
	return l.trim()
}
