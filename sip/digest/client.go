package digest

import (
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
)

var (
	// ErrChallenge is a refusal with no challenge that we can answer.
	ErrChallenge = errors.New("no challenge that can be answered")
	// ErrPassword says that the server did not take the answer to its own newest
	// nonce: to answer again would be the same guess once more.
	ErrPassword = errors.New("the password is not accepted")
)

// keptNonces are those of which a client still knows how often they were used:
// those of a few servers behind one name, which take turns.
const keptNonces = 8

// Client answers the challenges that one user gets, of several requests at a time.
// It goes on with a nonce as long as that is taken, so that most requests need no
// challenge (RFC 7616 section 3.3, nextnonce and nc). Its methods may be
// called from any goroutine.
type Client struct {
	username, password string

	mu     sync.Mutex   // guards what follows
	latest [2]Challenge // of servers and of proxies
	used   [keptNonces]use
	oldest int // the place in used that goes next
}

// use is how many requests were signed with a nonce.
type use struct {
	nonce string
	times uint32
}

// NewClient makes one that was never challenged.
func NewClient(username, password string) *Client {
	return &Client{username: username, password: password}
}

// Signature is one answer.
type Signature struct {
	Value string // of the header
	Count uint32 // how many requests were signed with its nonce, with this one
}

// Ahead signs a request with the nonce that was taken last; ok is false when
// there is none. proxy is whether a proxy's challenge is answered, which goes
// into Proxy-Authorization.
func (c *Client) Ahead(proxy bool, method, uri string) (s Signature, ok bool) {
	c.mu.Lock()
	ch := *c.slot(proxy)
	c.mu.Unlock()
	if ch.Nonce == "" {
		return Signature{}, false
	}
	s, err := c.sign(ch, method, uri)
	if s.Count == 1 { // its count was forgotten: to begin anew is a replay, or looks like a wrong password
		c.forget(proxy)
		return Signature{}, false
	}
	return s, err == nil
}

// Answer signs a request that was refused with the challenges in the values of
// the headers of a 401, or of a 407, which is a proxy's. The strongest counts.
// tried is the Count of the credentials that were refused, 0 for none. The
// errors are ErrChallenge and ErrPassword, and those of the function Answer.
func (c *Client) Answer(values []string, proxy bool, method, uri string, tried uint32) (Signature, error) {
	ch, ok := strongest(values)
	switch {
	case !ok:
		return Signature{}, ErrChallenge
	case tried == 1 && !ch.Stale:
		c.forget(proxy)
		return Signature{}, ErrPassword
	}
	c.mu.Lock()
	*c.slot(proxy) = ch
	c.mu.Unlock()
	return c.sign(ch, method, uri)
}

func (c *Client) slot(proxy bool) *Challenge {
	if proxy {
		return &c.latest[1]
	}
	return &c.latest[0]
}

func (c *Client) forget(proxy bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*c.slot(proxy) = Challenge{}
}

func (c *Client) sign(ch Challenge, method, uri string) (Signature, error) {
	n := c.count(ch.Nonce)
	value, err := Answer(ch, c.username, c.password, method, uri, rand.Text(), n)
	return Signature{value, n}, err
}

// count counts the uses of a nonce. One that was forgotten begins anew: at worst
// the server answers with another.
func (c *Client) count(nonce string) uint32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.used {
		if c.used[i].nonce == nonce {
			c.used[i].times++
			return c.used[i].times
		}
	}
	c.used[c.oldest] = use{nonce, 1}
	c.oldest = (c.oldest + 1) % keptNonces
	return 1
}

// String names the user and hides the password.
func (c *Client) String() string { return fmt.Sprintf("digest client %q", c.username) }

// GoString is String: %#v would print the password.
func (c *Client) GoString() string { return c.String() }

// strongest is the best challenge that can be answered: one whose hash is ours and
// that offers qop=auth, or has none as RFC 2069.
func strongest(values []string) (best Challenge, ok bool) {
	var can []string
	for _, v := range values {
		ch, err := ParseChallenge(v)
		if err == nil && (ch.QOP == "" || ch.offers("auth")) {
			can = append(can, v)
		}
	}
	return Best(can, "")
}
