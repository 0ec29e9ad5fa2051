package keepalive

// place is where a flow is kept; 0 is nowhere.
type place uint32

// shelf keeps flows in pieces that never move, so that it grows without copying.
// A place that becomes free is used again.
type shelf struct {
	pieces []*[piece]flow
	free   place // the first of a list
	used   int   // places that were ever taken
	count  int
}

const piece = 512

// at is the flow of a place, nil when there never was one.
func (s *shelf) at(p place) *flow {
	if p == 0 || int(p) > s.used {
		return nil
	}
	return &s.pieces[(p-1)/piece][(p-1)%piece]
}

func (s *shelf) take() (place, *flow) {
	s.count++
	if p := s.free; p != 0 {
		f := s.at(p)
		s.free, f.next = f.next, 0
		return p, f
	}
	if s.used == len(s.pieces)*piece {
		s.pieces = append(s.pieces, new([piece]flow))
	}
	s.used++
	return place(s.used), s.at(place(s.used))
}

func (s *shelf) put(p place) {
	*s.at(p) = flow{next: s.free}
	s.free = p
	s.count--
}

// wheel finds the flows that are due: one slot for each tick.
type wheel struct {
	shelf  *shelf
	slots  [ring]place // the first of a list
	turned ticks       // the last tick whose flows were taken
}

// ring is more ticks than the longest interval has.
const ring = 4096

// put hangs a flow that is in no slot into that of its time.
func (w *wheel) put(p place, due ticks) {
	f := w.shelf.at(p)
	f.due, f.slot = due, min(max(due, w.turned+1), w.turned+ring-1)
	first := &w.slots[f.slot%ring]
	if f.next = *first; f.next != 0 {
		w.shelf.at(f.next).prev = p
	}
	*first = p
}

// remove takes a flow out of its slot, and says whether it was in one.
func (w *wheel) remove(p place) bool {
	f := w.shelf.at(p)
	if f.slot == 0 {
		return false
	}
	if f.prev != 0 {
		w.shelf.at(f.prev).next = f.next
	} else {
		w.slots[f.slot%ring] = f.next
	}
	if f.next != 0 {
		w.shelf.at(f.next).prev = f.prev
	}
	f.next, f.prev, f.slot = 0, 0, 0
	return true
}

// rush is how many ticks one turn catches up with at most, so that what has
// gathered while the machine slept does not leave all at once.
const rush = 4

// turn calls due for every flow whose time has come, which is in no slot then.
func (w *wheel) turn(now ticks, due func(place, *flow)) {
	w.turned = max(w.turned, now-min(now, ring-1))
	for range rush {
		if w.turned >= now {
			return
		}
		w.turned++
		p := w.slots[w.turned%ring]
		w.slots[w.turned%ring] = 0
		for p != 0 {
			f := w.shelf.at(p)
			next := f.next
			f.next, f.prev, f.slot = 0, 0, 0
			if f.due > w.turned {
				w.put(p, f.due) // it was put here while the wheel lagged behind
			} else {
				due(p, f)
			}
			p = next
		}
	}
}
