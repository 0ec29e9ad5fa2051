package main

import (
	"context"
	"time"
)

// fleet is phones that register.
type fleet struct {
	shift
	phones []phone
	idle   []int // the phones that wait for their turn; a ring
	first  int   // of the ring
	proof  []byte
}

func newFleet(ctx context.Context, p plan, accounts []account) (*fleet, error) {
	p.transport = "UDP"
	s, err := openSocket(ctx, p.server)
	if err != nil {
		return nil, err
	}
	f := &fleet{shift: shift{plan: p, socket: s}, proof: make([]byte, 0, 1024)}
	for n, a := range accounts {
		f.phones = append(f.phones, newPhone(n, a, p.domain, s.port))
		f.idle = append(f.idle, n)
	}
	return f, nil
}

// drive runs the plan; without an end each phone registers once.
func (f *fleet) drive(p plan, atEnd func()) (*tally, error) {
	if p.over == nil {
		p.count = len(f.phones)
	}
	return f.run(f, p, atEnd)
}

// begin starts registrations until so many have begun.
func (f *fleet) begin(due int) {
	for f.begun < due && f.busy < f.plan.flights && f.busy < len(f.phones) {
		n := f.idle[f.first]
		f.first = (f.first + 1) % len(f.idle)
		f.start(n)
	}
}

// start begins the registration of a phone that has none under way.
func (f *fleet) start(n int) {
	f.busy++
	f.begun++
	f.phones[n].begin(f.now, f.plan.afresh)
	_ = f.write(n) // the next send tells
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
