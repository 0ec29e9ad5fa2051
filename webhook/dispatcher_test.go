package webhook_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/webhook"
)

// genuine checks a signature as the API page tells receivers to.
func genuine(p post) error {
	var t int64
	var mac []byte
	if _, err := fmt.Sscanf(p.header.Get("Ringfence-Signature"), "t=%d,v1=%x", &t, &mac); err != nil {
		return err
	}
	if age := time.Since(time.Unix(t, 0)).Abs(); age > 5*time.Minute {
		return fmt.Errorf("signed %s ago", age)
	}
	h := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(h, "%d.%s", t, p.body)
	if !hmac.Equal(mac, h.Sum(nil)) {
		return fmt.Errorf("the signature is wrong")
	}
	return nil
}

func TestAnEventIsDelivered(t *testing.T) {
	w, r := newWorld(t), newReceiver(t)
	hook := w.hook(r.URL + "/hook?key=1")
	w.run()
	w.publish(acme, phone.PhoneRegistered, map[string]any{"address": "192.0.2.1"})
	p := w.next(r)
	var body map[string]any
	if err := json.Unmarshal([]byte(p.body), &body); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"id": fmt.Sprint(w.feed.Last()), "type": "phone.registered", "time": "2026-03-04T12:00:00Z",
		"customer": string(acme), "phone": "p00000000000000000000001", "address": "192.0.2.1",
	}
	if !reflect.DeepEqual(body, want) {
		t.Errorf("body\n%v, want\n%v", body, want)
	}
	if err := genuine(p); err != nil {
		t.Error(err)
	}
	w.until("delivered", func() bool { return w.Stats().Delivered == 1 })
	d := w.deliveries(hook)[0]
	for name, want := range map[string]string{
		"Ringfence-Event": "phone.registered", "Ringfence-Delivery": string(d.ID),
		"User-Agent": "ringfence-webhook", "Content-Type": "application/json",
	} {
		if got := p.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if d.Attempts != 1 || d.LastStatus != 204 || d.LastError != "" || !d.NextAttempt.IsZero() || d.Event != want["id"] {
		t.Errorf("logged as %+v", d)
	}
}

func TestWhoIsToldOfWhat(t *testing.T) {
	w, r := newWorld(t), newReceiver(t)
	w.hook(r.URL+"/all", nil...)
	w.hook(r.URL+"/calls", phone.CallEnded, phone.PhoneRefreshed)
	off := w.hook(r.URL + "/off")
	_, err := w.store.Webhooks.Update(t.Context(), off.ID, func(h *phone.Webhook, _ phone.References) error {
		h.Enabled = false
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	gone := w.hook(r.URL + "/gone")
	if err := w.store.Webhooks.Delete(t.Context(), gone.ID, func(*phone.Webhook) error { return nil }); err != nil {
		t.Fatal(err)
	}
	w.run()
	w.publish(birch, phone.PhoneLocked, nil) // another customer's
	w.publish(acme, phone.PhoneLocked, nil)
	w.publish(acme, phone.PhoneRefreshed, nil)
	w.publish(acme, phone.CallEnded, nil)
	told := map[string]int{}
	for range 4 {
		told[w.next(r).header.Get("Ringfence-Event")]++
	}
	w.until("delivered", func() bool { return w.Stats().Delivered == 4 })
	want := map[string]int{"phone.locked": 1, "phone.refreshed": 1, "call.ended": 2}
	if !reflect.DeepEqual(told, want) || w.Stats().Enqueued != 4 {
		t.Errorf("told %v, want %v; %+v", told, want, w.Stats())
	}
}

func TestAFailureIsKeptForLater(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		status int
		reason string
	}{
		"an error": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, 500, "answered 500"},
		"a redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusFound)
		}, 302, "answered 302: redirects are not followed"},
		"a connection that breaks": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 0, "the connection was broken"},
	} {
		t.Run(name, func(t *testing.T) {
			w, r := newWorld(t), newReceiver(t)
			r.answers(c.answer)
			hook := w.hook(r.URL)
			w.run()
			w.publish(acme, phone.PhoneLocked, nil)
			w.next(r)
			w.until("tried", func() bool { return w.Stats().Retried == 1 })
			d := w.deliveries(hook)[0]
			pause := d.NextAttempt.Sub(d.LastAttempt)
			if d.State != phone.DeliveryPending || d.LastStatus != c.status || d.LastError != c.reason || pause < 8*time.Second || pause > 12*time.Second {
				t.Errorf("logged as %+v", d)
			}
		})
	}
}

