package simphone

import (
	"crypto/rand"
	"errors"
	"sync"

	"ringfence/sip"
	"ringfence/sip/digest"
)

// ErrChallenge is a 401 or 407 with no challenge that the phone can answer.
var ErrChallenge = errors.New("no challenge that this phone can answer")

// login answers the challenges of the server (RFC 3261 section 22, RFC 8760). It
// goes on using a nonce as long as it is taken, as phones do, so that a refresh
// is one request and not two.
type login struct {
	only digest.Algorithm // "" is the best that is offered

	mu                 sync.Mutex // guards what follows
	username, password string
	field              string // the header that the answer goes into
	challenge          *digest.Challenge
	count              uint32 // requests sent with this nonce
}

// use sets user name and password, and forgets the nonce of others.
func (l *login) use(username, password string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.username, l.password = username, password
	l.challenge, l.count = nil, 0
}

// sign adds credentials to req when a challenge is known. It returns how often
// the nonce has been used now, 0 for a request without credentials.
func (l *login) sign(req *sip.Request) (uint32, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.challenge == nil {
		return 0, nil
	}
	l.count++
	value, err := digest.Answer(*l.challenge, l.username, l.password,
		string(req.Method), req.Recipient.String(), rand.Text(), l.count)
	if err != nil {
		return 0, err
	}
	req.AppendHeader(sip.NewHeader(l.field, value))
	return l.count, nil
}

// learn takes the challenge out of a 401 or 407 to a request that was signed
// with the given count. It says whether asking again can help: not when a new
// nonce has been refused, for then the password is wrong. Asked again with the
// same wrong password, a server would count it as another attack.
func (l *login) learn(res *sip.Response, count uint32) (again bool, err error) {
	challenges, field := "www-authenticate", "Authorization"
	switch res.StatusCode {
	case 401:
	case 407:
		challenges, field = "proxy-authenticate", "Proxy-Authorization"
	default:
		return false, nil
	}
	ch := l.choose(res.GetHeaders(challenges))
	if ch == nil {
		return false, ErrChallenge
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.field, l.challenge, l.count = field, ch, 0
	return count != 1 || ch.Stale, nil
}

// choose is nil when there is no challenge that we understand or are allowed.
func (l *login) choose(headers []sip.Header) *digest.Challenge {
	values := make([]string, len(headers))
	for i, h := range headers {
		values[i] = h.Value()
	}
	if best, ok := digest.Best(values, l.only); ok {
		return &best
	}
	return nil
}
