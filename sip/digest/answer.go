package digest

import (
	"errors"
	"fmt"
	"strings"
)

// The reasons why a client cannot answer a challenge, beside ErrAlgorithm.
var (
	ErrQOP   = errors.New("the challenge does not offer qop=auth")
	ErrCount = errors.New("a nonce count begins at 1, a cnonce is not empty")
)

// Answer returns the value of the Authorization header with which a client
// answers a challenge: with qop=auth when that is offered, in the old way of
// RFC 2069 when the challenge has no qop. nc counts the requests sent with this
// nonce, from 1; cnonce is the caller's random text. The errors are
// ErrAlgorithm, ErrQOP, ErrCount, and ErrSyntax for a control character in one
// of the values, which would forge a header.
func Answer(ch Challenge, username, password, method, uri, cnonce string, nc uint32) (
	string, error) {
	c := Credentials{Username: username, Realm: ch.Realm, Nonce: ch.Nonce, URI: uri,
		Algorithm: ch.Algorithm, Opaque: ch.Opaque}
	if err := c.protect(ch, cnonce, nc); err != nil {
		return "", fmt.Errorf("answer challenge: %w", err)
	}
	if err := c.sign(password, method); err != nil {
		return "", fmt.Errorf("answer challenge: %w", err)
	}
	value := c.header()
	if strings.ContainsFunc(value, isControl) {
		return "", fmt.Errorf("answer challenge: %w: a control character in a value", ErrSyntax)
	}
	return value, nil
}

// sign puts the response in.
func (c *Credentials) sign(password, method string) error {
	a, err := ParseAlgorithm(c.Algorithm)
	if err != nil {
		return err
	}
	ha1 := []byte(HA1(a, c.Username, c.Realm, password))
	c.Response = string(c.appendResponse(nil, a, ha1, method))
	return nil
}

// protect chooses the quality of protection that the challenge allows.
func (c *Credentials) protect(ch Challenge, cnonce string, nc uint32) error {
	switch {
	case ch.QOP == "":
		return nil // RFC 2617 section 3.2.2: then no cnonce and no nc either
	case !ch.offers("auth"):
		return ErrQOP
	case nc == 0 || cnonce == "":
		return ErrCount
	}
	c.QOP, c.Cnonce, c.NC = "auth", cnonce, nc
	return nil
}

// header writes the credentials as a header value. algorithm, qop and nc are
// tokens, the others quoted (RFC 7616 section 3.4).
func (c *Credentials) header() string {
	var b strings.Builder
	b.Grow(384)
	b.WriteString("Digest username=")
	quote(&b, c.Username)
	pair(&b, "realm", c.Realm)
	pair(&b, "nonce", c.Nonce)
	pair(&b, "uri", c.URI)
	pair(&b, "response", c.Response)
	if c.Algorithm != "" {
		b.WriteString(", algorithm=" + c.Algorithm)
	}
	if c.Opaque != "" {
		pair(&b, "opaque", c.Opaque)
	}
	if c.QOP != "" {
		pair(&b, "cnonce", c.Cnonce)
		b.WriteString(", qop=" + c.QOP + ", nc=" + c.count())
	}
	return b.String()
}

func pair(b *strings.Builder, name, value string) {
	b.WriteString(", " + name + "=")
	quote(b, value)
}
