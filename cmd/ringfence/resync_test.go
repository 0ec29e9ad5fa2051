package main

import (
	"net/http"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/store"
)

// A phone that is online is told of a change, once, and is not stale when it has
// fetched.
func TestAPhoneIsToldOfItsNewConfiguration(t *testing.T) {
	r := start(t, t.TempDir())
	o := newOffice(t, r)
	p, made := o.phone("200", "000413000001", "127.0.0.1", nil)
	online, asked := o.notified(made)
	if _, err := online.Register(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	path := "/pbx/sipphone/" + made.text("_id")
	for _, font := range []string{"DARK", "LIGHT", "DARK"} {
		o.create(path, object{"displayFontColor": font})
	}
	if stale := o.get(path).object("status")["configStale"]; stale != true {
		t.Errorf("changed: stale is %v", stale)
	}
	if got := <-asked; got != "check-sync;reboot=false" {
		t.Errorf("asked %q", got)
	}
	if _, err := p.Fetch(t.Context(), "http://"+r.prov.String()); err != nil {
		t.Fatal(err)
	}
	if stale := o.get(path).object("status")["configStale"]; stale != false {
		t.Errorf("fetched: stale is %v", stale)
	}
	// The name of its extension is in its configuration, too.
	o.create("/pbx/extension/"+made.text("extension"), object{"name": "Anna"})
	if got := <-asked; got != "check-sync;reboot=false" || len(asked) > 0 {
		t.Errorf("asked %q, and %d times more", got, len(asked))
	}
	if _, err := r.api.do(t.Context(), http.MethodDelete, path, nil); err != nil {
		t.Fatal(err)
	}
}

// A phone that was offline when its configuration changed is told when it
// registers again: not when it refreshes, and not twice.
func TestAPhoneThatComesBackIsToldOfItsNewConfiguration(t *testing.T) {
	dir := t.TempDir()
	r := start(t, dir)
	o := newOffice(t, r)
	p, made := o.phone("200", "000413000001", "127.0.0.1", nil)
	if _, err := p.Fetch(t.Context(), "http://"+r.prov.String()); err != nil {
		t.Fatal(err)
	}
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	fetchedBefore(t, dir, phone.ID(made.text("_id")), time.Hour)
	o.running = start(t, dir)
	path := "/pbx/sipphone/" + made.text("_id")
	if stale := o.get(path).object("status")["configStale"]; stale != true {
		t.Errorf("offline: stale is %v", stale)
	}
	online, asked := o.notified(made)
	for range 2 {
		if _, err := online.Register(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
	}
	if got := <-asked; got != "check-sync;reboot=false" {
		t.Errorf("asked %q", got)
	}
	if err := online.Unregister(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := online.Register(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	o.create(path, object{"displayFontColor": "DARK"})
	if got := <-asked; got != "check-sync;reboot=false" || len(asked) > 0 {
		t.Errorf("asked %q, and %d times more", got, len(asked))
	}
}

// fetchedBefore makes it so long ago that a phone of a server that is not running
// has fetched.
func fetchedBefore(t *testing.T, dir string, id phone.ID, ago time.Duration) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Dir: dir, Book: phone.NewBook("ringfence.local", []int{1}), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.ConfigLoaded(t.Context(), time.Now().Add(-ago), phone.Fetched{Phone: id}); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
