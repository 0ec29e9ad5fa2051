package openapi

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// get asks for a part of the page as a browser does, or as who reads no gzip.
func get(path, encoding string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept-Encoding", encoding)
	rec := httptest.NewRecorder()
	Page(rec, r)
	return rec
}

func TestThePageAndItsPartsAreThere(t *testing.T) {
	for path, contentType := range map[string]string{
		"/docs": "text/html; charset=utf-8", "/docs/page.js": "text/javascript; charset=utf-8",
		"/docs/swagger-ui-bundle.js": "text/javascript; charset=utf-8", "/docs/swagger-ui.css": "text/css; charset=utf-8",
	} {
		rec := get(path, "")
		if rec.Code != 200 || rec.Header().Get("Content-Type") != contentType || rec.Body.Len() == 0 {
			t.Errorf("%s: %d %v", path, rec.Code, rec.Header())
		}
		if got := rec.Header().Get("Content-Security-Policy"); got != policy {
			t.Errorf("%s: Content-Security-Policy is %q", path, got)
		}
	}
	for _, path := range []string{"/docs/page.go", "/docs/oauth2-redirect.html", "/docs/swagger-ui.css.gz", "/docs/.."} {
		if rec := get(path, ""); rec.Code != 404 {
			t.Errorf("%s: %d", path, rec.Code)
		}
	}
}

func TestWhoReadsGzipGetsIt(t *testing.T) {
	plain, packed := get("/docs/swagger-ui.css", ""), get("/docs/swagger-ui.css", "gzip, br")
	if plain.Header().Get("Content-Encoding") != "" || packed.Header().Get("Content-Encoding") != "gzip" {
		t.Fatal(plain.Header(), packed.Header())
	}
	r, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(r); err != nil || !bytes.Equal(b, plain.Body.Bytes()) {
		t.Errorf("unpacked it is not the same: %v", err)
	}
}

// The policy lets the browser ask nobody else; the page does not even try.
func TestThePageAsksNobodyElse(t *testing.T) {
	if strings.Contains(policy, "http") || strings.Contains(policy, "*") {
		t.Error(policy)
	}
	for path, loads := range map[string]string{
		"/docs":                `(?:src|href)="((?:https?:)?//[^"]*)`,
		"/docs/page.js":        `((?:https?:)?//[a-z][^"\s]*)`,
		"/docs/swagger-ui.css": `(?:url\(|@import )["']?((?:https?:)?//[^)]*)`,
	} {
		if found := regexp.MustCompile(loads).FindString(get(path, "").Body.String()); found != "" {
			t.Errorf("%s loads %s", path, found)
		}
	}
	if !strings.Contains(get("/docs/page.js", "").Body.String(), "validatorUrl: null") {
		t.Error("the badge of the online validator is not turned off")
	}
}
