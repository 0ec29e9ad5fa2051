package digest

import (
	"fmt"
	"strings"
)

// Challenge is what a client needs to know of one WWW-Authenticate or
// Proxy-Authenticate header (RFC 7616 section 3.3).
type Challenge struct {
	Realm, Nonce, Opaque string
	Algorithm            string // as sent; see ParseAlgorithm
	QOP                  string // as sent, a list such as "auth,auth-int"; "" is RFC 2069
	Stale                bool   // only the nonce was too old: answer again
}

// ParseChallenge reads the value of one header, with the bounds and errors of
// ParseCredentials. Realm and nonce are required. An algorithm that is not ours
// is no error yet, but one of Answer: a client goes on to the next challenge
// (RFC 8760 section 2.4).
func ParseChallenge(value string) (Challenge, error) {
	var ch Challenge
	seen, err := scan(value, func(which param, value string) error {
		ch.set(which, value)
		return nil
	})
	if err == nil {
		err = seen.require(realm, nonce)
	}
	if err != nil {
		return Challenge{}, fmt.Errorf("parse challenge: %w", err)
	}
	return ch, nil
}

func (ch *Challenge) set(which param, value string) {
	switch which {
	case realm:
		ch.Realm = value
	case nonce:
		ch.Nonce = value
	case opaque:
		ch.Opaque = value
	case algorithm:
		ch.Algorithm = value
	case qop:
		ch.QOP = value
	case stale:
		ch.Stale = strings.EqualFold(value, "true")
	}
}

// offers says whether qop is in the list of the challenge.
func (ch *Challenge) offers(qop string) bool {
	for offer := range strings.SplitSeq(ch.QOP, ",") {
		if strings.EqualFold(strings.TrimSpace(offer), qop) {
			return true
		}
	}
	return false
}

// Challenges returns one header value for each algorithm, in order: the one we
// like best comes first (RFC 8760 section 2.3). All ask for qop=auth. Stale
// says that the password of the last answer may well be right and only its
// nonce was too old. The realm is ours and holds no control characters.
func Challenges(realm, nonce string, stale bool, as ...Algorithm) []string {
	values := make([]string, len(as))
	for i, a := range as {
		values[i] = string(NewForm(realm, a).Append(nil, []byte(nonce), stale))
	}
	return values
}

// Form is the challenge of one realm and algorithm, all but its nonce.
type Form struct{ head, tail string }

// NewForm makes one. The realm is ours and holds no control characters.
func NewForm(realm string, a Algorithm) Form {
	var b strings.Builder
	b.WriteString("Digest realm=")
	quote(&b, realm)
	b.WriteString(`, nonce="`)
	return Form{b.String(), `", algorithm=` + string(a) + `, qop="auth"`}
}

// Append appends the challenge with a nonce of Nonces, which needs no escapes.
func (f Form) Append(dst, nonce []byte, stale bool) []byte {
	dst = append(dst, f.head...)
	dst = append(dst, nonce...)
	dst = append(dst, f.tail...)
	if stale {
		dst = append(dst, ", stale=true"...)
	}
	return dst
}

// Best is the challenge that a client answers, of those in the values of a
// response's headers: SHA-256 before MD5, whatever their order, and only the
// given algorithm when it is not empty. ok is false when there is none that we
// understand.
func Best(values []string, only Algorithm) (best Challenge, ok bool) {
	for _, value := range values {
		ch, err := ParseChallenge(value)
		if err != nil {
			continue
		}
		a, err := ParseAlgorithm(ch.Algorithm)
		switch {
		case err != nil || only != "" && a != only:
		case a == SHA256:
			return ch, true
		case !ok:
			best, ok = ch, true
		}
	}
	return best, ok
}
