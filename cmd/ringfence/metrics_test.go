package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// What the manual tells to watch is there.
func TestTheManualsMetricsExist(t *testing.T) {
	r := start(t, t.TempDir())
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.api.base+"/metrics", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no manual: %v", err)
	}
	named := 0
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range regexp.MustCompile(`\b(ringfence|process)_[a-z_]*[a-z]\b`).FindAllString(string(text), -1) {
			named++
			if !strings.Contains(string(answer), "# HELP "+name+" ") {
				t.Errorf("%s: there is no %s", page, name)
			}
		}
	}
	if named < 10 {
		t.Errorf("%d metrics in the manual", named)
	}
}

// A counter's name ends in _total, and no other's does.
func TestMetricsHaveTheirNames(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range metrics {
		if strings.HasSuffix(m.name, "_total") != (m.kind == prometheus.CounterValue) || m.help == "" || seen[m.name] {
			t.Errorf("%s: %q", m.name, m.help)
		}
		seen[m.name] = true
	}
}
