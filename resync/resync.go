// Package resync tells phones to fetch their configuration again when it has
// become another one: soon, once, and not all at one moment.
//
// A change waits a little for those that follow it, so that a phone that is
// changed ten times in a second is told once. A change that concerns thousands,
// of a model or of a customer's settings, reaches them at a steady pace. Handsets
// of one device are one. Who is not online is told when it comes back; who has
// fetched in the meantime, or whose model does not know how, is not told. What
// waits when the server stops is forgotten, and not lost: the phone is stale
// until it fetches, which phones do by themselves at the latest when they start.
package resync

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"ringfence/phone"
)

// Config is what a Pacer is made of. Where a default is given, zero means it.
type Config struct {
	Book   *phone.Book
	Online func(phone.ID) bool
	Able   func(*phone.Model) bool               // whether phones of a model can be told
	Tell   func(context.Context, phone.ID) error // it may take seconds

	Settle time.Duration // how long a change waits for others; 2 s
	Pace   int           // devices told in a second; 50
	Asking int           // devices that have not answered yet; 200
	Most   int           // devices that wait; 100,000
	Log    *slog.Logger
}

// Pacer knows which devices wait. Its methods may be called from any goroutine.
type Pacer struct {
	Config
	come chan struct{} // has one when something waits that did not

	mu      sync.Mutex // guards all below
	waiting map[phone.MAC]cause
	queue   []turn                  // by time
	told    map[phone.MAC]time.Time // of which of its configurations, by when that was saved
	stats   Stats
}

// turn is when a device is told.
type turn struct {
	device phone.MAC
	at     time.Time
}

// Stats count devices since New.
type Stats struct {
	Waiting int    // now
	Told    uint64 // that said yes
	Failed  uint64 // that were silent or refused
	Left    uint64 // for which there was nothing to do: offline, up to date, or it does not know how
	Dropped uint64 // because too many waited
}

// New makes a Pacer.
func New(c Config) *Pacer {
	if c.Settle <= 0 {
		c.Settle = 2 * time.Second
	}
	if c.Pace <= 0 {
		c.Pace = 50
	}
	if c.Asking <= 0 {
		c.Asking = 200
	}
	if c.Most <= 0 {
		c.Most = 100_000
	}
	return &Pacer{Config: c, come: make(chan struct{}, 1), waiting: map[phone.MAC]cause{}, told: map[phone.MAC]time.Time{}}
}

// Stats reads the counters.
func (p *Pacer) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.stats
	s.Waiting = len(p.queue)
	return s
}

// Saved notes that phones have another configuration. It does not block.
func (p *Pacer) Saved(ids []phone.ID) {
	at := time.Now().Add(p.Settle)
	for _, id := range ids {
		if device := p.Book.MACOf(id); device != "" {
			p.add(turn{device, at}, changed)
		}
	}
	p.wake()
}

func (p *Pacer) wake() {
	select {
	case p.come <- struct{}{}:
	default:
	}
}

func (p *Pacer) add(t turn, why cause) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if before, waits := p.waiting[t.device]; waits {
		p.waiting[t.device] = max(before, why)
		return
	}
	if len(p.queue) >= p.Most {
		p.stats.Dropped++
		return
	}
	p.waiting[t.device] = why
	p.queue = append(p.queue, t)
}

// Run tells devices until ctx ends, and waits for those that it has asked.
func (p *Pacer) Run(ctx context.Context) {
	var asked sync.WaitGroup
	defer asked.Wait()
	places := make(chan struct{}, p.Asking)
	for {
		device, why, ok := p.next(ctx)
		if !ok {
			return
		}
		phones, saved := p.concerned(device)
		if len(phones) == 0 || why == returned && p.knows(device, saved) {
			p.count(func(s *Stats) { s.Left++ })
			continue
		}
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
			return
		}
		asked.Go(func() {
			if p.tell(ctx, phones) {
				p.remember(device, saved)
			}
			<-places
		})
		if !wait(ctx, time.Second/time.Duration(p.Pace)) {
			return
		}
	}
}

// next waits for the device whose turn it is; false when ctx has ended.
func (p *Pacer) next(ctx context.Context) (phone.MAC, cause, bool) {
	for {
		t, ok := p.first()
		switch {
		case !ok:
			select {
			case <-p.come:
			case <-ctx.Done():
				return "", 0, false
			}
			continue
		case !wait(ctx, time.Until(t.at)):
			return "", 0, false
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		p.queue = p.queue[1:]
		why := p.waiting[t.device]
		delete(p.waiting, t.device) // a change from now on is another one
		return t.device, why, true
	}
}

func (p *Pacer) first() (turn, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.queue) == 0 {
		p.queue = nil // gives the room back
		return turn{}, false
	}
	return p.queue[0], true
}

// concerned are the phones by which a device can be told: those that are online,
// when one of them is stale; and when what they do not have was saved last.
func (p *Pacer) concerned(device phone.MAC) (online []phone.ID, last time.Time) {
	stale := false
	for _, a := range p.Book.ByMAC(device) {
		m := p.Book.Model(a.Model)
		if m == nil || !p.Able(m) {
			return nil, last
		}
		if p.Book.Stale(a.ID) {
			stale = true
			if _, saved, _ := p.Book.Configured(a.ID); saved.After(last) {
				last = saved
			}
		}
		if p.Online(a.ID) {
			online = append(online, a.ID)
		}
	}
	if !stale {
		return nil, last
	}
	return online, last
}

// tell asks a device by one of its phones after the other, until one says yes.
func (p *Pacer) tell(ctx context.Context, phones []phone.ID) bool {
	var err error
	for _, id := range phones {
		if err = p.Tell(ctx, id); err == nil {
			p.count(func(s *Stats) { s.Told++ })
			return true
		}
	}
	if ctx.Err() != nil {
		return false
	}
	p.count(func(s *Stats) { s.Failed++ })
	p.Log.Info("phone did not take the word of its new configuration", "phone", phones[0], "reason", err)
	return false
}

func (p *Pacer) count(change func(*Stats)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.stats)
}

// wait returns false when ctx ended before.
func wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
