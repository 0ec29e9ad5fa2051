package store

import (
	"context"
	"testing"
)

func TestAStoreIsReadyWhileItCanBeWritten(t *testing.T) {
	s := open(t, t.TempDir())
	ready := func(what string, want bool) {
		t.Helper()
		equal(t, "ready "+what, s.Ready(t.Context()) == nil, want)
	}
	pragma := func(text string) {
		t.Helper()
		_, err := s.writing.ExecContext(t.Context(), "PRAGMA "+text)
		must(t)(nil, err)
	}
	fail := func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, "ROLLBACK") // as SQLite does when the disk is full
		return err
	}
	ready("at first", true)
	pragma("query_only = on")
	equal(t, "it failed", together(t, s, fail)[0] != nil, true)
	for range 2 {
		ready("when nothing can be written", false)
	}
	pragma("query_only = off")
	ready("when it can be again, and nothing was", true)
	equal(t, "it failed", together(t, s, fail)[0] != nil, true)
	equal(t, "errors", together(t, s, insert("a", new([]string))), []error{nil})
	pragma("query_only = on")
	ready("after something was written", true)
	pragma("query_only = off")

	must(t)(nil, s.bindings.Close())
	_, err := s.AppendBindings(t.Context(), []byte("entry"))
	equal(t, "it failed", err != nil, true)
	ready("when registrations cannot be written", false)
}
