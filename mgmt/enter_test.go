package mgmt_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"ringfence/mgmt"
	"ringfence/phone"
)

// rated is a world where a token may make three requests at once and one more
// every two seconds.
func rated(t testing.TB) *world {
	return newWorld(t, func(c *mgmt.Config) { c.Rate, c.Burst = 0.5, 3 })
}

// from asks whose a token is, from an address.
func (w *world) from(address, token string) string {
	rec := httptest.NewRecorder()
	req := request("GET", "/auth/validateToken", token, "")
	req.RemoteAddr = address
	w.api.ServeHTTP(rec, req)
	return told(rec)
}

const (
	home    = "192.0.2.1:1000"
	away    = "192.0.2.2:1000"
	tooMany = "429 Too many requests, try again later"
	wrong   = "401 Token is invalid"
)

// ask makes a request some times, all of which get the same answer.
func (w *world) ask(times int, address, token, want string) {
	w.Helper()
	for i := range times {
		if got := w.from(address, token); got != want {
			w.Errorf("request %d of %d with %q from %s: %s, want %s", i+1, times, token, address, got, want)
		}
	}
}

func TestATokenMakesOnlySoManyRequests(t *testing.T) {
	w := rated(t)
	w.ask(3, home, "viewer", "200")
	w.ask(2, home, "viewer", tooMany)
	w.ask(1, away, "viewer", tooMany) // from wherever
	w.ask(3, home, "owner", "200")    // every token for itself
	rec := w.do("GET", "/pbx/sipphone", "viewer", "")
	if told(rec) != tooMany || rec.Header().Get("Retry-After") != "2" {
		t.Errorf("another call gets %s, Retry-After %q", told(rec), rec.Header().Get("Retry-After"))
	}
	w.clock.advance(2 * time.Second)
	w.ask(1, home, "viewer", "200")
	w.ask(1, home, "viewer", tooMany)
	if s := w.api.Stats(); s.RateRefused != 5 || s.GuessesRefused != 0 {
		t.Errorf("counted: %+v", s)
	}
}

func TestTheAdminTokenHasNoRate(t *testing.T) {
	w := rated(t)
	w.ask(10, home, adminToken, "200")
	if s := w.api.Stats(); s.RateRefused != 0 {
		t.Errorf("counted: %+v", s)
	}
}

func TestAnAddressGuessesOnlySoManyTokens(t *testing.T) {
	w := rated(t)
	w.ask(1, home, "viewer", "200") // a login in use
	for _, guess := range []string{"a", "b", "c"} {
		w.ask(1, home, guess, wrong)
	}
	w.ask(2, home, "d", tooMany)
	w.ask(1, home, adminToken, tooMany) // the right guess is not told from the wrong ones
	w.ask(1, home, "owner", tooMany)
	w.ask(1, home, "viewer", "200")
	w.ask(1, away, adminToken, "200")
	w.ask(1, away, "owner", "200")
	if s := w.api.Stats(); s.GuessesRefused != 4 || s.RateRefused != 0 {
		t.Errorf("counted: %+v", s)
	}
	w.clock.advance(2 * time.Second)
	w.ask(1, home, "e", wrong)
	w.ask(1, home, "f", tooMany)
	w.clock.advance(time.Minute)
	w.ask(1, home, adminToken, "200")
}

func TestAnIPv6HostIsOneAddress(t *testing.T) {
	w := rated(t)
	w.ask(3, "[2001:db8::1]:1000", "guess", wrong)
	w.ask(1, "[2001:db8::ffff:2]:1000", "guess", tooMany)
	w.ask(1, "[2001:db8:0:1::1]:1000", "guess", wrong)
}

// A token that ended is a guess like any other.
func TestATokenThatEndedIsCountedByAddress(t *testing.T) {
	w := rated(t)
	w.ask(1, home, "viewer", "200")
	if got := told(w.do("GET", "/auth/logout", "viewer", "")); got != "200" {
		t.Fatal(got)
	}
	w.ask(3, home, "viewer", wrong)
	w.ask(1, home, "viewer", tooMany)
}

func TestWithoutATokenNothingIsCounted(t *testing.T) {
	w := rated(t)
	w.ask(10, home, "", "401 Login required")
	w.ask(1, home, adminToken, "200")
}

// However long a stream goes on, and its token is looked at again and again.
func TestAStreamIsOneRequest(t *testing.T) {
	w := newWorld(t, func(c *mgmt.Config) { c.Rate, c.Burst = 1e-9, 3 })
	server := httptest.NewServer(w.api)
	defer server.Close()
	defer w.api.Close()
	l := listen(t, http.DefaultClient, server.URL, "", "viewer", "")
	l.expect(hello)
	for range 5 {
		w.clock.advance(mgmt.Heartbeat)
		l.expect(w.happen(phone.CallStarted, acme))
	}
	w.ask(2, home, "viewer", "200")
	w.ask(1, home, "viewer", tooMany)
}
