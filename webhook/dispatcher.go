package webhook

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"ringfence/internal/feed"
	"ringfence/phone"
)

const (
	senders    = 32          // deliveries at once, each to another webhook
	sendersOne = 4           // of them to one customer, whose receivers may all hang
	maxBatch   = 256         // deliveries that are written together
	tidying    = time.Minute // how often the log is brought within its bounds
)

// Outbox keeps deliveries on disk until they are done, and a while longer for
// who wants to look.
type Outbox interface {
	EnqueueDeliveries(ctx context.Context, list []*phone.Delivery) error
	PendingDeliveries(ctx context.Context) ([]phone.ID, error)                   // webhooks that something waits for
	NextDelivery(ctx context.Context, webhook phone.ID) (*phone.Delivery, error) // nil: nothing waits
	UpdateDelivery(ctx context.Context, d *phone.Delivery) error
	ForgetDeliveries(ctx context.Context) (int, error)
}

// Config is what a Dispatcher stands on.
type Config struct {
	Hooks        []*phone.Webhook // all that there are; later changes come by Changed
	Outbox       Outbox
	Feed         *feed.Feed
	AllowPrivate bool // let webhooks lead to private addresses
	Now          func() time.Time
	Random       io.Reader // for ids
	Log          *slog.Logger
}

// Dispatcher delivers events to webhooks.
type Dispatcher struct {
	Config
	client *http.Client
	lanes  lanes
	queue  chan *phone.Delivery // from the feed to the outbox; closed by its writer

	// Of the goroutine that reads the feed.
	sub  *feed.Subscription
	last uint64 // number of the last event that it has seen

	enqueued, delivered, retried, failed, missed, lost atomic.Uint64
}

// New makes a dispatcher that tells of all events from now on. It reads from the
// outbox what an earlier one has left there.
func New(ctx context.Context, c Config) (*Dispatcher, error) {
	d := &Dispatcher{Config: c, client: newClient(c.AllowPrivate), lanes: newLanes(c.Feed.Wish), queue: make(chan *phone.Delivery, maxBatch)}
	for _, hook := range c.Hooks {
		d.lanes.put(hook)
	}
	waiting, err := c.Outbox.PendingDeliveries(ctx)
	if err != nil {
		return nil, fmt.Errorf("read what is to be delivered: %w", err)
	}
	for _, id := range waiting {
		d.lanes.due(id, c.Now())
	}
	d.last = c.Feed.Last()
	d.sub = c.Feed.Subscribe(d.last, 0)
	return d, nil
}

// Changed takes over a committed change of a webhook: before is nil for a new
// one, after for a deleted one. It does not block.
func (d *Dispatcher) Changed(before, after *phone.Webhook) {
	if after == nil {
		d.lanes.remove(before)
		return
	}
	d.lanes.put(after)
}

// Run delivers until ctx ends. What the feed has by then is in the outbox when
// it returns, and an attempt that was cut short is made again by the next run.
func (d *Dispatcher) Run(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() { d.read(ctx) })
	wg.Go(func() { d.write(ctx) })
	wg.Go(func() { d.send(ctx) })
	wg.Go(func() { d.tidy(ctx) })
	wg.Wait()
	d.sub.Close()
	d.client.CloseIdleConnections()
}

// tidy keeps the log of deliveries within its bounds.
func (d *Dispatcher) tidy(ctx context.Context) {
	tick := time.NewTicker(tidying)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if _, err := d.Outbox.ForgetDeliveries(ctx); err != nil && ctx.Err() == nil {
			d.Log.Error("old webhook deliveries not deleted", "error", err)
		}
	}
}

// chance is for the jitter of retries, which is no secret.
func chance() float64 { return rand.Float64() }

// Stats are counters since New.
type Stats struct {
	Webhooks  int    // that there are
	Enqueued  uint64 // deliveries
	Delivered uint64
	Retried   uint64 // attempts that failed and are made again
	Failed    uint64 // deliveries that were given up
	Missed    uint64 // events that fell out of the feed unread
	Lost      uint64 // deliveries that could not be written to the outbox
}

// Stats returns the counters.
func (d *Dispatcher) Stats() Stats {
	return Stats{
		Webhooks: d.lanes.count(), Enqueued: d.enqueued.Load(), Delivered: d.delivered.Load(), Retried: d.retried.Load(),
		Failed: d.failed.Load(), Missed: d.missed.Load(), Lost: d.lost.Load(),
	}
}
