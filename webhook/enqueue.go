package webhook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"ringfence/internal/feed"
	"ringfence/phone"
)

// read turns the events of the feed into deliveries.
func (d *Dispatcher) read(ctx context.Context) {
	defer close(d.queue)
	for d.readOne(ctx) == nil {
	}
	// What was published before the stop is told of too.
	for end := d.Feed.Last(); d.last < end; {
		if d.readOne(context.WithoutCancel(ctx)) != nil {
			return
		}
	}
}

// readOne waits for an event. Having been too slow is no end: it goes on with
// the oldest event that there still is.
func (d *Dispatcher) readOne(ctx context.Context) error {
	e, err := d.sub.Next(ctx)
	if errors.Is(err, feed.ErrSlow) {
		d.sub = d.Feed.Subscribe(d.last, 0)
		return nil
	}
	if err != nil {
		return err
	}
	if gap := e.Seq - d.last - 1; gap > 0 {
		d.missed.Add(gap)
		d.Log.Warn("webhooks missed events: the outbox is written too slowly", "events", gap)
	}
	d.last = e.Seq
	d.enlist(e)
	return nil
}

// enlist makes a delivery for each webhook that wants the event.
func (d *Dispatcher) enlist(e feed.Entry) {
	hooks := d.lanes.wanting(e.Event)
	if len(hooks) == 0 {
		return
	}
	id := strconv.FormatUint(e.Seq, 10)
	body, err := bodyOf(e.Event, id)
	for _, hook := range hooks {
		delivery, failed := d.delivery(hook, e.Event)
		if err = errors.Join(err, failed); err != nil {
			d.lost.Add(uint64(len(hooks)))
			d.Log.Error("webhooks not told of an event", "type", e.Event.Type, "error", err)
			return
		}
		delivery.Event, delivery.Body = id, body
		d.queue <- delivery
	}
}

// delivery makes one, less its event's id and body.
func (d *Dispatcher) delivery(hook *phone.Webhook, e phone.Event) (*phone.Delivery, error) {
	now := d.Now()
	id, err := phone.NewID(now, d.Random)
	if err != nil {
		return nil, err
	}
	return &phone.Delivery{
		ID: id, Webhook: hook.ID, Type: e.Type, Time: phone.Moment(e.Time), State: phone.DeliveryPending, NextAttempt: phone.Moment(now),
	}, nil
}

// bodyOf is what is sent: the event as the live feed shows it, and its id.
func bodyOf(e phone.Event, id string) ([]byte, error) {
	data := e.Details()
	data["id"] = id
	e.Data, e.Call = data, nil
	body, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("write an event: %w", err)
	}
	return body, nil
}

// write brings deliveries into the outbox, all that wait in one transaction. It
// goes on after the stop until the queue is empty.
func (d *Dispatcher) write(ctx context.Context) {
	for first := range d.queue {
		batch := d.gather(first)
		if err := d.enqueue(context.WithoutCancel(ctx), batch); err != nil {
			d.lost.Add(uint64(len(batch)))
			d.Log.Error("webhook deliveries lost", "deliveries", len(batch), "error", err)
		}
	}
}

func (d *Dispatcher) gather(first *phone.Delivery) []*phone.Delivery {
	batch := []*phone.Delivery{first}
	for len(batch) < maxBatch {
		select {
		case more, ok := <-d.queue:
			if !ok {
				return batch
			}
			batch = append(batch, more)
		default:
			return batch
		}
	}
	return batch
}

func (d *Dispatcher) enqueue(ctx context.Context, batch []*phone.Delivery) error {
	if err := d.Outbox.EnqueueDeliveries(ctx, batch); err != nil {
		return err
	}
	d.enqueued.Add(uint64(len(batch)))
	for _, delivery := range batch {
		d.lanes.due(delivery.Webhook, delivery.NextAttempt)
	}
	return nil
}

// Test sends an event of the type webhook.test to a webhook, in the way of all
// others. Conflict when it is not enabled.
func (d *Dispatcher) Test(ctx context.Context, hook *phone.Webhook) (*phone.Delivery, error) {
	if !hook.Enabled {
		return nil, &phone.Error{Kind: phone.Conflict, Key: "enabled", Text: "Webhook is not enabled"}
	}
	e := phone.Event{Type: phone.WebhookTest, Time: d.Now(), Customer: hook.Customer, Data: map[string]any{"webhook": hook.ID}}
	made, err := d.delivery(hook, e)
	if err != nil {
		return nil, err
	}
	made.Event = string(made.ID)
	if made.Body, err = bodyOf(e, made.Event); err != nil {
		return nil, err
	}
	if err := d.enqueue(ctx, []*phone.Delivery{made}); err != nil {
		return nil, err
	}
	d.lanes.wake(hook.ID) // somebody watches
	return made, nil
}
