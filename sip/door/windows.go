package door

// windows are the two newest nonces of each phone, of those that are fresh: a
// phone needs one, and another while it changes over. They lie in one piece and
// without pointers, found by open addressing.
//
// A phone is 32 bits of a hash. Two phones that have the same share their two
// windows: what was used stays used, and one of them may be challenged once more.
type windows struct {
	life  int64 // of a nonce
	since int64 // the issue of the nonce that came when those too old were dropped last
	rows  []window
	used  int
}

// use is counts.use for one owner.
func (s *windows) use(owner uint32, issued int64, nc uint32, print uint64) bool {
	if issued-s.since >= s.life || 6*s.used >= 5*len(s.rows) {
		s.renew(issued)
	}
	w, oldest := s.find(owner, issued)
	switch {
	case w.issued == issued:
		return w.use(nc, print)
	case oldest == nil: // one more: w is free
		s.used++
	case issued < oldest.issued:
		return false // its counts are forgotten, or there is no room for them
	default:
		w = oldest
	}
	*w = window{owner: owner, issued: issued, highest: nc, print: print}
	return true
}

// find is the window of a nonce, or else a free one and, when the owner has two
// windows, the older of them. Those that an owner has had before are older than
// both.
func (s *windows) find(owner uint32, issued int64) (found, oldest *window) {
	var first *window
	for i := s.place(owner); ; i++ {
		if i == len(s.rows) {
			i = 0
		}
		w := &s.rows[i]
		switch {
		case w.issued == issued && w.owner == owner, w.issued == 0:
			return w, oldest
		case w.owner != owner:
		case first == nil:
			first = w
		case w.issued < first.issued:
			oldest = w
		default:
			oldest = first
		}
	}
}

// place is where to look for an owner first.
func (s *windows) place(owner uint32) int {
	return int(uint64(owner) * uint64(len(s.rows)) >> 32)
}

// renew makes room, and lets go of the nonces that are too old at the moment now.
// That is when a nonce was issued, so the nonces are the clock.
func (s *windows) renew(now int64) {
	all, fresh := s.rows, 0
	for i := range all {
		if all[i].issued < now-s.life {
			all[i].issued = 0
		}
		if all[i].issued != 0 {
			fresh++
		}
	}
	s.rows, s.used, s.since = make([]window, fresh+fresh*2/5+8), fresh, now
	for i := range all {
		if all[i].issued != 0 {
			w, _ := s.find(all[i].owner, 0)
			*w = all[i]
		}
	}
}
