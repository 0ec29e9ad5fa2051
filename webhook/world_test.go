package webhook_test

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"ringfence/internal/feed"
	"ringfence/phone"
	"ringfence/store"
	"ringfence/webhook"
)

var _ webhook.Outbox = (*store.Store)(nil)

const (
	acme   phone.ID = "c00000000000000000000001"
	birch  phone.ID = "c00000000000000000000002"
	secret          = "a secret of a test"
)

// world is a dispatcher over a real store. Webhooks are made in the store, as
// the API does it.
type world struct {
	testing.TB
	dir   string
	store *store.Store
	feed  *feed.Feed
	*webhook.Dispatcher
	stop func()
}

func newWorld(t testing.TB, changes ...func(*webhook.Config)) *world {
	t.Helper()
	w := &world{TB: t, dir: t.TempDir(), stop: func() {}}
	w.open(changes...)
	for _, id := range []phone.ID{acme, birch} {
		_, err := w.store.Customers.Create(t.Context(), func(phone.References) (*phone.Customer, error) {
			return &phone.Customer{ID: id, Name: string(id), State: phone.CustomerActive}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(w.close)
	return w
}

// open begins a life of the server; nothing is delivered before run.
func (w *world) open(changes ...func(*webhook.Config)) {
	w.Helper()
	var err error
	w.feed = feed.New(1000)
	w.store, err = store.Open(w.Context(), store.Config{
		Dir: w.dir, Book: phone.NewBook("ringfence.test", []int{1, 2}),
		WebhookChanged: func(before, after *phone.Webhook) { w.Changed(before, after) },
	})
	if err != nil {
		w.Fatal(err)
	}
	hooks, _, err := w.store.Webhooks.List(w.Context(), phone.Query{})
	if err != nil {
		w.Fatal(err)
	}
	c := webhook.Config{
		Hooks: hooks, Outbox: w.store, Feed: w.feed, AllowPrivate: true,
		Now: time.Now, Random: rand.Reader, Log: slog.New(slog.NewTextHandler(w.Output(), nil)),
	}
	for _, change := range changes {
		change(&c)
	}
	if w.Dispatcher, err = webhook.New(w.Context(), c); err != nil {
		w.Fatal(err)
	}
}

// run delivers until the world is closed.
func (w *world) run() *world {
	ctx, cancel := context.WithCancel(w.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); w.Run(ctx) }()
	w.stop = func() { cancel(); <-ended }
	return w
}

// close ends the life, in the order of the program.
func (w *world) close() {
	w.stop()
	w.stop = func() {}
	if err := w.store.Close(); err != nil {
		w.Error(err)
	}
}

func (w *world) hook(url string, types ...phone.EventType) *phone.Webhook {
	w.Helper()
	return w.hookOf(acme, url, types...)
}

func (w *world) hookOf(customer phone.ID, url string, types ...phone.EventType) *phone.Webhook {
	w.Helper()
	made, err := w.store.Webhooks.Create(w.Context(), func(phone.References) (*phone.Webhook, error) {
		return &phone.Webhook{Customer: customer, URL: url, Types: types, Secret: secret, Enabled: true}, nil
	})
	if err != nil {
		w.Fatal(err)
	}
	return made
}

// publish lets something happen to a phone.
func (w *world) publish(customer phone.ID, t phone.EventType, data map[string]any) {
	w.feed.Publish(phone.Event{Type: t, Time: noon, Customer: customer, Phone: "p00000000000000000000001", Data: data})
}

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func (w *world) deliveries(hook *phone.Webhook) []*phone.Delivery {
	w.Helper()
	list, _, err := w.store.ListDeliveries(w.Context(), hook.ID, phone.Query{})
	if err != nil {
		w.Fatal(err)
	}
	return list
}

// until waits for a condition.
func (w *world) until(what string, condition func() bool) {
	w.Helper()
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-deadline:
			w.Fatalf("still not: %s; %+v", what, w.Stats())
		}
	}
}

// post is a request that a receiver got.
type post struct {
	header http.Header
	body   string
}

// receiver is a customer's HTTP server.
type receiver struct {
	*httptest.Server
	got chan post

	mu     sync.Mutex
	answer http.HandlerFunc
}

// newReceiver answers 204 until it is told otherwise.
func newReceiver(t testing.TB) *receiver {
	r := &receiver{got: make(chan post, 1000)}
	r.answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			t.Error(err)
		}
		r.got <- post{req.Header, string(body)}
		r.mu.Lock()
		answer := r.answer
		r.mu.Unlock()
		answer(w, req)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) answers(f http.HandlerFunc) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = f
}

// next waits for a request.
func (w *world) next(r *receiver) post {
	w.Helper()
	select {
	case p := <-r.got:
		return p
	case <-time.After(20 * time.Second):
		w.Fatal("nothing came")
		return post{}
	}
}
