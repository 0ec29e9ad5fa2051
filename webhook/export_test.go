package webhook

import "net/http"

// Through lets all deliveries go through f instead of the network.
func (d *Dispatcher) Through(f func(*http.Request) (*http.Response, error)) {
	d.client.Transport = roundTrip(f)
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
