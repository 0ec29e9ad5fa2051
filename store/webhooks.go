package store

import (
	"context"

	"ringfence/phone"
)

func (s *Store) webhooks() kind[phone.Webhook] {
	return kind[phone.Webhook]{
		name: "Webhook", entity: "webhook", table: "webhooks", owner: "customer",
		id:       func(w *phone.Webhook) *phone.ID { return &w.ID },
		customer: func(w *phone.Webhook) *phone.ID { return &w.Customer },
		search:   "document ->> '$.url' || ' ' || coalesce(document ->> '$.notes', '')",
		sorts:    map[string][]string{"_id": {"id"}, "url": {"document ->> '$.url'"}},
		saving: func(ctx context.Context, t *tx, before, after *phone.Webhook) error {
			if before != nil {
				return nil
			}
			return t.atMost(ctx, mostWebhooks, "webhooks", after.Customer)
		},
		publish: func(t *tx, before, after *phone.Webhook) {
			t.publish(func() { s.WebhookChanged(before, after) })
		},
	}
}
