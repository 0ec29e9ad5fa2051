package policy

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"ringfence/phone"
)

// Locker locks an OPEN phone to an address, durably, and only if it is still
// OPEN. It returns the fence that is in force now, and whether this call was
// the one that locked it.
type Locker interface {
	Lock(ctx context.Context, id phone.ID, addr netip.Addr) (fence phone.Fence, won bool, err error)
}

// GateConfig is what a Gate works with. The two hooks may be nil; they are
// called before Admit returns, and should not block.
type GateConfig struct {
	Country func(netip.Addr) string      // ISO 3166-1 alpha-2, "" when unknown
	Active  func(customer phone.ID) bool // whether the customer is served
	Locker  Locker
	Now     func() time.Time

	Rejected func(phone.Identity, phone.Rejection)
	Locked   func(phone.Identity, netip.Addr, phone.Via)
}

// Gate is the one gate of all doors. It is safe for concurrent use.
type Gate struct{ c GateConfig }

// NewGate makes a gate.
func NewGate(c GateConfig) *Gate {
	if c.Rejected == nil {
		c.Rejected = func(phone.Identity, phone.Rejection) {}
	}
	if c.Locked == nil {
		c.Locked = func(phone.Identity, netip.Addr, phone.Via) {}
	}
	return &Gate{c}
}

// Glance is Admit without waiting and without more work than the verdict needs:
// it is not decided when the fence has to be locked first. The country of who
// passes is looked up only where the fence asks for it.
func (g *Gate) Glance(who phone.Identity, addr netip.Addr, via phone.Via) (v Verdict, decided bool) {
	addr = bare(addr)
	switch {
	case !g.c.Active(who.Customer):
		v.Reason = ReasonCustomer
	case who.IP.Mode == phone.Roaming:
		v = Judge(who.IP, addr, g.c.Country(addr))
	default:
		v = Judge(who.IP, addr, "")
	}
	switch {
	case !v.Allowed:
		if v.Country == "" {
			v.Country = g.c.Country(addr)
		}
		return g.refuse(who, addr, via, v), true
	case v.Lock:
		return Verdict{}, false
	}
	return v, true
}

// rounds bounds how often a fence is judged anew because somebody changed it
// meanwhile. The second time it is usually LOCKED; more than that takes an
// administrator who opens it at that very moment.
const rounds = 3

// Admit decides whether the phone may pass from addr, and closes the fence of an
// OPEN one; Lock in the verdict says that this call did. who is as the Book has it
// now: who kept an older one looks it up again. Hand in only phones that have
// proven who they are.
//
// A refusal is a verdict, told to the hook Rejected. An error means that the
// fence could not be locked, and that the phone must not pass.
func (g *Gate) Admit(ctx context.Context, who phone.Identity, addr netip.Addr, via phone.Via) (Verdict, error) {
	addr = bare(addr)
	country := g.c.Country(addr)
	if !g.c.Active(who.Customer) {
		return g.refuse(who, addr, via, Verdict{Reason: ReasonCustomer, Country: country}), nil
	}
	fence := who.IP
	for range rounds {
		v := Judge(fence, addr, country)
		switch {
		case !v.Allowed:
			return g.refuse(who, addr, via, v), nil
		case !v.Lock:
			return v, nil
		}
		now, won, err := g.c.Locker.Lock(ctx, who.ID, addr)
		if err != nil {
			return Verdict{}, fmt.Errorf("lock phone %s: %w", who.ID, err)
		}
		if won {
			g.c.Locked(who, addr, via)
			return v, nil
		}
		fence = now // the loser of a race is judged by what the winner left
	}
	return Verdict{}, fmt.Errorf("lock phone %s: its fence opened again %d times", who.ID, rounds)
}

func (g *Gate) refuse(who phone.Identity, addr netip.Addr, via phone.Via, v Verdict) Verdict {
	g.c.Rejected(who, phone.Rejection{
		Time: g.c.Now(), Address: addr, Country: v.Country, Reason: v.Reason, Via: via,
	})
	return v
}
