package mgmt

import (
	"sync"

	"ringfence/phone"
)

const (
	maxStreams    = 1024 // event streams that are open at one time
	maxStreamsOne = 32   // of one employee, or with the admin token
)

// streams counts the open event streams.
type streams struct {
	mu      sync.Mutex // guards the rest
	open    map[phone.ID]int
	all     int
	refused uint64
}

// enter counts a stream of an employee, "" for the admin token. It returns
// false when that would be one too many.
func (s *streams) enter(who phone.ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all >= maxStreams || s.open[who] >= maxStreamsOne {
		s.refused++
		return false
	}
	s.all++
	s.open[who]++
	return true
}

func (s *streams) leave(who phone.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	if s.open[who]--; s.open[who] == 0 {
		delete(s.open, who)
	}
}
