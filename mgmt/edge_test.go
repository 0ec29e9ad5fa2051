package mgmt_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringfence/mgmt"
	"ringfence/phone"
)

// failing is a collection of phones whose Get does not work.
type failing struct {
	mgmt.Collection[phone.Phone]
	phone func(context.Context) (*phone.Phone, error)
}

func (f failing) Get(ctx context.Context, _ phone.ID) (*phone.Phone, error) { return f.phone(ctx) }

// logged is a world that writes its log, from a level on, into the buffer.
func logged(t *testing.T, level slog.Level, changes ...func(*mgmt.Config)) (*world, *bytes.Buffer) {
	var log bytes.Buffer
	handler := slog.NewTextHandler(&log, &slog.HandlerOptions{Level: level})
	return newWorld(t, append(changes, func(c *mgmt.Config) { c.Log = slog.New(handler) })...), &log
}

func TestWhoIsNotReadySaysWhy(t *testing.T) {
	why := ""
	w := newWorld(t, func(c *mgmt.Config) { c.Ready = func(context.Context) string { return why } })
	for _, c := range []struct {
		why    string
		status int
		body   string
	}{
		{"", 200, "ready\n"},
		{"The server is stopping", 503, `{"code":503,"message":"not_ready","description":"The server is stopping"}`},
		{"", 200, "ready\n"},
	} {
		why = c.why
		rec := w.do("GET", "/readyz", "", "")
		if rec.Code != c.status || rec.Body.String() != c.body {
			t.Errorf("when %q: %d %q", c.why, rec.Code, rec.Body)
		}
		if rec := w.do("GET", "/healthz", "", ""); rec.Code != 200 || rec.Body.String() != "ok\n" {
			t.Errorf("health when %q: %d %q", c.why, rec.Code, rec.Body)
		}
	}
}

func TestWhatGoesWrongInsideIsLoggedAndNotTold(t *testing.T) {
	for _, c := range []struct {
		name  string
		phone func(context.Context) (*phone.Phone, error)
		log   string
	}{
		{"an error", func(context.Context) (*phone.Phone, error) { return nil, errors.New("disk on fire") }, "get a phone: disk on fire"},
		{"a panic", func(context.Context) (*phone.Phone, error) { panic("disk on fire") }, "panic: disk on fire"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, log := logged(t, slog.LevelInfo, func(conf *mgmt.Config) { conf.Phones = failing{conf.Phones, c.phone} })
			rec := w.do("GET", "/pbx/sipphone/"+absent, "viewer", "")
			reference := rec.Header().Get("X-Request-Id")
			want := `{"code":500,"message":"internal_error","description":"Internal error, reference ` + reference + `"}`
			if rec.Code != 500 || rec.Body.String() != want || len(reference) != 16 {
				t.Errorf("told as %d %s", rec.Code, rec.Body)
			}
			if !strings.Contains(log.String(), "level=ERROR") || !strings.Contains(log.String(), c.log) || !strings.Contains(log.String(), "request="+reference) {
				t.Errorf("logged as %s", log)
			}
			if got := told(w.do("GET", "/auth/validateToken", "viewer", "")); got != "200" {
				t.Error("after that the API answers", got)
			}
		})
	}
}

func TestAClientThatWentAwayFillsNoLog(t *testing.T) {
	w, log := logged(t, slog.LevelInfo, func(c *mgmt.Config) {
		c.Phones = failing{c.Phones, func(ctx context.Context) (*phone.Phone, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}}
	})
	ctx, goAway := context.WithTimeout(t.Context(), time.Millisecond)
	defer goAway()
	w.api.ServeHTTP(httptest.NewRecorder(), request("GET", "/pbx/sipphone/"+absent, adminToken, "").WithContext(ctx))
	if log.Len() > 0 {
		t.Error("logged:", log)
	}
}

// The clock breaks while a stream is open: its client must see that it was
// broken, not ended.
func TestHalfAnAnswerIsNotTakenForTheWhole(t *testing.T) {
	var broken atomic.Bool
	w, log := logged(t, slog.LevelInfo, func(c *mgmt.Config) {
		now := c.Now
		c.Now = func() time.Time {
			if broken.Load() {
				panic("no time")
			}
			return now()
		}
	})
	server := httptest.NewServer(w.api)
	l := listen(t, http.DefaultClient, server.URL, "", "viewer", "")
	l.expect(hello)
	broken.Store(true)
	w.feed.Publish(phone.Event{Type: phone.CallStarted, Customer: acme})
	if rest, err := io.ReadAll(l.lines); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the stream ends with %q, %v", rest, err)
	}
	server.Close()
	if !strings.Contains(log.String(), "panic: no time") {
		t.Errorf("logged: %s", log)
	}
}

