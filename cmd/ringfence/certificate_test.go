package main

import (
	"log/slog"
	"os"
	"strings"
	"testing"
)

// Whoever renews certificates learns from the log whether that has worked, once.
func TestTheLogTellsWhatBecameOfACertificate(t *testing.T) {
	files := newPair(t)
	first := files.issue(t, 1)
	var log strings.Builder
	c, err := openTLS(files.cert, files.key, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	shown := func(want []byte) {
		t.Helper()
		for range 3 { // handshakes
			if got, err := c.GetCertificate(nil); err != nil || string(got.Leaf.Raw) != string(want) {
				t.Errorf("another certificate is shown, error %v", err)
			}
		}
	}
	said := func(lines int, words ...string) {
		t.Helper()
		text := log.String()
		log.Reset()
		for _, w := range words {
			if !strings.Contains(text, w) {
				t.Errorf("no %q", w)
			}
		}
		if strings.Count(text, "\n") != lines {
			t.Errorf("said %q", text)
		}
	}
	shown(first)
	said(0)
	second := files.issue(t, 2)
	shown(second)
	said(1, "INFO", "re-read", files.cert, "expires")
	for range 2 {
		if err := os.Remove(files.cert); err != nil {
			t.Fatal(err)
		}
		shown(second)
		said(1, "ERROR", "not re-read", files.cert)
		second = files.issue(t, 3)
		shown(second)
		said(1, "INFO")
	}
}
