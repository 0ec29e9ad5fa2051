package mgmt_test

import (
	"log/slog"

	"ringfence/mgmt"
	"ringfence/store"
	"ringfence/webhook"
)

var _ mgmt.Deliveries = (*store.Store)(nil)

// addWebhooks adds what the API has of webhooks. Nothing is delivered: what is to
// be stays in the outbox.
func (w *world) addWebhooks(c *mgmt.Config) {
	w.Helper()
	d, err := webhook.New(w.Context(), webhook.Config{
		Outbox: w.store, Feed: w.feed, Now: w.clock.now, Random: newRandom(3), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		w.Fatal(err)
	}
	c.Webhooks, c.Deliveries, c.TestWebhook = w.store.Webhooks, w.store, d.Test
}
