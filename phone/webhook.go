package phone

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Webhook is where a customer wants to be told of events: an HTTP server that
// gets a POST for each.
type Webhook struct {
	ID       ID          `json:"_id"`
	Customer ID          `json:"customer"`
	URL      string      `json:"url"`
	Types    []EventType `json:"types"`   // none: all but phone.refreshed
	Secret   string      `json:"secret"`  // signs what is sent
	Enabled  bool        `json:"enabled"` // one that is not gets nothing, not even what waits
	Notes    string      `json:"notes,omitempty"`
}

const (
	maxTarget = 2048 // bytes
	minSecret = 16   // bytes; fewer could be guessed from one signature
	maxSecret = 128
)

// Wants says whether the webhook is to be told of an event.
func (w *Webhook) Wants(e Event) bool {
	return w.Enabled && e.Customer == w.Customer && Selects(w.Types, e.Type)
}

// NewWebhook is a webhook of all events, to nowhere yet.
func NewWebhook(customer ID) *Webhook {
	return &Webhook{Customer: customer, Types: []EventType{}, Enabled: true}
}

// Validate judges the webhook. Where the URL's host leads to is judged when it is
// connected to, for that changes.
func (w *Webhook) Validate(refs References) error {
	fs := customerFaults(w.ID, w.Customer, refs)
	if text := urlFault(w.URL); text != "" {
		fs = append(fs, unlisted("url", text))
	}
	fs = append(fs, typeFaults(w.Types)...)
	if len(w.Secret) < minSecret || len(w.Secret) > maxSecret || strings.ContainsFunc(w.Secret, notPrintable) {
		fs = append(fs, unlisted("secret", "Secret is invalid, must be 16 to 128 printable ASCII characters without spaces"))
	}
	return append(fs, notesFaults(w.Notes)...).Err()
}

func typeFaults(types []EventType) (fs Faults) {
	known := slices.DeleteFunc(EventTypes(), EventType.OfAll)
	if most := len(known); len(types) > most {
		return Faults{unlisted("types", mustBe(fmt.Sprintf("an array of at most %d", most)))}
	}
	for i, t := range types {
		switch {
		case !slices.Contains(known, t):
			fs = append(fs, unlisted(at("types", i, ""), fmt.Sprintf("Event type '%.40s' is not valid", t)))
		case slices.Contains(types[:i], t):
			fs = append(fs, unlisted(at("types", i, ""), "Event type is there twice"))
		}
	}
	return fs
}

// urlFault says what is wrong with a webhook's URL, "" when nothing is.
func urlFault(text string) string {
	u, err := url.Parse(text)
	switch {
	case text == "":
		return "URL is missing"
	case err != nil || len(text) > maxTarget:
		return "URL is invalid"
	case u.Scheme != "http" && u.Scheme != "https":
		return "URL must begin with https:// or http://"
	case u.User != nil: // it would be a secret in what anybody may read
		return "URL must not have a user name or password"
	case u.Hostname() == "" || u.Fragment != "":
		return "URL is invalid"
	}
	return ""
}

func notPrintable(r rune) bool { return r <= ' ' || r > '~' }

// DeliveryState is how far a delivery has come.
type DeliveryState string

// The states of a delivery. It begins PENDING and stays so between attempts.
const (
	DeliveryPending   DeliveryState = "PENDING"
	DeliveryDelivered DeliveryState = "DELIVERED"
	DeliveryFailed    DeliveryState = "FAILED" // given up
)

// Delivery is one event on its way to one webhook, and later the record of it.
type Delivery struct {
	ID      ID        `json:"_id"`
	Webhook ID        `json:"webhook"`
	Event   string    `json:"event"` // its number in the feed; of a test the delivery's own id
	Type    EventType `json:"type"`
	Time    time.Time `json:"time"` // of the event

	State       DeliveryState `json:"state"`
	Attempts    int           `json:"attempts"`
	LastAttempt time.Time     `json:"lastAttempt,omitzero"`
	NextAttempt time.Time     `json:"nextAttempt,omitzero"` // while it is PENDING
	LastStatus  int           `json:"lastStatus,omitempty"` // the HTTP status of the last answer
	LastError   string        `json:"lastError,omitempty"`

	Body []byte `json:"-"` // what is sent, the same at each attempt
}
