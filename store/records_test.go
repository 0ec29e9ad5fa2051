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
