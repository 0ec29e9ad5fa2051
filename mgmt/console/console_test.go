package console

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

func TestThePageIsServed(t *testing.T) {
	w := httptest.NewRecorder()
	ServeHTTP(w, nil)
	if w.Code != 200 || w.Body.String() != string(page) {
		t.Errorf("answered %d with %d bytes", w.Code, w.Body.Len())
	}
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy,
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
}

// The script finds what it asks for, what phones and strangers say is never taken
// for HTML, and nothing comes from elsewhere.
func TestThePageIsWhole(t *testing.T) {
	text := string(page)
	asked := regexp.MustCompile(`\$\("#(\w+)`).FindAllStringSubmatch(text, -1)
	if len(asked) == 0 {
		t.Fatal("the script asks for nothing")
	}
	for _, m := range asked {
		if n := strings.Count(text, `id="`+m[1]+`"`); n != 1 {
			t.Errorf("#%s is there %d times", m[1], n)
		}
	}
	for _, never := range []string{"innerHTML", "insertAdjacentHTML", "document.write", "eval(", "http://", "https://", " src="} {
		if strings.Contains(text, never) {
			t.Errorf("the page has %s", never)
		}
	}
}
