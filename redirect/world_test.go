package redirect_test

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/redirect"
	"ringfence/store"
)

var _ redirect.Outbox = (*store.Store)(nil)

const (
	acme     phone.ID  = "c00000000000000000000001"
	snomD865 phone.ID  = "d00000000000000000000001"
	mitel    phone.ID  = "d00000000000000000000002"
	plain    phone.ID  = "d00000000000000000000003"
	base     phone.ID  = "d00000000000000000000004"
	desk     phone.MAC = "000413000001"
	other    phone.MAC = "000413000002"
)

// maker is a service in memory.
type maker struct {
	mu      sync.Mutex
	begin   time.Time
	devices map[phone.MAC]string
	fails   error // what it does whatever it is asked
	calls   []string
	at      []time.Duration
	holds   chan struct{} // nil: it answers at once
}

func (m *maker) called(ctx context.Context, what string, mac phone.MAC) error {
	m.mu.Lock()
	m.calls = append(m.calls, what+" "+string(mac))
	m.at = append(m.at, time.Since(m.begin))
	holds, fails := m.holds, m.fails
	m.mu.Unlock()
	if holds != nil {
		select {
		case <-holds:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return fails
}

func (m *maker) Register(ctx context.Context, mac phone.MAC, serial, url string) error {
	if err := m.called(ctx, strings.TrimSpace("register "+serial), mac); err != nil {
		return err
	}
	m.put(mac, url)
	return nil
}

func (m *maker) Unregister(ctx context.Context, mac phone.MAC) error {
	if err := m.called(ctx, "take away", mac); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.devices[mac] == "" {
		return &redirect.Error{Kind: redirect.Unknown}
	}
	delete(m.devices, mac)
	return nil
}

func (m *maker) Status(ctx context.Context, mac phone.MAC) (redirect.State, error) {
	err := m.called(ctx, "check", mac)
	m.mu.Lock()
	defer m.mu.Unlock()
	return redirect.State{Registered: m.devices[mac] != "", URL: m.devices[mac]}, err
}

func (m *maker) put(mac phone.MAC, url string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.devices[mac] = url
}

func (m *maker) become(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fails = err
}

// knows is where it sends which device.
func (m *maker) knows() map[phone.MAC]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.devices)
}

// told is what it was asked since the last time.
func (m *maker) told() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	calls := m.calls
	m.calls, m.at = nil, nil
	return calls
}

// world is a dispatcher over a real store, in a time that jumps to what is waited
// for.
type world struct {
	testing.TB
	dir    string
	store  *store.Store
	snom   *maker
	urls   map[phone.MAC]string // those that are not the usual ones
	mu     sync.Mutex
	events []string
	log    strings.Builder
	*redirect.Dispatcher
	stop func()
}

// open begins a life of the server, in which it has an account at Snom or not.
func (w *world) open(account bool, changes ...func(*redirect.Config)) {
	w.Helper()
	var err error
	book := phone.NewBook("ringfence.test", []int{1, 2})
	w.store, err = store.Open(w.Context(), store.Config{Dir: w.dir, Book: book, RedirectsChanged: func() {
		if w.Dispatcher != nil {
			w.Changed()
		}
	}})
	if err != nil {
		w.Fatal(err)
	}
	c := redirect.Config{
		Services: map[string]redirect.Redirector{}, Outbox: w.store, Book: book, URL: w.url, Checks: true, Publish: w.publish,
		Now: time.Now, Log: slog.New(slog.NewTextHandler(&w.log, nil)),
	}
	if account {
		c.Services[phone.RedirectSnom] = w.snom
	}
	for _, change := range changes {
		change(&c)
	}
	if w.Dispatcher, err = redirect.New(w.Context(), c); err != nil {
		w.Fatal(err)
	}
	ctx, cancel := context.WithCancel(w.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); w.Run(ctx) }()
	w.stop = func() { cancel(); <-ended }
}

func (w *world) close() {
	w.stop()
	if err := w.store.Close(); err != nil {
		w.Error(err)
	}
}

func (w *world) populate() {
	w.Helper()
	_, err := w.store.Customers.Create(w.Context(), giving(&phone.Customer{ID: acme, Name: "Acme", State: phone.CustomerActive}))
	if err != nil {
		w.Fatal(err)
	}
	redirected := phone.ModelCapabilities{MACRedirect: true}
	for _, m := range []phone.Model{
		{ID: snomD865, Brand: phone.BrandSnom, Extensions: 1, Capabilities: redirected},
		{ID: base, Brand: phone.BrandSnom, Extensions: 20, Capabilities: redirected},
		{ID: mitel, Brand: "MITEL", Extensions: 1, Capabilities: redirected},
		{ID: plain, Brand: phone.BrandGeneric, Extensions: 1},
	} {
		if _, err := w.store.Models.Create(w.Context(), giving(&m)); err != nil {
			w.Fatal(err)
		}
	}
}

func giving[T any](object *T) func(phone.References) (*T, error) {
	return func(phone.References) (*T, error) { return object, nil }
}

func (w *world) url(mac phone.MAC) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	if url, ok := w.urls[mac]; ok {
		return url
	}
	return "https://prov.example/token-of-" + string(mac) + "/"
}

func (w *world) belongsTo(mac phone.MAC, url string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.urls[mac] = url
}

func (w *world) publish(e phone.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := fmt.Sprintf("%s %v", e.Type, e.Data["service"])
	if why := e.Data["error"]; why != nil {
		text += fmt.Sprintf(": %v", why)
	}
	w.events = append(w.events, text)
}

// heard wants these events since the last time.
func (w *world) heard(want ...string) {
	w.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Equal(w.events, want) {
		w.Errorf("heard %q, want %q", w.events, want)
	}
	w.events = nil
}

// asked wants these calls of the maker since the last time.
func (w *world) asked(want ...string) {
	w.Helper()
	if got := w.snom.told(); !slices.Equal(got, want) {
		w.Errorf("asked %q, want %q", got, want)
	}
}

func (w *world) add(mac phone.MAC, model phone.ID, handset int) *phone.Phone {
	w.Helper()
	p := phone.New(acme)
	p.MAC, p.Model, p.HandsetIndex = mac, model, &handset
	made, err := w.store.Phones.Create(w.Context(), giving(p))
	if err != nil {
		w.Fatal(err)
	}
	return made
}

func (w *world) edit(p *phone.Phone, how func(*phone.Phone)) *phone.Phone {
	w.Helper()
	after, err := w.store.Phones.Update(w.Context(), p.ID, func(p *phone.Phone, _ phone.References) error {
		how(p)
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
	return after
}

func (w *world) remove(p *phone.Phone) {
	w.Helper()
	if err := w.store.Phones.Delete(w.Context(), p.ID, func(*phone.Phone) error { return nil }); err != nil {
		w.Fatal(err)
	}
}

// is wants a phone to be shown like this.
func (w *world) is(p *phone.Phone, want string) {
	w.Helper()
	shown, err := w.Show(w.Context(), []*phone.Phone{p})
	if err != nil {
		w.Fatal(err)
	}
	got := "nothing"
	if r := shown[0]; r != nil {
		got = string(r.State) + " at " + r.Service
		if r.Error != "" {
			got += ": " + r.Error
		}
	}
	if got != want {
		w.Errorf("shown as %s, want %s", got, want)
	}
}
