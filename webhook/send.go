package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"ringfence/internal/retry"
	"ringfence/phone"
)

const (
	timeout    = 10 * time.Second // for one attempt, from the name's resolution to the answer
	idle       = 30 * time.Second // how long a connection is kept for the next delivery
	maxAnswer  = 4 << 10          // bytes of an answer that are read, and thrown away
	maxHeaders = 16 << 10
	userAgent  = "ringfence-webhook"
)

// newClient makes the client of all deliveries.
func newClient(allowPrivate bool) *http.Client {
	dialer := &net.Dialer{Timeout: timeout, Control: guard(allowPrivate)}
	return &http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			Proxy:       nil, // it would connect where the guard cannot look
			DialContext: dialer.DialContext, ForceAttemptHTTP2: true,
			TLSHandshakeTimeout: timeout, IdleConnTimeout: idle, MaxIdleConns: 2 * senders, MaxIdleConnsPerHost: 1,
			MaxResponseHeaderBytes: maxHeaders,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// answer is what an attempt has led to: a status, or an error in words for the
// delivery log.
type answer struct {
	status int
	err    string
}

func (a answer) delivered() bool { return a.status >= 200 && a.status <= 299 }

// post sends a delivery once.
func (d *Dispatcher) post(ctx context.Context, hook *phone.Webhook, what *phone.Delivery) answer {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, hook.URL, bytes.NewReader(what.Body))
	if err != nil {
		return answer{err: "the URL is invalid"}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", userAgent)
	req.Header.Set("Ringfence-Event", string(what.Type))
	req.Header.Set("Ringfence-Delivery", string(what.ID))
	req.Header.Set("Ringfence-Signature", sign(hook.Secret, d.Now(), what.Body))
	resp, err := d.client.Do(req)
	if err != nil {
		return answer{err: reason(err)}
	}
	defer resp.Body.Close()
	// What is left unread costs the connection, not the delivery.
	_, _ = io.CopyN(io.Discard, resp.Body, maxAnswer)
	return judge(resp.StatusCode)
}

// judge puts a status into words, where it is not one of success.
func judge(status int) answer {
	a := answer{status: status}
	switch {
	case a.delivered():
	case status >= 300 && status <= 399:
		a.err = fmt.Sprintf("answered %d: redirects are not followed", status)
	default:
		a.err = fmt.Sprintf("answered %d", status)
	}
	return a
}

// reason puts the error of an attempt into a few words.
func reason(err error) string {
	if errors.Is(err, errPrivate) {
		return errPrivate.Error()
	}
	return retry.Reason(err)
}