func TestEveryRequestHasOneLineAtDebugWithoutItsSecrets(t *testing.T) {
	w, log := logged(t, slog.LevelDebug)
	w.do("GET", "/auth/validateToken?token=viewer&x=hush", "", "")
	w.do("GET", "/pbx/sipphone?token=hush", "", "")
	w.do("POST", "/auth/login", "", `{"username": "hush", "password": "hush"}`)
	w.do("PUT", "/pbx/sipphone?token=hush", "hush", "")
	w.do("GET", "/nowhere?token=hush", "hush", "")
	if n := strings.Count(log.String(), "\n"); n != 5 || strings.Count(log.String(), "level=DEBUG msg=api ") != n {
		t.Errorf("%d lines:\n%s", n, log)
	}
	if strings.Contains(log.String(), "hush") || strings.Contains(log.String(), "token=") {
		t.Errorf("a secret is in\n%s", log)
	}
	if n := strings.Count(log.String(), " request="); n != 5 {
		t.Errorf("%d lines have a reference:\n%s", n, log)
	}
	const first = "method=GET path=/auth/validateToken status=200 from=192.0.2.1 employee=e00000000000000000000002 took=0s"
	if !strings.Contains(log.String(), first) {
		t.Errorf("the first line is not %q in\n%s", first, log)
	}
}

func TestWhoseForwardedForIsBelieved(t *testing.T) {
	const proxy, client = "192.0.2.1", "198.51.100.7" // httptest's requests come from the first
	for _, c := range []struct{ name, trusted, header, says, want string }{
		{"nobody's, when no proxy is trusted", "", "X-Forwarded-For", client, proxy},
		{"not that of somebody else than the proxy", "203.0.113.0/24", "X-Forwarded-For", client, proxy},
		{"that of the trusted proxy", "192.0.2.0/24", "X-Forwarded-For", client, client},
		{"that of one that writes the port", "192.0.2.0/24", "X-Forwarded-For", client + ":4711", client},
		{"no other header, even from the proxy", "192.0.2.0/24", "X-Real-IP", client, proxy},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, log := logged(t, slog.LevelDebug, func(conf *mgmt.Config) {
				if c.trusted != "" {
					conf.TrustedProxies = []netip.Prefix{netip.MustParsePrefix(c.trusted)}
				}
			})
			req := request("GET", "/auth/validateToken", "viewer", "")
			req.Header.Set(c.header, c.says)
			w.api.ServeHTTP(httptest.NewRecorder(), req)
			if !strings.Contains(log.String(), "from="+c.want+" ") {
				t.Errorf("want %s in %s", c.want, log)
			}
		})
	}
}

func TestNoAnswerIsForACacheOrToBeGuessedAt(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		method, path, token string
		status              int
		contentType         string
	}{
		{"GET", "/pbx/sipphone", "viewer", 200, "application/json; charset=utf-8"},
		{"GET", "/pbx/sipphone", "", 401, "application/json; charset=utf-8"},
		{"DELETE", "/pbx/sipphone/", "manager", 400, "application/json; charset=utf-8"},
		{"GET", "/nowhere", "", 404, "application/json; charset=utf-8"},
		{"PUT", "/pbx/sipphone", "", 405, "application/json; charset=utf-8"},
		{"GET", "/", "", 200, "text/html; charset=utf-8"},
		{"GET", "/healthz", "", 200, "text/plain; charset=utf-8"},
		{"GET", "/readyz", "", 200, "text/plain; charset=utf-8"},
	} {
		rec := w.do(c.method, c.path, c.token, "")
		h := rec.Header()
		if rec.Code != c.status || h.Get("Content-Type") != c.contentType ||
			h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s %s: %d %v", c.method, c.path, rec.Code, h)
		}
		if got := h.Get("WWW-Authenticate"); (got == "Bearer") != (c.status == 401) {
			t.Errorf("%s %s: WWW-Authenticate is %q", c.method, c.path, got)
		}
	}
}

func TestStatusIsWhatTheRoomsCount(t *testing.T) {
	w := newWorld(t)
	if got := w.do("GET", "/status", "admin", "").Body.String(); got != `{"phones":0}` {
		t.Error(got)
	}
}

// Of many who create a phone with one MAC address at once, one does.
func TestOneOfManyGetsTheAddress(t *testing.T) {
	w := newWorld(t)
	const body = `{"sipPhoneModel": "000000000000000000010012", "macAddress": "4EE8A34B56F3"}`
	var made, refused atomic.Int32
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			switch got := told(w.do("POST", "/pbx/sipphone", "manager", body)); got {
			case "200":
				made.Add(1)
			case "409 A phone with the same MAC address already exists":
				refused.Add(1)
			default:
				t.Error(got)
			}
		})
	}
	wg.Wait()
	if made.Load() != 1 || refused.Load() != 15 {
		t.Errorf("%d were made, %d refused", made.Load(), refused.Load())
	}
}
