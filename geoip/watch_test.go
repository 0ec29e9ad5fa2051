package geoip

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const interval = time.Minute

// changed is the time of change of files that tests write, unless they say so.
var changed = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// replace puts a new file in place of path, as a careful update does.
func replace(t *testing.T, path string, data []byte) {
	t.Helper()
	next := path + ".next"
	overwrite(t, next, data, changed)
	rename(t, next, path)
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// overwrite writes into the file itself, as a careless update does.
func overwrite(t *testing.T, path string, data []byte, at time.Time) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}

// watched is a database under Watch in a synctest bubble.
type watched struct {
	*Database
	reports chan error // what Watch reported since the last look
}

func watch(t *testing.T, path string) (w *watched, stop func()) {
	w = &watched{open(t, path, ""), make(chan error, 10)}
	ctx, cancel := context.WithCancel(t.Context())
	var g sync.WaitGroup
	g.Go(func() {
		w.Watch(ctx, interval, func(err error) { w.reports <- err })
	})
	return w, func() { cancel(); g.Wait() }
}

// look lets one interval pass, and fails unless Watch reported what want says
// (a part of each error) and the country is as expected.
func (w *watched) look(t *testing.T, step, country string, want ...string) {
	t.Helper()
	<-time.After(interval)
	synctest.Wait()
	var reports []error
	for len(w.reports) > 0 {
		reports = append(reports, <-w.reports)
	}
	if !slices.EqualFunc(reports, want, reported) {
		t.Errorf("%s: reports %v, want %q", step, reports, want)
	}
	if got := w.Country(documentation); got != country {
		t.Errorf("%s: country %q, want %q", step, got, country)
	}
}

func reported(err error, want string) bool {
	return err != nil && strings.Contains(err.Error(), want)
}

func TestWatchTakesANewFileAndKeepsTheOldOneOnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := file(t, country(t, "DK"))
		w, stop := watch(t, path)
		defer stop()
		w.look(t, "nothing has changed", "DK")

		replace(t, path, country(t, "SE"))
		w.look(t, "replaced", "SE")
		w.look(t, "replaced, one interval later", "SE")

		replace(t, path, country(t, "LV"))
		w.look(t, "replaced, of the same size and time", "LV")
		overwrite(t, path, country(t, "NO"), changed.Add(time.Second))
		w.look(t, "written over, of the same size", "NO")

		overwrite(t, path, country(t, "FI")[:500], changed)
		w.look(t, "half-written", "NO", "invalid MaxMind DB")
		overwrite(t, path, country(t, "FI")[:600], changed)
		w.look(t, "half-written otherwise", "NO", "invalid MaxMind DB")
		w.look(t, "still half-written", "NO")
		overwrite(t, path, country(t, "FI"), changed)
		w.look(t, "written to the end", "FI")

		away := path + ".away"
		rename(t, path, away)
		w.look(t, "taken away", "FI", "no such file")
		w.look(t, "still away", "FI")
		overwrite(t, away, country(t, "IS"), changed)
		rename(t, away, path)
		w.look(t, "there again, of the same size and time", "IS")
	})
}

func TestWatchTriesAgainWhatCannotBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := file(t, country(t, "DK"))
		w, stop := watch(t, path)
		defer stop()
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		w.look(t, "a directory in its place", "DK", "not a regular file")
		w.look(t, "still a directory", "DK")
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		w.look(t, "nothing in its place", "DK", "no such file")
	})
}

func TestWatchEndsWhenTheDatabaseIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := open(t, file(t, country(t, "DK")), "")
		var g sync.WaitGroup
		g.Go(func() {
			d.Watch(context.Background(), interval, func(err error) { t.Errorf("reported: %v", err) })
		})
		d.Close()
		g.Wait() // synctest fails when this never ends
	})
}

func TestWatchOfTheBuiltInDatabaseReturnsAtOnce(t *testing.T) {
	d := open(t, "", "")
	d.Watch(context.Background(), interval, func(err error) { t.Errorf("reported: %v", err) })
	if err := d.Reload(); err != nil {
		t.Errorf("Reload of the built-in database: %v", err)
	}
}

func TestReloadThatFailsKeepsTheDatabase(t *testing.T) {
	path := file(t, country(t, "DK"))
	d := open(t, path, "")
	source := d.Source()
	replace(t, path, []byte("broken"))
	if err := d.Reload(); err == nil || !strings.Contains(err.Error(), filepath.Base(path)) {
		t.Errorf("Reload of a broken file: %v", err)
	}
	if got := d.Country(documentation); got != "DK" {
		t.Errorf("Country = %q after a reload that failed", got)
	}
	if got := d.Source(); got != source {
		t.Errorf("Source = %v after a reload that failed, want %v", got, source)
	}
}

func TestLookupsGoOnWhileTheFileIsReplaced(t *testing.T) {
	dk, se := country(t, "DK"), country(t, "SE")
	path := file(t, dk)
	d := open(t, path, "")
	done := make(chan struct{})
	var g sync.WaitGroup
	for range 4 {
		g.Go(func() {
			for {
				if got := d.Country(documentation); got != "DK" && got != "SE" {
					t.Errorf("Country = %q during a reload", got)
					return
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for i := range 50 {
		replace(t, path, [][]byte{se, dk}[i%2])
		if err := d.Reload(); err != nil {
			t.Error(err)
		}
		if got, want := d.Country(documentation), []string{"SE", "DK"}[i%2]; got != want {
			t.Errorf("Country = %q after reload %d, want %q", got, i, want)
		}
	}
	close(done)
	g.Wait()
}