func TestPrivateAddressesAreRefused(t *testing.T) {
	w := newWorld(t, func(c *webhook.Config) { c.AllowPrivate = false })
	r := newReceiver(t)
	for _, url := range []string{r.URL, strings.Replace(r.URL, "127.0.0.1", "localhost", 1), "http://[::ffff:127.0.0.1]/"} {
		hook := w.hook(url)
		if _, err := w.Test(t.Context(), hook); err != nil {
			t.Fatal(err)
		}
	}
	w.run()
	w.until("tried", func() bool { return w.Stats().Retried == 3 })
	hooks, _, err := w.store.Webhooks.List(t.Context(), phone.Query{})
	if err != nil {
		t.Fatal(err)
	}
	for _, hook := range hooks {
		if d := w.deliveries(hook)[0]; d.LastError != "the address is not a public one" || d.LastStatus != 0 {
			t.Errorf("%s: logged as %+v", hook.URL, d)
		}
	}
	if len(r.got) > 0 {
		t.Error("the receiver was reached")
	}
}

// A receiver that hangs holds up its own deliveries and nobody else's.
func TestASlowReceiverHoldsUpNobodyElse(t *testing.T) {
	w, slow, quick := newWorld(t), newReceiver(t), newReceiver(t)
	release := make(chan struct{})
	slow.answers(func(http.ResponseWriter, *http.Request) { <-release })
	w.hook(slow.URL)
	w.hook(quick.URL)
	w.run()
	const events = 50
	for range events {
		w.publish(acme, phone.PhoneLocked, nil)
	}
	for range events {
		w.next(quick)
	}
	if n := len(slow.got); n != 1 {
		t.Errorf("%d requests at once to the slow one", n)
	}
	close(release)
	for range events {
		w.next(slow)
	}
}

func TestDeliveriesOfOneWebhookKeepTheirOrder(t *testing.T) {
	w, r := newWorld(t), newReceiver(t)
	w.hook(r.URL)
	w.run()
	for n := range 100 {
		w.publish(acme, phone.PhoneLocked, map[string]any{"n": n})
	}
	for n := range 100 {
		if p := w.next(r); !strings.Contains(p.body, fmt.Sprintf(`"n":%d,`, n)) {
			t.Fatalf("the %dth is %s", n, p.body)
		}
	}
}

func TestATest(t *testing.T) {
	w, r := newWorld(t), newReceiver(t)
	hook := w.hook(r.URL, phone.CallEnded) // of whatever types
	w.run()
	made, err := w.Test(t.Context(), hook)
	if err != nil {
		t.Fatal(err)
	}
	p := w.next(r)
	if err := genuine(p); err != nil {
		t.Error(err)
	}
	var body struct{ ID, Type, Webhook string }
	if err := json.Unmarshal([]byte(p.body), &body); err != nil {
		t.Fatal(err)
	}
	if body.ID != string(made.ID) || body.Type != "webhook.test" || body.Webhook != string(hook.ID) {
		t.Errorf("sent %s for %+v", p.body, made)
	}
	off := *hook
	off.Enabled = false
	if _, err := w.Test(t.Context(), &off); phone.KindOf(err) != phone.Conflict {
		t.Errorf("one that is not enabled: %v", err)
	}
}
