package mgmt_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"ringfence/mgmt"
)

const (
	listed   = "https://admin.example"
	unlisted = "https://evil.example"
)

// cors are the headers of an answer that browsers judge it by.
func cors(h http.Header) string {
	var lines []string
	for _, k := range slices.Sorted(maps.Keys(h)) {
		if k == "Vary" || strings.HasPrefix(k, "Access-Control-") {
			lines = append(lines, k+": "+strings.Join(h[k], ", "))
		}
	}
	return strings.Join(lines, "\n")
}

func TestWhichPagesMayReadAnswers(t *testing.T) {
	const (
		preflight = "Access-Control-Allow-Headers: Authorization, Content-Type, If-Match, Idempotency-Key, Last-Event-ID\n" +
			"Access-Control-Allow-Methods: GET, POST, DELETE\nAccess-Control-Allow-Origin: https://admin.example\n" +
			"Access-Control-Max-Age: 600\nVary: Origin"
		answer = "Access-Control-Allow-Origin: https://admin.example\n" +
			"Access-Control-Expose-Headers: ETag, Idempotency-Replayed, Retry-After, X-Request-Id\nVary: Origin"
	)
	closed, opened := newWorld(t), newWorld(t, func(c *mgmt.Config) { c.Origins = []string{listed} })
	for _, c := range []struct {
		name string
		w    *world

		method, token, origin, asks string
		status                      int
		want                        string
	}{
		{"none, unless they are listed", closed, "GET", "viewer", listed, "", 200, ""},
		{"nor is their preflight answered", closed, "OPTIONS", "", listed, "POST", 405, ""},
		{"one that is listed", opened, "GET", "viewer", listed, "", 200, answer},
		{"its preflight, without a token", opened, "OPTIONS", "", listed, "POST", 204, preflight},
		{"its refusals too", opened, "GET", "", listed, "", 401, answer},
		{"what asks for nothing is no preflight", opened, "OPTIONS", "", listed, "", 405, answer},
		{"not one that is not listed", opened, "GET", "viewer", unlisted, "", 200, "Vary: Origin"},
		{"nor is its preflight answered", opened, "OPTIONS", "", unlisted, "POST", 405, "Vary: Origin"},
		{"one whose name goes on", opened, "GET", "viewer", listed + ".evil.example", "", 200, "Vary: Origin"},
		{"another port", opened, "GET", "viewer", listed + ":8443", "", 200, "Vary: Origin"},
		{"one without a name", opened, "GET", "viewer", "null", "", 200, "Vary: Origin"},
		{"what is no page", opened, "GET", "viewer", "", "", 200, "Vary: Origin"},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := request(c.method, "/pbx/sipphone", c.token, "")
			if c.origin != "" {
				req.Header.Set("Origin", c.origin)
			}
			if c.asks != "" {
				req.Header.Set("Access-Control-Request-Method", c.asks)
			}
			rec := httptest.NewRecorder()
			c.w.api.ServeHTTP(rec, req)
			if got := cors(rec.Header()); rec.Code != c.status || got != c.want {
				t.Errorf("%d, want %d, with\n%s\nwant\n%s", rec.Code, c.status, got, c.want)
			}
		})
	}
}

func TestACookieServesItsOwnPagesOnly(t *testing.T) {
	w := newWorld(t, func(c *mgmt.Config) { c.Origins = []string{listed} })
	const refused, good = "403 Cookie from a page of another origin", "200"
	for _, c := range []struct {
		name, method, path, site, origin, token string
		want                                    string
	}{
		{"what is no browser", "POST", "/customer/" + string(idle), "", "", "", good},
		{"a page of ours", "POST", "/customer/" + string(idle), "same-origin", "http://example.com", "", good},
		{"an old browser on a page of ours", "POST", "/customer/" + string(idle), "", "http://example.com", "", good},
		{"the address bar", "GET", "/customer/" + string(idle), "none", "", "", good},
		{"another site", "POST", "/customer/" + string(idle), "cross-site", unlisted, "", refused},
		{"another host of ours", "POST", "/customer/" + string(idle), "same-site", "http://www.example.com", "", refused},
		{"an old browser on another site", "POST", "/customer/" + string(idle), "", unlisted, "", refused},
		{"a page without a name", "POST", "/customer/" + string(idle), "", "null", "", refused},
		{"a page that may send a token", "POST", "/customer/" + string(idle), "cross-site", listed, "", refused},
		{"and does so", "POST", "/customer/" + string(idle), "cross-site", listed, "reseller", good},
		{"a picture that logs out", "GET", "/auth/logout", "cross-site", "", "", refused},
		{"a link to it", "DELETE", "/customer/" + string(idle), "cross-site", unlisted, "", refused},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := request(c.method, c.path, c.token, `{"notes": "new"}`)
			req.AddCookie(&http.Cookie{Name: "token", Value: "reseller"})
			set(req, c.site, c.origin)
			rec := httptest.NewRecorder()
			w.api.ServeHTTP(rec, req)
			if got := told(rec); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestNobodyLogsABrowserInAsSomebodyElse(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ name, cookie, site, want string }{
		{"a page of ours", "true", "same-origin", "200"},
		{"another site", "true", "cross-site", "403 Cookie from a page of another origin"},
		{"another site that wants the token alone", "false", "cross-site", "200"},
	} {
		req := request("POST", "/auth/login", "", `{"username": "viewer", "password": "`+password+`", "cookie": `+c.cookie+`}`)
		set(req, c.site, "")
		rec := httptest.NewRecorder()
		w.api.ServeHTTP(rec, req)
		if got := told(rec); got != c.want || rec.Header().Get("Set-Cookie") != "" && c.want != "200" {
			t.Errorf("%s: %s %s", c.name, got, rec.Header().Get("Set-Cookie"))
		}
	}
}

// set says what a browser says of the page that makes a request.
func set(req *http.Request, site, origin string) {
	if site != "" {
		req.Header.Set("Sec-Fetch-Site", site)
	}
	if origin != "" {
		req.Header.Set("Origin", origin)
	}
}
