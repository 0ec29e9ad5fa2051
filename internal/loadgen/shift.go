package main

import (
	"errors"
	"math"
	"net/netip"
	"os"
	"time"
)

// tick is how often timers are looked at.
const tick = 20 * time.Millisecond

// plan is what is to be done: registrations, or calls.
type plan struct {
	opening
	server  netip.AddrPort
	afresh  bool          // each is challenged
	flights int           // under way at a time; with a rate at most
	rate    float64       // a second; 0 is as many as the server answers
	lasting time.Duration // how long new ones begin; 0 is until count have begun
	count   int           // how many, unless it is said how long
	over    func() bool   // or until this is so
	brittle bool          // it is over when one has failed
	abrupt  bool          // what is under way at the end is left alone
	whole   bool          // what is under way at the end counts, and so does its time
}

// ended says whether no more begin.
func (p plan) ended(ran time.Duration, begun, busy int) bool {
	switch {
	case p.over != nil && p.over():
		return true
	case p.lasting > 0:
		return ran > p.lasting
	}
	return p.count > 0 && begun >= p.count && busy == 0
}

// due is how many should have begun by then.
func (p plan) due(ran time.Duration) int {
	most := math.MaxInt
	if p.count > 0 && p.lasting == 0 {
		most = p.count
	}
	if p.rate > 0 {
		most = min(most, int(ran.Seconds()*p.rate))
	}
	return most
}

// crew are phones that work on a plan.
type crew interface {
	begin(due int)       // begins until so many have begun
	timers()             // does what is due by now
	take(m []byte) error // a message has come
}

// shift is phones at work, with one UDP socket and one goroutine.
type shift struct {
	plan   plan
	socket *socket
	begun  int // since the start of the run
	busy   int // of them those under way
	now    time.Time
	tally  *tally
}

func (s *shift) close() { s.socket.close() }

// run works through the plan and returns what came of it. atEnd is called when
// no more begin, before those under way have ended; after that in a whole plan.
func (s *shift) run(c crew, p plan, atEnd func()) (*tally, error) {
	p.transport = "UDP"
	s.plan, s.tally, s.begun = p, newTally(), 0
	start := time.Now()
	nextTick := start.Add(tick)
	running, beginning := true, true
	for s.now = start; running || s.busy > 0 && !p.abrupt; s.now = time.Now() {
		ran := s.now.Sub(start)
		if p.brittle && len(s.tally.failures) > 0 {
			return s.tally, nil
		}
		beginning = beginning && !p.ended(ran, s.begun, s.busy)
		if running && !beginning && (!p.whole || s.busy == 0) {
			s.tally.close(ran)
			atEnd()
			running = false
		}
		if beginning {
			c.begin(p.due(ran))
		}
		if s.now.After(nextTick) {
			c.timers()
			nextTick = s.now.Add(tick)
		}
		if err := s.exchange(c, nextTick); err != nil {
			return nil, err
		}
	}
	return s.tally, nil
}

// exchange sends what is ready and takes what comes.
func (s *shift) exchange(c crew, until time.Time) error {
	if err := s.socket.send(); err != nil {
		return err
	}
	if s.plan.rate > 0 {
		until = s.now.Add(min(until.Sub(s.now), time.Millisecond))
	}
	var failed error
	err := s.socket.receive(until, func(m []byte) {
		if err := c.take(m); err != nil {
			failed = err
		}
	})
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = nil
	}
	return errors.Join(err, failed)
}
