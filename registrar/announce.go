package registrar

// announce tells Bound of what the next records of a phone have that its records
// have not: another way to it.
func (r *Registrar) announce(e *entry, next []record) {
	if r.Bound == nil {
		return
	}
	for i := range next {
		if x := &next[i]; x.transport == udp && !sameWay(x, e.records) {
			r.Bound(x.binding(e.id))
		}
	}
}

// sameWay says whether the way to a record is the one that it had.
func sameWay(x *record, rs []record) bool {
	for i := range rs {
		y := &rs[i]
		if x.contact == y.contact && x.remote == y.remote && x.port == y.port && x.local == y.local {
			return y.transport == udp
		}
	}
	return false
}
