package registrar

// wheel finds the entries with something that has expired: one slot for each
// second, and who is due later than one turn waits in the last slot and is
// placed anew. A refresh leaves an entry where it is: when its slot comes, it is
// seen to be due later. So a refresh costs nothing here.
type wheel struct {
	slots  [turn]*entry
	turned int64 // the last second that was looked at
}

// turn is the slots of a wheel, in seconds.
const turn = 128

// place puts an entry where its first expiry needs it, unless it is looked at
// before that anyway.
func (w *wheel) place(e *entry) {
	if len(e.records) == 0 {
		w.remove(e)
		return
	}
	first := e.records[0].expires
	for i := range e.records[1:] {
		first = min(first, e.records[1+i].expires)
	}
	at := min(max((first+999)/1000, w.turned+1), w.turned+turn-1)
	if e.at != 0 {
		if int64(e.at) <= at {
			return
		}
		w.remove(e)
	}
	e.at = uint32(at)
	slot := &w.slots[at%turn]
	e.next = *slot
	if *slot != nil {
		(*slot).prev = e
	}
	*slot = e
}

func (w *wheel) remove(e *entry) {
	if e.at == 0 {
		return
	}
	if e.prev != nil {
		e.prev.next = e.next
	} else {
		w.slots[e.at%turn] = e.next
	}
	if e.next != nil {
		e.next.prev = e.prev
	}
	e.next, e.prev, e.at = nil, nil, 0
}

// turnTo looks at every entry whose second has come, up to and with now.
func (w *wheel) turnTo(now int64, look func(*entry)) {
	from := max(w.turned+1, now-turn+1) // after a long sleep every slot once
	for sec := from; sec <= now; sec++ {
		w.turned = sec
		list := w.slots[sec%turn]
		w.slots[sec%turn] = nil
		for e := list; e != nil; {
			next := e.next
			e.next, e.prev, e.at = nil, nil, 0
			look(e)
			e = next
		}
	}
}
