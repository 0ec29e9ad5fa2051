package webhook

import (
	"context"
	"sync"
	"time"

	"ringfence/phone"
)

// outage is how long a webhook waits when the outbox cannot be read or written.
const outage = 10 * time.Second

// send gives each webhook that is due to a sender, of which there are so many.
func (d *Dispatcher) send(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	free := make(chan struct{}, senders)
	for {
		select {
		case free <- struct{}{}:
		case <-ctx.Done():
			return
		}
		hook := d.await(ctx)
		if hook == nil {
			return
		}
		wg.Go(func() {
			defer func() { <-free }()
			d.lanes.release(hook, d.serve(ctx, hook))
		})
	}
}

// await waits for a webhook that is due; nil when ctx has ended.
func (d *Dispatcher) await(ctx context.Context) *phone.Webhook {
	for ctx.Err() == nil {
		now := d.Now()
		hook, next := d.lanes.take(now)
		if hook != nil {
			return hook
		}
		var due <-chan time.Time
		if !next.IsZero() {
			due = time.After(next.Sub(now))
		}
		select {
		case <-due:
		case <-d.lanes.news:
		case <-ctx.Done():
		}
	}
	return nil
}

// serve makes the next attempt of a webhook, if its time has come, and says when
// to look again; zero when nothing waits.
func (d *Dispatcher) serve(ctx context.Context, hook *phone.Webhook) time.Time {
	what, err := d.Outbox.NextDelivery(ctx, hook.ID)
	switch now := d.Now(); {
	case err != nil:
		return d.unable(ctx, "read", hook, err)
	case what == nil:
		return time.Time{}
	case what.NextAttempt.After(now):
		return what.NextAttempt
	}
	a := d.post(ctx, hook, what)
	if ctx.Err() != nil { // cut short by the stop, and made again after it
		return time.Time{}
	}
	now := d.Now()
	settle(what, a, now, chance())
	d.lanes.attempted(hook.ID, a.delivered(), now)
	if err := d.Outbox.UpdateDelivery(context.WithoutCancel(ctx), what); err != nil {
		return d.unable(ctx, "save", hook, err) // and it is made again
	}
	d.count(hook, what)
	return now
}

func (d *Dispatcher) unable(ctx context.Context, doing string, hook *phone.Webhook, err error) time.Time {
	if ctx.Err() == nil {
		d.Log.Error("webhook outbox fails", "doing", doing, "webhook", hook.ID, "error", err)
	}
	return d.Now().Add(outage)
}

// count notes how a delivery stands after an attempt.
func (d *Dispatcher) count(hook *phone.Webhook, what *phone.Delivery) {
	switch what.State {
	case phone.DeliveryDelivered:
		d.delivered.Add(1)
	case phone.DeliveryFailed:
		d.failed.Add(1)
		d.Log.Warn("webhook delivery given up", "webhook", hook.ID, "delivery", what.ID, "attempts", what.Attempts, "reason", what.LastError)
	case phone.DeliveryPending:
		d.retried.Add(1)
	}
	d.Log.Debug("webhook", "webhook", hook.ID, "delivery", what.ID, "state", what.State, "status", what.LastStatus, "reason", what.LastError)
}
