package phone

import (
	"sync"
	"testing"
	"time"
)

func TestWhenAPhoneWasConfigured(t *testing.T) {
	b, p := NewBook("example.net", nil), &Phone{ID: "1", Username: "desk"}
	noon := time.Date(2026, 6, 1, 12, 0, 0, 5e6, time.UTC)
	check := func(what string, wantLoaded, wantSaved time.Time, wantKnown bool) {
		t.Helper()
		if loaded, saved, known := b.Configured("1"); loaded != wantLoaded || saved != wantSaved || known != wantKnown {
			t.Errorf("%s: %v, %v, %v", what, loaded, saved, known)
		}
	}
	never := time.Time{}
	b.ConfigSaved("1", noon)
	check("a phone that does not exist", never, never, false)
	b.PutPhone(p)
	check("a new one", never, never, true)
	b.ConfigSaved("1", noon)
	check("changed", never, noon, true)
	b.ConfigLoaded("1", noon.Add(time.Second))
	check("fetched", noon.Add(time.Second), noon, true)
	p.Notes = "moved"
	b.PutPhone(p)
	check("published again", noon.Add(time.Second), noon, true)
	b.ConfigLoaded("1", never)
	check("forgotten", never, noon, true)
	b.DropPhone("1")
	check("deleted", never, never, false)
	b.PutPhone(p)
	check("made again", never, never, true)
}

func TestWhichPhonesAreStale(t *testing.T) {
	b, noon := NewBook("example.net", nil), time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	b.PutModel(&Model{ID: "desk", Capabilities: ModelCapabilities{Provision: true}})
	b.PutModel(&Model{ID: "page"})
	for id, c := range map[ID]struct {
		model         ID
		saved, loaded time.Time
		want          bool
	}{
		"never fetched":                {"desk", noon, time.Time{}, true},
		"fetched before":               {"desk", noon, noon.Add(-time.Second), true},
		"fetched at once":              {"desk", noon, noon, false},
		"fetched since":                {"desk", noon, noon.Add(time.Second), false},
		"of a model that does not":     {"page", noon, time.Time{}, false},
		"of a model that is not there": {"gone", noon, time.Time{}, false},
	} {
		b.PutPhone(&Phone{ID: id, Username: string(id), Model: c.model})
		b.ConfigSaved(id, c.saved)
		b.ConfigLoaded(id, c.loaded)
		if got := b.Stale(id); got != c.want {
			t.Errorf("%s: %v", id, got)
		}
	}
	if n := b.CountStale(); n != 2 {
		t.Errorf("%d are stale", n)
	}
	if b.Stale("nobody") {
		t.Error("who does not exist is stale")
	}
}

// Phones fetch while somebody lists those that have not.
func TestStalePhonesAreListedWhileTheyFetch(t *testing.T) {
	b, stale := NewBook("example.net", nil), true
	b.PutModel(&Model{ID: "desk", Capabilities: ModelCapabilities{Provision: true}})
	b.PutPhone(&Phone{ID: "1", Username: "1", Model: "desk"})
	var fetching sync.WaitGroup
	fetching.Go(func() {
		for i := range 1000 {
			b.ConfigSaved("1", time.UnixMilli(int64(2*i+2)))
			b.ConfigLoaded("1", time.UnixMilli(int64(2*i+3)))
		}
	})
	for range 100 {
		b.FindPhones(Query{Stale: &stale}, nil)
	}
	fetching.Wait()
	if page, total := b.FindPhones(Query{Stale: &stale}, nil); total != 0 {
		t.Errorf("found %v", page)
	}
}
