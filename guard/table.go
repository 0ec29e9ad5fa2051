package guard

import "sync"

// ways is how many rows compete for the same place.
const ways = 8

// row is what a table remembers under one key. The zero row is a free one.
type row interface {
	// worth says how much would be lost with the row: of those that compete the
	// least worth gives way to a new one.
	worth() uint64
}

// table is a map of a fixed size that forgets. A key is a hash of 64 bits; two
// keys of one set are told apart by their upper half, which is enough for what
// is an estimate anyway.
type table[R any, P interface {
	*R
	row
}] struct {
	sets []set[R, P]
}

// set is the rows that compete. Its mutex guards all of it.
type set[R any, P interface {
	*R
	row
}] struct {
	sync.Mutex
	tags [ways]uint32 // 0 is free
	rows [ways]R
}

func newTable[R any, P interface {
	*R
	row
}](rows int) table[R, P] {
	return table[R, P]{make([]set[R, P], max(1, rows/ways))}
}

// of is the set of a key. It is to be locked.
func (t *table[R, P]) of(key uint64) *set[R, P] {
	return &t.sets[uint32(key)%uint32(len(t.sets))]
}

func tagOf(key uint64) uint32 { return max(1, uint32(key>>32)) }

// find is the row of a key, nil when there is none.
func (s *set[R, P]) find(key uint64) P {
	tag := tagOf(key)
	for i := range s.tags {
		if s.tags[i] == tag {
			return &s.rows[i]
		}
	}
	return nil
}

// claim is the row of a key, a zero one when it is new.
func (s *set[R, P]) claim(key uint64) (_ P, isNew bool) {
	if r := s.find(key); r != nil {
		return r, false
	}
	least := 0
	for i := range s.tags {
		if s.tags[i] == 0 {
			least = i
			break
		}
		if P(&s.rows[i]).worth() < P(&s.rows[least]).worth() {
			least = i
		}
	}
	s.tags[least] = tagOf(key)
	s.rows[least] = *new(R)
	return &s.rows[least], true
}
