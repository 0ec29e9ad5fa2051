package store

import (
	"context"
	"testing"
	"time"

	"ringfence/phone"
)

// addWebhook creates a webhook of acme.
func addWebhook(t testing.TB, s *Store) *phone.Webhook {
	t.Helper()
	made, err := s.Webhooks.Create(t.Context(), func(phone.References) (*phone.Webhook, error) {
		return &phone.Webhook{Customer: acme, URL: "https://example.com/", Types: []phone.EventType{phone.CallEnded}, Secret: "s", Enabled: true}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// pending makes a delivery that is due at a time.
func pending(t testing.TB, s *Store, hook phone.ID, due time.Time) *phone.Delivery {
	t.Helper()
	d := &phone.Delivery{
		Webhook: hook, Event: "7", Type: phone.CallEnded, Time: noon, State: phone.DeliveryPending,
		NextAttempt: due, Body: []byte(`{"type":"call.ended"}`),
	}
	must(t)(nil, s.giveID(&d.ID))
	return d
}

func TestWebhooks(t *testing.T) {
	type change struct{ before, after *phone.Webhook }
	var changes []change
	s := world(t, func(c *Config) {
		c.WebhookChanged = func(before, after *phone.Webhook) { changes = append(changes, change{before, after}) }
	})
	made := addWebhook(t, s)
	read, err := s.Webhooks.Get(t.Context(), made.ID)
	must(t)(read, err)
	equal(t, "read", read, made)
	off, err := s.Webhooks.Update(t.Context(), made.ID, func(w *phone.Webhook, _ phone.References) error {
		w.Enabled = false
		return nil
	})
	must(t)(off, err)
	list, total, err := s.Webhooks.List(t.Context(), phone.Query{Customer: acme, Filter: "EXAMPLE"})
	must(t)(list, err)
	equal(t, "listed", list, []*phone.Webhook{off})
	equal(t, "total", total, 1)
	must(t)(nil, s.EnqueueDeliveries(t.Context(), []*phone.Delivery{pending(t, s, made.ID, noon)}))
	must(t)(nil, s.Webhooks.Delete(t.Context(), made.ID, func(*phone.Webhook) error { return nil }))
	_, total, err = s.ListDeliveries(t.Context(), made.ID, phone.Query{})
	must(t)(nil, err)
	equal(t, "deliveries of a deleted webhook", total, 0)
	equal(t, "told", changes, []change{{nil, made}, {made, off}, {off, nil}})
}

func TestTheOutboxSurvives(t *testing.T) {
	dir := t.TempDir()
	s := populate(t, open(t, dir))
	hook, other := addWebhook(t, s), addWebhook(t, s)
	later := pending(t, s, hook.ID, noon.Add(time.Minute))
	first, second := pending(t, s, hook.ID, noon), pending(t, s, hook.ID, noon)
	lost := pending(t, s, absent, noon)
	foreign := pending(t, s, other.ID, noon)
	must(t)(nil, s.EnqueueDeliveries(t.Context(), []*phone.Delivery{later, lost, first, second, foreign}))
	must(t)(nil, s.Close())

	s = open(t, dir)
	list, total, err := s.ListDeliveries(t.Context(), hook.ID, phone.Query{})
	must(t)(list, err)
	equal(t, "newest first", list, []*phone.Delivery{second, first, later})
	equal(t, "total", total, 3)
	list, total, err = s.ListDeliveries(t.Context(), hook.ID, phone.Query{Offset: 1, Limit: 1})
	must(t)(list, err)
	equal(t, "a page", list, []*phone.Delivery{first})
	equal(t, "total beside a page", total, 3)
	for _, want := range []*phone.Delivery{first, second, later} {
		got, err := s.NextDelivery(t.Context(), hook.ID)
		must(t)(got, err)
		equal(t, "next", got, want)
		got.State, got.Attempts, got.LastAttempt, got.NextAttempt = phone.DeliveryDelivered, 3, noon.Add(time.Second), time.Time{}
		got.LastStatus, got.LastError = 204, "e"
		must(t)(nil, s.UpdateDelivery(t.Context(), got))
		list, _, err := s.ListDeliveries(t.Context(), hook.ID, phone.Query{})
		must(t)(list, err)
		for _, d := range list {
			if d.ID == got.ID {
				equal(t, "updated", d, got)
			}
		}
	}
	none, err := s.NextDelivery(t.Context(), hook.ID)
	must(t)(none, err)
	equal(t, "when all is done", none, (*phone.Delivery)(nil))
	waiting, err := s.PendingDeliveries(t.Context())
	must(t)(waiting, err)
	equal(t, "webhooks with something to do", waiting, []phone.ID{other.ID})
	must(t)(nil, s.UpdateDelivery(t.Context(), lost)) // one that is not there
}

func TestTheLogOfDeliveriesIsBounded(t *testing.T) {
	s := world(t)
	busy, calm := addWebhook(t, s), addWebhook(t, s)
	var all []*phone.Delivery
	for range keptDeliveries + 2*maxForgotten + 1 {
		all = append(all, pending(t, s, busy.ID, noon))
	}
	old, fresh := pending(t, s, calm.ID, noon), pending(t, s, calm.ID, noon)
	old.Time, fresh.Time = noon.Add(-keptFor-time.Millisecond), noon.Add(-keptFor)
	must(t)(nil, s.EnqueueDeliveries(t.Context(), append(all, old, fresh)))
	n, err := s.ForgetDeliveries(t.Context())
	must(t)(nil, err)
	equal(t, "forgotten", n, 2*maxForgotten+2)
	list, total, err := s.ListDeliveries(t.Context(), busy.ID, phone.Query{Limit: 1})
	must(t)(nil, err)
	equal(t, "kept", total, keptDeliveries)
	equal(t, "the newest", list[0].ID, all[len(all)-1].ID)
	list, _, err = s.ListDeliveries(t.Context(), calm.ID, phone.Query{})
	must(t)(list, err)
	equal(t, "of the calm one", list, []*phone.Delivery{fresh})

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.ForgetDeliveries(ended); err == nil {
		t.Error("it goes on after the end")
	}
}
