package redirect

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"ringfence/internal/retry"
)

const (
	timeout    = 20 * time.Second // for one request
	maxAnswer  = 1 << 20          // bytes
	maxCode    = 40               // of what a service calls an error that we do not know
	userAgent  = "ringfence-redirect"
	jsonType   = "application/json"
	maxHeaders = 64 << 10
)

// newClient makes the client of all services. A redirect would take credentials
// elsewhere.
func newClient() *http.Client {
	return &http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true,
			TLSHandshakeTimeout: timeout, IdleConnTimeout: 30 * time.Second, MaxIdleConnsPerHost: 1, MaxResponseHeaderBytes: maxHeaders,
			// Yealink's management cloud asks for it.
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, Renegotiation: tls.RenegotiateOnceAsClient},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// answer is what a service has said.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) ok() bool { return a.status >= 200 && a.status <= 299 }

// into reads a JSON body.
func (a answer) into(v any) error {
	if err := json.Unmarshal(a.body, v); err != nil {
		return &Error{Kind: Temporary, Text: "the answer is not what was expected"}
	}
	return nil
}

// failure is the error that a status alone tells, nil for none.
func (a answer) failure() error {
	switch {
	case a.ok():
		return nil
	case a.status == http.StatusUnauthorized || a.status == http.StatusForbidden:
		return because(Credentials)
	case a.status == http.StatusNotFound:
		return because(Unknown)
	case a.status == http.StatusConflict:
		return because(Owned)
	case a.status == http.StatusBadRequest || a.status == http.StatusUnprocessableEntity:
		return because(Malformed)
	}
	return &Error{Kind: Temporary, Text: fmt.Sprintf("answered %d", a.status)}
}

// request makes a request with a body, "" is none.
func request(ctx context.Context, method, url, contentType string, body []byte) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil { // it would tell the URL
		return nil, &Error{Kind: Malformed, Text: "the URL of the service is invalid"}
	}
	r.Header.Set("User-Agent", userAgent)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return r, nil
}

// send makes a request. Its errors do not tell the URL, which may have been
// signed.
func send(c *http.Client, r *http.Request) (answer, error) {
	resp, err := c.Do(r)
	if err != nil {
		return answer{}, &Error{Kind: Temporary, Text: retry.Reason(err)}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return answer{}, &Error{Kind: Temporary, Text: retry.Reason(err)}
	}
	return answer{resp.StatusCode, resp.Header, body}, nil
}

// refused is an error that we do not know, by the service's own name for it. Of
// that only the beginning is kept, and nothing that could be part of a URL.
func refused(code string) error {
	code = strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z', strings.ContainsRune(" _-.", r):
			return r
		case r == ':' || r == '/': // what follows is what it complains of
			return '\n'
		}
		return -1
	}, code)
	code, _, _ = strings.Cut(strings.TrimPrefix(code, "Error\n"), "\n")
	if code = strings.TrimSpace(code); code == "" || strings.HasPrefix(code, "http") {
		return because(Refused)
	}
	return &Error{Kind: Refused, Text: fmt.Sprintf("the service refuses: %.*s", maxCode, code)}
}
