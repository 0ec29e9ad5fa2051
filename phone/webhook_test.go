package phone

import (
	"strings"
	"testing"
)

// owner is a world with one customer, or none.
type owner struct {
	References
	customer *Customer
}

func (o owner) Customer(ID) *Customer { return o.customer }

func TestValidateWebhook(t *testing.T) {
	active := &Customer{State: CustomerActive}
	for _, c := range []struct {
		name     string
		customer *Customer
		change   func(*Webhook)
		want     string // "" is fine
	}{
		{"a plain one", active, func(*Webhook) {}, ""},
		{"with port, path and query", active, func(w *Webhook) { w.URL = "http://192.0.2.1:8080/a?key=1" }, ""},
		{"an IPv6 address", active, func(w *Webhook) { w.URL = "https://[2001:db8::1]:8443/" }, ""},
		{"some types", active, func(w *Webhook) { w.Types = []EventType{CallEnded, PhoneRefreshed} }, ""},
		{"of no customer", nil, func(*Webhook) {}, "customer: Customer not found or not active"},
		{"of a blocked one", &Customer{State: CustomerBlocked}, func(*Webhook) {}, "customer: Customer not found or not active"},
		{"no URL", active, func(w *Webhook) { w.URL = "" }, "url: URL is missing"},
		{"another scheme", active, func(w *Webhook) { w.URL = "ftp://example.com/" }, "url: URL must begin with https:// or http://"},
		{"no scheme", active, func(w *Webhook) { w.URL = "example.com/hook" }, "url: URL must begin with https:// or http://"},
		{"a file", active, func(w *Webhook) { w.URL = "file:///etc/passwd" }, "url: URL must begin with https:// or http://"},
		{"a password", active, func(w *Webhook) { w.URL = "https://user:pass@example.com/" }, "url: URL must not have a user name or password"},
		{"a user name", active, func(w *Webhook) { w.URL = "https://user@example.com/" }, "url: URL must not have a user name or password"},
		{"no host", active, func(w *Webhook) { w.URL = "https:///hook" }, "url: URL is invalid"},
		{"a port alone", active, func(w *Webhook) { w.URL = "https://:443/hook" }, "url: URL is invalid"},
		{"opaque", active, func(w *Webhook) { w.URL = "https:example.com" }, "url: URL is invalid"},
		{"a fragment", active, func(w *Webhook) { w.URL = "https://example.com/#top" }, "url: URL is invalid"},
		{"a line break", active, func(w *Webhook) { w.URL = "https://example.com/\r\nX: y" }, "url: URL is invalid"},
		{"too long", active, func(w *Webhook) { w.URL += strings.Repeat("x", 2048) }, "url: URL is invalid"},
		{"a type that there is not", active, func(w *Webhook) { w.Types = []EventType{CallEnded, "phone.eaten"} }, "types[1]: Event type 'phone.eaten' is not valid"},
		{"the test is no type to ask for", active, func(w *Webhook) { w.Types = []EventType{WebhookTest} }, "types[0]: Event type 'webhook.test' is not valid"},
		{"a type twice", active, func(w *Webhook) { w.Types = []EventType{CallEnded, CallEnded} }, "types[1]: Event type is there twice"},
		{"more types than there are", active, func(w *Webhook) { w.Types = make([]EventType, 19) }, "types: Value is invalid, must be an array of at most 18"},
		{"a short secret", active, func(w *Webhook) { w.Secret = "fifteen letters" }, "secret: Secret is invalid, must be 16 to 128 printable ASCII characters without spaces"},
		{"a secret with a space", active, func(w *Webhook) { w.Secret = "sixteen characters" }, "secret: Secret is invalid, must be 16 to 128 printable ASCII characters without spaces"},
		{"several faults", active, func(w *Webhook) { w.URL, w.Secret = "", "" },
			"url: URL is missing; secret: Secret is invalid, must be 16 to 128 printable ASCII characters without spaces"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := Webhook{URL: "https://example.com/hook", Secret: "0123456789abcdef"}
			c.change(&w)
			got := ""
			if err := w.Validate(owner{customer: c.customer}); err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestWebhookWants(t *testing.T) {
	for _, c := range []struct {
		name  string
		hook  Webhook
		event Event
		want  bool
	}{
		{"anything", Webhook{Enabled: true}, Event{Type: PhoneLocked}, true},
		{"but refreshes", Webhook{Enabled: true}, Event{Type: PhoneRefreshed}, false},
		{"unless asked for", Webhook{Enabled: true, Types: []EventType{PhoneRefreshed}}, Event{Type: PhoneRefreshed}, true},
		{"then nothing else", Webhook{Enabled: true, Types: []EventType{PhoneRefreshed}}, Event{Type: PhoneLocked}, false},
		{"not when it is off", Webhook{}, Event{Type: PhoneLocked}, false},
		{"not another customer's", Webhook{Enabled: true}, Event{Type: PhoneLocked, Customer: "other"}, false},
	} {
		if got := c.hook.Wants(c.event); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}
