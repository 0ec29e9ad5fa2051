package store

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"ringfence/phone"
)

func refusal(reason string) phone.Rejection {
	return phone.Rejection{Time: noon, Address: netip.MustParseAddr("198.51.100.7"), Reason: reason, Via: phone.ViaRegister}
}

// onDisk is the reason of the last refusal in the table, "" for none.
func onDisk(t *testing.T, s *Store, id phone.ID) string {
	t.Helper()
	var reason string
	row := s.reading.QueryRow("SELECT coalesce(rejected ->> '$.reason', '') FROM phones WHERE id = ?", id)
	must(t)(nil, row.Scan(&reason))
	return reason
}

func TestARefusalIsLiveAtOnceAndOnDiskSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := world(t)
		p := add(t, s, func(*phone.Phone) {})
		s.Rejected(p.ID, refusal("first"))
		s.Rejected(p.ID, refusal("second"))
		equal(t, "live", s.Record(p.ID).LastRejected.Reason, "second")
		equal(t, "on disk at once", onDisk(t, s, p.ID), "")
		<-time.After(2 * flushEvery)
		synctest.Wait()
		equal(t, "on disk soon", onDisk(t, s, p.ID), "second")
		must(t)(nil, s.Close())
	})
}

func TestARefusalOfNobodyIsNotKept(t *testing.T) {
	s := world(t)
	s.Rejected(absent, refusal("who?"))
	equal(t, "record", s.Record(absent), phone.Record{})
	equal(t, "refusals to write", len(s.refusals.take()), 0)
	p := add(t, s, func(*phone.Phone) {})
	s.Rejected(p.ID, refusal("no"))
	must(t)(nil, s.Phones.Delete(t.Context(), p.ID, func(*phone.Phone) error { return nil }))
	equal(t, "refusals of a deleted phone to write", len(s.refusals.take()), 0)
}

func TestARefusalThatCouldNotBeWrittenIsTriedAgain(t *testing.T) {
	s := world(t)
	p := add(t, s, func(*phone.Phone) {})
	s.Rejected(p.ID, refusal("no"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.flush(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want %v", err, context.Canceled)
	}
	must(t)(nil, s.flush(t.Context()))
	equal(t, "on disk", onDisk(t, s, p.ID), "no")
}

// What counts is which configuration a phone has, and not whether it came before
// the change by the clock: a change takes a while from its time to the Book.
func TestWhoHasFetchedTheConfigurationOfBeforeIsStale(t *testing.T) {
	now := noon
	s := world(t, func(c *Config) { c.Now = func() time.Time { return now } })
	m := &phone.Model{Brand: phone.BrandSnom, Extensions: 1, Capabilities: phone.ModelCapabilities{Provision: true}}
	must(t)(s.Models.Create(t.Context(), giving(m)))
	p := add(t, s, func(p *phone.Phone) { p.Model, p.MAC = m.ID, "000413AABB01" })
	before := s.Book.Fetching(p.MAC)
	now = now.Add(time.Hour)
	change(t, s.Phones, p.ID, func(p *phone.Phone) { p.DisplayFontColor = "DARK" })
	for _, c := range []struct {
		what    string
		fetched []phone.Fetched
		at      time.Time
		loaded  time.Time
		stale   bool
	}{
		{"the one of before, after the change", before, now.Add(time.Second), now.Add(-time.Millisecond), true},
		{"the one of before, before the change", before, now.Add(-time.Minute), now.Add(-time.Minute), true},
		{"the one of now", s.Book.Fetching(p.MAC), now.Add(time.Second), now.Add(time.Second), false},
	} {
		must(t)(nil, s.ConfigLoaded(t.Context(), c.at, c.fetched...))
		equal(t, c.what, s.Record(p.ID).ConfigLoaded, c.loaded)
		equal(t, c.what+": stale", s.Book.Stale(p.ID), c.stale)
	}
}

// Who reads in the Book when a configuration was saved, and then the phone, has no
// phone of before.
func TestAChangeIsInTheBookBeforeItsTime(t *testing.T) {
	var s *Store
	var seen []string
	s = world(t, func(c *Config) {
		c.ConfigSaved = func(ids []phone.ID) {
			a := s.Book.ByID(ids[0])
			if a == nil {
				seen = append(seen, "nobody")
				return
			}
			seen = append(seen, a.DisplayFontColor+s.Book.Extension(a.Extension).Name)
		}
	})
	x := addExtension(t, s, "200", "Anna")
	p := add(t, s, func(p *phone.Phone) { p.Extension = x.ID })
	change(t, s.Phones, p.ID, func(p *phone.Phone) { p.DisplayFontColor = "DARK" })
	change(t, s.Extensions, x.ID, func(x *phone.Extension) { x.Name = "Anne" })
	equal(t, "seen", seen, []string{"Anna", "DARKAnna", "DARKAnne"})
}
