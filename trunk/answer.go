package trunk

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ringfence/sip"
)

// statusError is a final response that is no success.
type statusError struct {
	code   int
	reason string
	after  time.Duration // Retry-After
}

func (e *statusError) Error() string { return fmt.Sprintf("%d %.60s", e.code, e.reason) }

// Unwrap says whether another server of the same line would answer alike.
func (e *statusError) Unwrap() error {
	if e.code >= 500 && e.code < 600 || e.code == 408 || e.code == 430 {
		return nil
	}
	return errRefused
}

func answered(res *sip.Response) error {
	return &statusError{res.StatusCode, res.Reason, seconds(text(res, "Retry-After"))}
}

// retryAfter is how long a server asked to be left alone, 0 when it did not.
func retryAfter(err error) time.Duration {
	var e *statusError
	if errors.As(err, &e) {
		return e.after
	}
	return 0
}

// seconds reads the digits at the beginning: a comment or parameters may follow
// (RFC 3261 section 20.33).
func seconds(s string) time.Duration {
	end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if end >= 0 {
		s = s[:end]
	}
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Second
}

func minExpires(res *sip.Response) int { return int(seconds(text(res, "Min-Expires")) / time.Second) }

// maxAsked bounds what a server may ask for by Min-Expires: a year.
const maxAsked = 366 * 24 * 3600

// text is the value of a header field, "" when there is none.
func text(res *sip.Response, name string) string {
	if h := res.GetHeader(name); h != nil {
		return strings.TrimSpace(h.Value())
	}
	return ""
}

// challenges are those of a 401 or 407.
func challenges(res *sip.Response) (values []string) {
	name := "WWW-Authenticate"
	if res.StatusCode == 407 {
		name = "Proxy-Authenticate"
	}
	for _, h := range res.GetHeaders(name) {
		values = append(values, h.Value())
	}
	return values
}

func credentials(proxy bool, value string) sip.Header {
	if proxy {
		return sip.NewHeader("Proxy-Authorization", value)
	}
	return sip.NewHeader("Authorization", value)
}

// routes are those that requests of the account take from now on (RFC 3608
// section 5).
func routes(res *sip.Response) (values []string) {
	for _, h := range res.GetHeaders("Service-Route") {
		values = append(values, h.Value())
	}
	return values
}

// host is one as a URI writes it.
func host(s string) string {
	if strings.Contains(s, ":") && !strings.HasPrefix(s, "[") {
		return "[" + s + "]"
	}
	return s
}
