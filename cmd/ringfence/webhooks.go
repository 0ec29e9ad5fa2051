package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"ringfence/phone"
	"ringfence/webhook"
)

// openWebhooks lets webhooks be told of every event from here on.
func (s *house) openWebhooks(ctx context.Context, c Config) error {
	hooks, _, err := s.store.Webhooks.List(ctx, phone.Query{})
	if err != nil {
		return fmt.Errorf("read the webhooks: %w", err)
	}
	s.webhooks, err = webhook.New(ctx, webhook.Config{
		Hooks: hooks, Outbox: s.store, Feed: s.feed, AllowPrivate: c.WebhookPrivate,
		Now: time.Now, Random: rand.Reader, Log: s.log,
	})
	return err
}

// webhookChanged follows each committed change, on the store's writer.
func (s *house) webhookChanged(before, after *phone.Webhook) { s.webhooks.Changed(before, after) }

// tellWebhooks delivers events beyond the end of ctx, until silence: the doors
// publish what happens as long as they are open, and that is told of too.
func (s *house) tellWebhooks(ctx context.Context) {
	ctx, s.silence = context.WithCancel(context.WithoutCancel(ctx))
	s.background.Go(func() { s.webhooks.Run(ctx) })
}
