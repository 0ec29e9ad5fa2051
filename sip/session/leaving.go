package session

import "sync/atomic"

// Leaving is how many legs have yet to say their BYE, or to hear the answer to it:
// for who wants to close the stack. It goes through the mailboxes of all legs, and
// leaves out a leg whose mailbox is in use.
func (t *Table) Leaving() int {
	var n atomic.Int64
	for _, l := range t.all() {
		l.box.Do(func() {
			if l.farewell != nil {
				n.Add(1)
			}
		})
	}
	return int(n.Load())
}

func (t *Table) all() (list []*Leg) {
	for i := range t.shards {
		s := &t.shards[i]
		s.mu.RLock()
		for _, l := range s.legs {
			list = append(list, l)
		}
		s.mu.RUnlock()
	}
	return list
}
