package redirect

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"ringfence/phone"
)

const (
	outage  = 10 * time.Second       // how long a service waits when the outbox cannot be read or written
	between = 100 * time.Millisecond // two calls that tell a service something
	checks  = time.Second            // two calls that only ask
	daily   = 24 * time.Hour         // between two checks of a device, and between attempts at one that is refused
	tidying = time.Hour              // how often jobs without a service are looked for
)

// Outbox keeps on disk what services are to be told.
type Outbox interface {
	NextRedirect(ctx context.Context, service string, checks bool) (*phone.RedirectJob, error) // nil: nothing waits
	UpdateRedirect(ctx context.Context, j *phone.RedirectJob) (saved bool, err error)
	DropRedirect(ctx context.Context, j *phone.RedirectJob) error
	Redirects(ctx context.Context, devices []phone.MAC) ([]*phone.RedirectJob, error)
	RetryRedirect(ctx context.Context, mac phone.MAC) error
	RenewRedirects(ctx context.Context, service string) error
	ForgetRedirects(ctx context.Context, except []string) error
}

// Config is what a Dispatcher stands on.
type Config struct {
	Services map[string]Redirector // by the names of phone; those that are missing are a person's work
	Outbox   Outbox
	Book     *phone.Book
	URL      func(phone.MAC) string // the folder that a device is to be sent to, with a slash at its end; "" when there is none
	Checks   bool                   // ask once a day about what is registered
	Publish  func(phone.Event)
	Now      func() time.Time
	Log      *slog.Logger
}

// Dispatcher tells services what the outbox says.
type Dispatcher struct {
	Config
	lanes map[string]*lane

	registered, unregistered, retried, failed, drifted atomic.Uint64
}

// New makes a dispatcher. What has failed before is tried anew: a restart may
// have brought another account.
func New(ctx context.Context, c Config) (*Dispatcher, error) {
	d := &Dispatcher{Config: c, lanes: map[string]*lane{}}
	for name, service := range c.Services {
		d.lanes[name] = newLane(name, service)
		if err := c.Outbox.RenewRedirects(ctx, name); err != nil {
			return nil, fmt.Errorf("renew the redirections at %s: %w", name, err)
		}
	}
	return d, nil
}

// Changed says that there may be something to do. It does not block.
func (d *Dispatcher) Changed() {
	for _, l := range d.lanes {
		l.tell(l.news)
	}
}

// Run tells services what waits until ctx ends. A call that was cut short is made
// again by the next run.
func (d *Dispatcher) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for _, l := range d.lanes {
		wg.Go(func() { d.serve(ctx, l) })
	}
	wg.Go(func() { d.tidy(ctx) })
	wg.Wait()
}

// tidy deletes jobs of services that there is no account for, when their phone
// is gone.
func (d *Dispatcher) tidy(ctx context.Context) {
	known := make([]string, 0, len(d.lanes))
	for name := range d.lanes {
		known = append(known, name)
	}
	for {
		if err := d.Outbox.ForgetRedirects(ctx, known); err != nil && ctx.Err() == nil {
			d.Log.Error("old redirections not deleted", "error", err)
		}
		if !wait(ctx, tidying) {
			return
		}
	}
}

// wait lets time pass; false when ctx has ended.
func wait(ctx context.Context, pause time.Duration) bool {
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// chance is for the jitter, which is no secret.
func chance() float64 { return rand.Float64() }

// Stats are counters since New.
type Stats struct {
	Services     int    // that there is an account for
	Registered   uint64 // devices, again after a change or a drift too
	Unregistered uint64
	Retried      uint64 // calls that failed and are made again soon
	Failed       uint64 // calls that a service has refused, or that were given up for the day
	Drifted      uint64 // devices that the daily check has not found as they were left
}

// Stats returns the counters.
func (d *Dispatcher) Stats() Stats {
	return Stats{
		Services: len(d.lanes), Registered: d.registered.Load(), Unregistered: d.unregistered.Load(),
		Retried: d.retried.Load(), Failed: d.failed.Load(), Drifted: d.drifted.Load(),
	}
}
