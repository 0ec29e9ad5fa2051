package registrar

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"time"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/door"
)

// Journal keeps the bindings of a phone, durably when it returns; an empty list
// means that there are none left. With an error, nothing was changed.
type Journal interface {
	ReplaceBindings(ctx context.Context, id phone.ID, bs []phone.Binding) error
}

// Config is what a Registrar is made of. Where a default is given, zero means
// it.
type Config struct {
	Door    *door.Door
	Journal Journal
	Domain  string

	MinExpires, MaxExpires, DefaultExpires time.Duration // 1 min, 2 h, 1 h
	MaxContacts                            int           // of one phone; 5

	Country func(netip.Addr) string // for Binding.Country; nil leaves it empty
	// Publish hears of each change in order, under a lock: it must neither wait
	// nor call back.
	Publish func(phone.Event)
	Now     func() time.Time // time.Now
	Log     *slog.Logger     // nil is silence
}

// Registrar answers REGISTER. Its methods may be called from any goroutine.
type Registrar struct {
	Config
	table *table
}

// patience is how long a REGISTER waits for its turn, for the lock of its fence
// and for the disk together. A phone gives up after 32 s (RFC 3261 timer F).
const patience = 5 * time.Second

// New makes a registrar without bindings; see Restore.
func New(c Config) *Registrar {
	c.MinExpires = cmp.Or(c.MinExpires, time.Minute)
	c.MaxExpires = cmp.Or(c.MaxExpires, 2*time.Hour)
	c.DefaultExpires = cmp.Or(c.DefaultExpires, time.Hour)
	c.MaxContacts = cmp.Or(c.MaxContacts, 5)
	if c.Country == nil {
		c.Country = func(netip.Addr) string { return "" }
	}
	if c.Publish == nil {
		c.Publish = func(phone.Event) {}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	r := &Registrar{Config: c}
	r.table = newTable(r.tell)
	return r
}

// Restore takes over the bindings of an earlier life. Those that have expired
// meanwhile, and those of phones that are gone, are dropped, which Run makes
// durable. One over TCP stays although its connection does not: whoever calls
// the phone may open another.
func (r *Registrar) Restore(bs []phone.Binding) {
	now := r.Now()
	for _, b := range bs {
		a := r.Door.Book.ByID(b.Phone)
		if a == nil || !b.Expires.After(now) {
			r.table.spoil(b.Phone)
			continue
		}
		r.table.restore(b, a.Customer)
	}
}

// Serve answers one REGISTER on the flow that it came on. It returns when the
// answer is sent, after the bindings are durable.
func (r *Registrar) Serve(req *sip.Request, f sip.Flow) {
	err := f.Reply(r.register(req, f))
	if errors.Is(err, sip.ErrConnection) {
		// The connection may have gone before the binding was there, and
		// FlowClosed have come too early.
		r.FlowClosed(f)
	}
	if err != nil {
		r.Log.Debug("answer not sent", "to", f.String(), "error", err)
	}
}

// Forget drops all bindings of a phone: it was deleted, or its credentials are
// new. It does not wait for a REGISTER that is under way, nor for the disk; that
// REGISTER will find that it came too late, and Run does the rest. The reason
// why goes into the event.
func (r *Registrar) Forget(id phone.ID, why string) { r.table.forget(id, why) }

// Unbind drops one live binding of a phone, or all when binding is empty, and
// says how many there were; the phone may register again. As with Forget, Run
// does the rest, and the reason goes into the event.
func (r *Registrar) Unbind(id, binding phone.ID, why string) int {
	return r.table.unbind(id, binding, why)
}

// FlowClosed drops the bindings over a connection that has gone: without it the
// phone cannot be reached. It does nothing for UDP.
func (r *Registrar) FlowClosed(f sip.Flow) {
	if f.Network != "udp" {
		r.table.disconnect(routeOf(f))
	}
}

// Stats reads the counters.
func (r *Registrar) Stats() Stats { return r.table.counted() }
