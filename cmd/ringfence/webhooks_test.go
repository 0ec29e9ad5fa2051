package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A customer's server is told of a phone that registers, and can check that it
// is us who tells.
func TestAWebhookIsToldOfARegistration(t *testing.T) {
	type request struct{ signature, body string }
	got := make(chan request, 10)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		got <- request{r.Header.Get("Ringfence-Signature"), string(body)}
	}))
	t.Cleanup(receiver.Close)
	o := newOffice(t, start(t, t.TempDir(), func(c *Config) { c.WebhookPrivate = true }))
	hook := o.create("/pbx/webhook", object{"customer": o.customer, "url": receiver.URL, "types": []string{"phone.registered"}})
	p, _ := o.phone("200", "000413000001", "127.0.0.1", nil)
	if _, err := p.Register(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	var told request
	select {
	case told = <-got:
	case <-time.After(20 * time.Second):
		t.Fatal("nothing came")
	}
	var body map[string]any
	if err := json.Unmarshal([]byte(told.body), &body); err != nil {
		t.Fatal(err)
	}
	if body["type"] != "phone.registered" || body["phone"] != p.id || body["customer"] != o.customer {
		t.Errorf("told %s", told.body)
	}
	at, mac, _ := strings.Cut(strings.TrimPrefix(told.signature, "t="), ",v1=")
	h := hmac.New(sha256.New, []byte(hook.text("secret")))
	h.Write([]byte(at + "." + told.body))
	if mac != hex.EncodeToString(h.Sum(nil)) {
		t.Errorf("signature %s of %s", told.signature, told.body)
	}
}

// Without the setting nobody can make the server reach into its own network.
func TestAWebhookDoesNotReachPrivateAddresses(t *testing.T) {
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was reached") }))
	t.Cleanup(receiver.Close)
	o := newOffice(t, start(t, t.TempDir()))
	hook := o.create("/pbx/webhook", object{"customer": o.customer, "url": receiver.URL})
	o.create("/pbx/webhook/"+hook.text("_id")+"/test", object{})
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		d := o.get("/pbx/webhook/" + hook.text("_id") + "/deliveries").first("deliveries")
		if d["attempts"] == 1.0 {
			if d.text("lastError") != "the address is not a public one" {
				t.Errorf("%v", d)
			}
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("never tried: %v", d)
		}
	}
}
