package mgmt_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"ringfence/mgmt"
	"ringfence/phone"
)

// report is what a bulk creation answers.
type report struct {
	Created, Failed int
	Lines           []struct {
		Line     int
		ID       string `json:"_id"`
		Username string
		Error    struct {
			Code    int
			Message string
		}
	}
}

func (w *world) bulk(body string) (int, report) {
	w.Helper()
	req := request("POST", "/pbx/sipphone/bulk", "manager", body)
	req.Header.Set("Content-Type", "text/csv")
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, req)
	var r report
	// What is refused is no report.
	_ = json.Unmarshal(rec.Body.Bytes(), &r)
	return rec.Code, r
}

// sheetOf is a CSV of so many phones.
func sheetOf(lines int) string {
	var b strings.Builder
	b.WriteString("macAddress,sipPhoneModel\n")
	for i := range lines {
		fmt.Fprintf(&b, "000413%06X,Snom D865\n", i)
	}
	return b.String()
}

func TestASheetOfAThousandPhones(t *testing.T) {
	w := newWorld(t)
	before := w.store.Stats()
	status, r := w.bulk("\uFEFF" + sheetOf(1000))
	if status != 200 || r.Created != 1000 || r.Failed != 0 || len(r.Lines) != 1000 {
		t.Fatalf("%d: %d created, %d failed, %d lines", status, r.Created, r.Failed, len(r.Lines))
	}
	for i, line := range r.Lines {
		if line.Line != i+2 || line.ID == "" || line.Username == "" {
			t.Fatalf("line %d is %+v", i+2, line)
		}
	}
	if commits := w.store.Stats().Commits - before.Commits; commits > 900 {
		t.Errorf("%d commits: each phone waited for its own", commits)
	}
}

func TestASheetHasALargestSize(t *testing.T) {
	w := newWorld(t)
	for name, body := range map[string]string{
		"5001 lines":  sheetOf(5001),
		"101 columns": strings.Repeat("a,", 100) + "a\n",
	} {
		if status, _ := w.bulk(body); status != 413 && status != 400 {
			t.Errorf("%s: %d", name, status)
		}
	}
	if n := w.store.Book.Len(); n != 0 {
		t.Errorf("%d phones were made", n)
	}
}

func TestWhatIsNoSheetIsToldWhy(t *testing.T) {
	w := newWorld(t)
	for body, want := range map[string]string{
		"\n\n": "400 CSV has no header line",
		"macAddress,notes\n000413AA0001,caf\xe9\n": "400 Line 2 is not UTF-8",
	} {
		if got := told(w.do("POST", "/pbx/sipphone/bulk", "manager", body)); got != want {
			t.Errorf("%q: %s, want %s", body, got, want)
		}
	}
}

// unsaved are phones of which some cannot be saved.
type unsaved struct {
	mgmt.Collection[phone.Phone]
	after int64
	tried *atomic.Int64
	err   func() error
}

func (f unsaved) Create(ctx context.Context, make func(phone.References) (*phone.Phone, error)) (*phone.Phone, error) {
	if f.tried.Add(1) > f.after {
		return nil, f.err()
	}
	return f.Collection.Create(ctx, make)
}

func TestWhatIsNoLinesFaultEndsABulk(t *testing.T) {
	var tried atomic.Int64
	w := newWorld(t, func(c *mgmt.Config) {
		c.Phones = unsaved{c.Phones, 20, &tried, func() error { return errors.New("disk full") }}
	})
	status, r := w.bulk(sheetOf(1000))
	if status != 200 || r.Created > 20 || r.Created+r.Failed != 1000 || tried.Load() > 20+16 {
		t.Errorf("%d: %d created, %d failed, %d tried", status, r.Created, r.Failed, tried.Load())
	}
	if last := r.Lines[999]; last.Error.Code != 500 || last.Error.Message != "internal_error" {
		t.Errorf("the last line is %+v", last)
	}
}

func TestABulkEndsWithItsClient(t *testing.T) {
	var tried atomic.Int64
	gone, leave := context.WithCancel(t.Context())
	w := newWorld(t, func(c *mgmt.Config) {
		c.Phones = unsaved{c.Phones, 20, &tried, func() error { leave(); return gone.Err() }}
	})
	req := request("POST", "/pbx/sipphone/bulk", "manager", sheetOf(1000)).WithContext(gone)
	w.api.Server.ServeHTTP(httptest.NewRecorder(), req)
	if n := tried.Load(); n > 20+16 {
		t.Errorf("%d lines were tried", n)
	}
}
