package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// risen is what came of a morning.
type risen struct{ fetched, registered row }

// String is one line. What the server took is for 1000 phones that do both.
func (r risen) String() string {
	return r.fetched.Label + ": " + r.fetched.outcome() + "; " + r.registered.outcome() + "; " + r.fetched.cost()
}

// verdict is an error when a phone was left without a configuration or a
// registration.
func (r risen) verdict() error {
	if r.fetched.Failed+r.registered.Failed == 0 {
		return nil
	}
	return fmt.Errorf("of the configurations %s; of the registrations %s", r.fetched.Why, r.registered.Why)
}

// rise switches the phones on, evenly spread. Who has its configuration registers
// at once, while others still fetch theirs.
func (m *sunrise) rise(ctx context.Context, accounts []account, server process) (got risen, err error) {
	before, err := server.cpu()
	if err != nil {
		return got, err
	}
	p := plan{opening: opening{domain: m.sip.Addr().String(), expires: 3600}, server: m.sip}
	p.rate = float64(m.phones) / m.over.Seconds() // so that who has awoken waits for a millisecond, and not for a tick
	f, err := newFleet(ctx, p, accounts)
	if err != nil {
		return got, err
	}
	defer f.close()
	awake := make(chan int, m.phones) // closed when all have been switched on; none waits for its place
	var registrations *tally
	var failed error
	var working sync.WaitGroup
	working.Go(func() { registrations, failed = (&risers{fleet: f, awake: awake}).register(p) })
	fetches := m.fetch(ctx, awake)
	working.Wait()
	after, err := server.cpu()
	if err = errors.Join(failed, err); err != nil {
		return got, err
	}
	got.fetched = row{Label: m.label, What: "configurations"}
	got.fetched.RSS, got.fetched.PSS, err = server.memory()
	got.registered = got.fetched
	got.registered.Label, got.registered.What = m.label+", registrations", "registrations"
	got.fetched.fill(fetches, after-before)
	got.registered.fill(registrations, after-before)
	return got, err
}

// fetch has each phone fetch its configuration when its time has come. awake is
// told of each that got it.
func (m *sunrise) fetch(ctx context.Context, awake chan<- int) *tally {
	defer close(awake)
	t, begun := newTally(), time.Now()
	var mu sync.Mutex // guards t
	var all sync.WaitGroup
	for i := range m.phones {
		time.Sleep(time.Until(begun.Add(m.over * time.Duration(i) / time.Duration(m.phones))))
		all.Go(func() {
			at := time.Now()
			status := m.boot(ctx, i)
			took := time.Since(at)
			mu.Lock()
			defer mu.Unlock()
			if status != http.StatusOK {
				t.failed(status)
				return
			}
			t.succeeded(took)
			awake <- i
		})
	}
	all.Wait()
	t.close(time.Since(begun))
	return t
}

// risers are the phones of a fleet that register once each, as they awake.
type risers struct {
	*fleet
	awake <-chan int // their numbers
	all   bool       // have awoken
}

func (r *risers) register(p plan) (*tally, error) {
	p.over = func() bool { return r.all && r.busy == 0 }
	return r.run(r, p, func() {})
}

// begin starts the registrations of all that have awoken meanwhile: how many are
// due is not for the plan to say.
func (r *risers) begin(int) {
	for {
		select {
		case n, more := <-r.awake:
			if !more {
				r.all = true
				return
			}
			r.start(n)
		default:
			return
		}
	}
}
