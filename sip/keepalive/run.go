package keepalive

import (
	"context"
	"hash/maphash"
	"net/netip"
	"time"

	"ringfence/phone"
	"ringfence/sip"
)

// Stack is what a keeper needs of a *sip.Stack.
type Stack interface {
	Flow(network string, local, remote netip.AddrPort) (sip.Flow, error)
	Contact(f sip.Flow, user string) sip.URI
}

// bundle is how many packets leave together: enough to share a system call, few
// enough that the last does not wait long after it was stamped.
const bundle = 64

// Run sends what is due, until ctx ends; then it returns nil.
func (k *Keeper) Run(ctx context.Context, stack Stack) error {
	t := time.NewTicker(tick)
	defer t.Stop()
	k.mu.Lock()
	k.begun = true
	k.mu.Unlock()
	r := round{Keeper: k, stack: stack}
	for {
		select {
		case <-t.C:
			r.turn()
		case <-ctx.Done():
			return nil
		}
	}
}

// round is the one goroutine that sends.
type round struct {
	*Keeper
	stack  Stack
	out    sip.Mail
	orders []order
}

// order is what is to be sent to a flow.
type order struct {
	place   place
	phone   phone.ID
	contact uint64
	asks    bool
}

// turn sends to every flow whose time has come. The lock is not held meanwhile:
// only this goroutine forgets flows, so that places stay good.
func (r *round) turn() {
	r.orders = r.orders[:0]
	now := r.ticks()
	r.mu.Lock()
	r.wheel.turn(now, func(p place, f *flow) {
		if o, ok := r.look(p, f, now); ok {
			r.orders = append(r.orders, o)
		}
	})
	r.mu.Unlock()
	for i := range r.orders {
		if r.serve(&r.orders[i]); r.out.Len() == bundle {
			r.out.Send()
		}
	}
	r.out.Send()
}

// look judges what was sent last, and says what is to be sent now, if anything.
func (r *round) look(p place, f *flow, now ticks) (order, bool) {
	f.anew = false
	if f.waiting {
		if f.open {
			r.counters.missed.Add(1)
			r.tally(f, -1)
			f.missed(&r.pace, now)
			r.tally(f, +1)
		}
		f.waiting = false
		if due := ticks(time.Duration(f.sent)*time.Microsecond/tick) + f.wait(&r.pace); due > now {
			r.wheel.put(p, due)
			return order{}, false
		}
	}
	return order{p, f.phone, f.contact, f.asks(now)}, true
}

// serve sends to one flow and hangs it into the wheel again.
func (r *round) serve(o *order) {
	b := r.binding(o)
	if b == nil {
		r.part(o.place)
		return
	}
	f, err := r.stack.Flow(b.Transport, b.Local, b.Target)
	switch {
	case err != nil:
		r.counters.unsent.Add(1)
		r.rest(o.place)
	case o.asks:
		r.ask(o, b, f)
	default:
		r.counters.bare.Add(1)
		r.out.Post(f, append(r.out.Room(), crlf...))
		r.rest(o.place)
	}
}

// part forgets a flow without a binding, unless it has got one just now.
func (r *round) part(p place) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.shelf.at(p).anew {
		r.wheel.put(p, r.soon())
		return
	}
	r.forget(p)
}

// binding is the one that the flow is of, nil when there is none any more.
func (r *round) binding(o *order) *phone.Binding {
	bs := r.Bindings(o.phone)
	for i := range bs {
		if maphash.String(r.seed, bs[i].Contact) == o.contact && shut(&bs[i]) {
			return &bs[i]
		}
	}
	return nil
}

// ask sends OPTIONS.
func (r *round) ask(o *order, b *phone.Binding, to sip.Flow) {
	sent := r.now()
	r.mu.Lock()
	f := r.shelf.at(o.place)
	f.sent, f.open, f.waiting = sent, true, true
	r.wheel.put(o.place, r.ticks()+r.pace.patience)
	r.mu.Unlock()
	r.counters.sent.Add(1)
	sealed := r.sealer.seal(ticket{o.place, sent}, to.Remote.Addr())
	r.out.Post(to, appendOptions(r.out.Room(), b, r.stack.Contact(to, ""), r.Domain, sealed))
}

// rest hangs a flow into the wheel that needs no answer.
func (r *round) rest(p place) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wheel.put(p, r.ticks()+r.pace.base)
}
