package mgmt

import (
	"sync"

	"ringfence/phone"
)

const (
	maxStreams    = 1024 // event streams that are open at one time
	maxStreamsOne = 32   // of one employee, or with the admin token

	maxStreamsCustomer = 256 // of all employees of one customer, who are as many as it likes
)

// streams counts the open event streams.
type streams struct {
	mu      sync.Mutex       // guards the rest
	open    map[phone.ID]int // by employee, and by customer
	all     int
	refused uint64
}

// enter counts a stream of an employee, "" for the admin token, who is of a
// customer, "" for none. It returns false when that would be one too many.
func (s *streams) enter(who, customer phone.ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all >= maxStreams || s.open[who] >= maxStreamsOne || customer != "" && s.open[customer] >= maxStreamsCustomer {
		s.refused++
		return false
	}
	s.all++
	s.open[who]++
	if customer != "" {
		s.open[customer]++
	}
	return true
}

func (s *streams) leave(who, customer phone.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	s.drop(who)
	if customer != "" {
		s.drop(customer)
	}
}

// drop is called with the mutex held.
func (s *streams) drop(id phone.ID) {
	if s.open[id]--; s.open[id] == 0 {
		delete(s.open, id)
	}
}
