package phone

import (
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
