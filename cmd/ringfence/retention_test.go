package main

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"ringfence/phone"
	"ringfence/store"
)

func TestCallRecordsAreKeptForSomeDays(t *testing.T) {
	book := phone.NewBook("ringfence.test", nil)
	st, err := store.Open(t.Context(), store.Config{Dir: t.TempDir(), Book: book})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	}()
	now := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	for _, age := range []time.Duration{0, 29 * 24 * time.Hour, 31 * 24 * time.Hour} {
		at := now.Add(-age)
		if err := st.SaveCDR(t.Context(), &phone.CDR{Started: at, Ended: at}); err != nil {
			t.Fatal(err)
		}
	}
	(&house{store: st, log: slog.New(slog.DiscardHandler), cdrDays: 30}).forgetCDRs(t.Context(), now)
	if _, left, err := st.ListCDRs(t.Context(), phone.CDRQuery{}); err != nil || left != 2 {
		t.Errorf("%d are left (%v), want 2", left, err)
	}
}

// Without a number of days, nobody asks the store, which is not there.
func TestCallRecordsAreKeptForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { (&house{}).keepForgetting(t.Context()) })
}
