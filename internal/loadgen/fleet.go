package main

import (
	"context"
	"errors"
	"math"
	"net/netip"
	"os"
	"time"
)

// tick is how often timers are looked at.
const tick = 20 * time.Millisecond

// fleet is phones that share a UDP socket and one goroutine.
type fleet struct {
	plan   plan
	socket *socket
	phones []phone
	idle   []int // the phones that wait for their turn; a ring
	first  int   // of the ring
	busy   int
	begun  int // registrations since the start of the run
	now    time.Time
	tally  *tally
	proof  []byte
}

// plan is what a fleet does.
type plan struct {
	opening
	server  netip.AddrPort
	afresh  bool          // each registration is challenged
	flights int           // registrations under way at a time; with a rate at most
	rate    float64       // registrations a second; 0 is as many as the server answers
	lasting time.Duration // how long new ones begin; 0 is once for each phone
	over    func() bool   // or until this is so
	brittle bool          // it is over when one has failed
}

// ended says whether no more registrations begin.
func (p plan) ended(ran time.Duration, begun, busy, phones int) bool {
	switch {
	case p.over != nil:
		return p.over()
	case p.lasting > 0:
		return ran > p.lasting
	}
	return begun == phones && busy == 0
}

// due is how many registrations should have begun by then.
func (p plan) due(ran time.Duration, phones int) int {
	most := math.MaxInt
	if p.over == nil && p.lasting == 0 {
		most = phones
	}
	if p.rate > 0 {
		most = min(most, int(ran.Seconds()*p.rate))
	}
	return most
}

func newFleet(ctx context.Context, p plan, accounts []account) (*fleet, error) {
	p.transport = "UDP"
	s, err := openSocket(ctx, p.server)
	if err != nil {
		return nil, err
	}
	f := &fleet{plan: p, socket: s, proof: make([]byte, 0, 1024)}
	for n, a := range accounts {
		f.phones = append(f.phones, newPhone(n, a, p.domain, s.port))
		f.idle = append(f.idle, n)
	}
	return f, nil
}

func (f *fleet) close() { f.socket.close() }

// drive runs the plan and returns what came of it. atEnd is called when no more
// registrations begin, before those under way have ended.
func (f *fleet) drive(p plan, atEnd func()) (*tally, error) {
	p.transport = "UDP"
	f.plan, f.tally, f.begun = p, newTally(), 0
	start := time.Now()
	nextTick := start.Add(tick)
	running := true
	for f.now = start; running || f.busy > 0; f.now = time.Now() {
		ran := f.now.Sub(start)
		if p.brittle && len(f.tally.failures) > 0 {
			return f.tally, nil
		}
		if running && p.ended(ran, f.begun, f.busy, len(f.phones)) {
			f.tally.close(ran)
			atEnd()
			running = false
		}
		if running {
			f.begin(p.due(ran, len(f.phones)))
		}
		if f.now.After(nextTick) {
			f.timers()
			nextTick = f.now.Add(tick)
		}
		if err := f.exchange(nextTick); err != nil {
			return nil, err
		}
	}
	return f.tally, nil
}

// exchange sends what is ready and takes what comes.
func (f *fleet) exchange(until time.Time) error {
	if err := f.socket.send(); err != nil {
		return err
	}
	if f.plan.rate > 0 {
		until = f.now.Add(min(until.Sub(f.now), time.Millisecond))
	}
	var failed error
	err := f.socket.receive(until, func(m []byte) {
		if err := f.take(m); err != nil {
			failed = err
		}
	})
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = nil
	}
	return errors.Join(err, failed)
}

// begin starts registrations until so many have begun.
func (f *fleet) begin(due int) {
	for f.begun < due && f.busy < f.plan.flights && f.busy < len(f.phones) {
		n := f.idle[f.first]
		f.first = (f.first + 1) % len(f.idle)
		f.busy++
		f.begun++
		f.phones[n].begin(f.now, f.plan.afresh)
		_ = f.write(n) // the next send tells
	}
}

func (f *fleet) write(n int) error {
	p := &f.phones[n]
	return f.socket.put(p.write(f.socket.next(), f.proof, f.plan.opening), p.origin)
}

func (f *fleet) take(m []byte) error {
	a, ok := readAnswer(m)
	if !ok || a.sender >= len(f.phones) {
		return nil
	}
	p := &f.phones[a.sender]
	switch p.hear(a) {
	case ask:
		p.next(f.now)
		return f.write(a.sender)
	case done:
		f.tally.succeeded(time.Since(p.begun))
		f.rest(a.sender)
	case refused:
		f.tally.failed(a.status)
		f.rest(a.sender)
	}
	return nil
}

// rest puts a phone at the end of those that wait. The ring has a place for
// each, so the one after the last is free.
func (f *fleet) rest(n int) {
	f.idle[(f.first+len(f.idle)-f.busy)%len(f.idle)] = n
	f.busy--
}

// timers sends again what had no answer, and gives up what is too old.
func (f *fleet) timers() {
	for n := range f.phones {
		p := &f.phones[n]
		switch {
		case !p.busy || f.now.Before(p.resend):
		case f.now.Sub(p.sent) >= timerF:
			p.busy = false
			f.tally.failed(408)
			f.rest(n)
		default:
			p.again(f.now)
			f.tally.retransmitted++
			_ = f.write(n) // the next send tells
		}
	}
}
