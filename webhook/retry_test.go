package webhook

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"testing"
	"time"

	"ringfence/phone"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func TestSettle(t *testing.T) {
	refused := answer{status: 500, err: "answered 500"}
	for _, c := range []struct {
		name     string
		attempts int
		answer   answer
		chance   float64
		want     phone.Delivery
	}{
		{"a success ends it", 0, answer{status: 204}, 0.5, phone.Delivery{
			State: phone.DeliveryDelivered, Attempts: 1, LastAttempt: noon, LastStatus: 204}},
		{"a success clears the error before it", 3, answer{status: 200}, 0.5, phone.Delivery{
			State: phone.DeliveryDelivered, Attempts: 4, LastAttempt: noon, LastStatus: 200}},
		{"the first failure is tried again soon", 0, refused, 0.5, phone.Delivery{
			State: phone.DeliveryPending, Attempts: 1, LastAttempt: noon, NextAttempt: noon.Add(10 * time.Second),
			LastStatus: 500, LastError: "answered 500"}},
		{"at the earliest a tenth before its time", 0, refused, 0, phone.Delivery{
			State: phone.DeliveryPending, Attempts: 1, LastAttempt: noon, NextAttempt: noon.Add(9 * time.Second),
			LastStatus: 500, LastError: "answered 500"}},
		{"no answer at all is a failure too", 1, answer{err: "no answer in time"}, 0.5, phone.Delivery{
			State: phone.DeliveryPending, Attempts: 2, LastAttempt: noon, NextAttempt: noon.Add(30 * time.Second),
			LastError: "no answer in time"}},
		{"the eighth waits for half a day", 7, refused, 0.5, phone.Delivery{
			State: phone.DeliveryPending, Attempts: 8, LastAttempt: noon, NextAttempt: noon.Add(12 * time.Hour),
			LastStatus: 500, LastError: "answered 500"}},
		{"the ninth is the last", 8, refused, 0.5, phone.Delivery{
			State: phone.DeliveryFailed, Attempts: 9, LastAttempt: noon, LastStatus: 500, LastError: "answered 500"}},
		{"who is gone is not tried again", 0, answer{status: 410, err: "answered 410"}, 0.5, phone.Delivery{
			State: phone.DeliveryFailed, Attempts: 1, LastAttempt: noon, LastStatus: 410, LastError: "answered 410"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := phone.Delivery{State: phone.DeliveryPending, Attempts: c.attempts, NextAttempt: noon, LastStatus: 503, LastError: "answered 503"}
			settle(&got, c.answer, noon, c.chance)
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestJudge(t *testing.T) {
	for status, want := range map[int]answer{
		200: {status: 200}, 299: {status: 299},
		199: {199, "answered 199"}, 301: {301, "answered 301: redirects are not followed"},
		404: {404, "answered 404"}, 503: {503, "answered 503"},
	} {
		if got := judge(status); got != want {
			t.Errorf("%d: %+v, want %+v", status, got, want)
		}
	}
}

// The expected value is from:
// printf '1767225600.{"type":"webhook.test"}' | openssl dgst -sha256 -hmac 'a secret of a test'
func TestSign(t *testing.T) {
	got := sign("a secret of a test", time.Unix(1767225600, 999), []byte(`{"type":"webhook.test"}`))
	if want := "t=1767225600,v1=98b2469363bd7556bcdc47020593d34f1b02d76ef4091b0d7e08640b1099bfbf"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestReason(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug) // it hears of the handshake that fails
	secure.StartTLS()
	t.Cleanup(secure.Close)
	ended, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	for _, c := range []struct {
		ctx       context.Context
		url, want string
	}{
		{t.Context(), closed.URL + "/?key=secret", "the connection was refused"},
		{t.Context(), secure.URL, "the certificate is not valid"},
		{ended, closed.URL, "no answer in time"},
		{t.Context(), "http://169.254.169.254/", "the address is not a public one"},
	} {
		d := &Dispatcher{Config: Config{Now: time.Now}, client: newClient(true)}
		got := d.post(c.ctx, &phone.Webhook{URL: c.url}, &phone.Delivery{})
		if (got != answer{err: c.want}) {
			t.Errorf("%s: %+v, want %s", c.url, got, c.want)
		}
	}
	if got := reason(&url.Error{Op: "Post", URL: "https://x.example/", Err: &net.DNSError{IsNotFound: true}}); got != "the host was not found" {
		t.Errorf("a name that there is not: %s", got)
	}
}
