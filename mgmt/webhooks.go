package mgmt

import (
	"context"
	"fmt"

	"ringfence/phone"
)

// Deliveries reads what has become of events on their way to a webhook.
type Deliveries interface {
	ListDeliveries(ctx context.Context, webhook phone.ID, q phone.Query) ([]*phone.Delivery, int, error)
}

// webhookBody is what a request may set on a webhook.
type webhookBody struct {
	URL     optional[string]            `json:"url"`
	Types   optional[[]phone.EventType] `json:"types"`
	Secret  optional[string]            `json:"secret"`
	Enabled optional[truth]             `json:"enabled"`
	Notes   optional[string]            `json:"notes"`
}

// webhooks are OWNER's business throughout: whoever reads a webhook reads its
// secret, and could make its receiver believe anything.
func (s *Server) webhooks() resource[phone.Webhook, webhookBody] {
	return resource[phone.Webhook, webhookBody]{
		Server: s, what: "Webhook", plural: "webhooks", bounds: bounds{normal: 50, most: 1000}, keep: s.Webhooks,
		customer: func(w *phone.Webhook) phone.ID { return w.Customer },
		fresh:    phone.NewWebhook,
		judge:    (*phone.Webhook).Validate,
		apply: func(_ *call, in *webhookBody, w *phone.Webhook) (err error) {
			in.URL.into(&w.URL)
			if in.Types.named {
				w.Types = append([]phone.EventType{}, in.Types.value...)
			}
			in.Secret.into(&w.Secret)
			if in.Enabled.named {
				w.Enabled = bool(in.Enabled.value)
			}
			in.Notes.into(&w.Notes)
			if w.Secret == "" { // a new one, or one that is to be replaced
				w.Secret, err = phone.NewCredential(s.Random)
			}
			return err
		},
	}
}

// webhookOf is the webhook of the path, if it is the caller's.
func (s *Server) webhookOf(c *call) (*phone.Webhook, error) {
	id, err := c.id("Webhook")
	if err != nil {
		return nil, err
	}
	hook, err := s.Webhooks.Get(c.Request.Context(), id)
	if err != nil {
		return nil, fmt.Errorf("get a webhook: %w", err)
	}
	return hook, s.own(c.caller, hook.Customer)
}

// listDeliveries is GET /pbx/webhook/{id}/deliveries, newest first.
func (s *Server) listDeliveries(c *call) (any, error) {
	hook, err := s.webhookOf(c)
	if err != nil {
		return nil, err
	}
	q, err := c.page(bounds{normal: 50, most: 1000})
	if err != nil {
		return nil, err
	}
	list, total, err := s.Deliveries.ListDeliveries(c.Request.Context(), hook.ID, q)
	if err != nil {
		return nil, fmt.Errorf("list deliveries: %w", err)
	}
	return listing(q, total, "deliveries", list), nil
}

// testWebhook is POST /pbx/webhook/{id}/test. It answers with the delivery, whose
// fate is to be seen in the list.
func (s *Server) testWebhook(c *call) (any, error) {
	hook, err := s.webhookOf(c)
	if err != nil {
		return nil, err
	}
	made, err := s.TestWebhook(c.Request.Context(), hook)
	if err != nil {
		return nil, fmt.Errorf("test a webhook: %w", err)
	}
	return made, nil
}
