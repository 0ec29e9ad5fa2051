package registrar

import (
	"time"

	"ringfence/phone"
)

// queue is a heap of the phones that have bindings, the one whose binding
// expires first in front (container/heap). Each is in it once, however often it
// refreshes.
type queue []*entry

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].first.Before(q[j].first) }

func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].place, q[j].place = i, j
}

// Push is for container/heap.
func (q *queue) Push(x any) {
	e := x.(*entry)
	e.place = len(*q)
	*q = append(*q, e)
}

// Pop is for container/heap.
func (q *queue) Pop() any {
	last := len(*q) - 1
	e := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	e.place = -1
	return e
}

func firstExpiry(bs []phone.Binding) time.Time {
	first := bs[0].Expires
	for _, b := range bs[1:] {
		if b.Expires.Before(first) {
			first = b.Expires
		}
	}
	return first
}
