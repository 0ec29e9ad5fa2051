package main

import (
	"net/netip"
	"time"
)

// The timers of RFC 3261 section 17.1.2.2: a REGISTER is sent again after T1,
// 2*T1 and so on up to T2, and given up after 64*T1.
const (
	t1     = 500 * time.Millisecond
	t2     = 4 * time.Second
	timerF = 64 * t1
)

// mostTries is a REGISTER without credentials, one with, and one more because
// the nonce was too old.
const mostTries = 3

// phone is one registered phone, or one that would be.
type phone struct {
	account
	number int
	ha1    [32]byte
	from   netip.AddrPort
	origin []byte
	callID uint64
	cseq   uint32
	nonce  []byte // of the last challenge
	count  uint32 // requests made with it

	busy   bool // a registration is under way
	tries  int  // its requests
	begun  time.Time
	sent   time.Time // its last request, for the first time
	resend time.Time
	wait   time.Duration
}

func newPhone(n int, a account, realm string, port uint16) phone {
	at := address(ofPhones, n)
	return phone{
		account: a, number: n, ha1: ha1(a, realm), callID: uint64(n) + 1,
		from: netip.AddrPortFrom(at, port), origin: origin(at),
	}
}

// begin starts a registration. One that is afresh forgets what it knows of
// earlier ones, and so has to be challenged.
func (p *phone) begin(now time.Time, afresh bool) {
	p.busy, p.begun, p.tries = true, now, 0
	if afresh {
		p.nonce = p.nonce[:0]
	}
	p.next(now)
}

// next is a new request.
func (p *phone) next(now time.Time) {
	p.cseq++
	p.tries++
	if len(p.nonce) > 0 {
		p.count++
	}
	p.sent, p.wait, p.resend = now, t1, now.Add(t1)
}

// again is the same request once more: timer E.
func (p *phone) again(now time.Time) {
	p.wait = min(2*p.wait, t2)
	p.resend = now.Add(p.wait)
}

// write appends the request that is under way. scratch is for the proof.
func (p *phone) write(b, scratch []byte, o opening) []byte {
	r := request{
		method: "REGISTER", user: p.user, target: "sip:" + o.domain, to: "sip:" + p.user + "@" + o.domain,
		from: p.from, sender: p.number, cseq: p.cseq, callID: p.callID,
	}
	if len(p.nonce) > 0 {
		r.proof = o.proof(scratch, r.method, r.target, p.user, p.ha1, p.nonce, p.count)
	}
	return o.append(b, r)
}

// step is what follows from an answer.
type step int

const (
	nothing step = iota // it is not the final answer to what is under way
	ask                 // answer the challenge
	done
	refused
)

func (p *phone) hear(a answer) step {
	switch {
	case !p.busy || a.cseq != p.cseq || a.status < 200:
		return nothing
	case a.status == 200:
		p.busy = false
		return done
	case a.status == 401 && len(a.nonce) > 0 && p.tries < mostTries:
		p.nonce, p.count = append(p.nonce[:0], a.nonce...), 0
		return ask
	}
	p.busy = false
	return refused
}
