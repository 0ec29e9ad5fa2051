package mgmt

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"

	"ringfence/phone"
)

const (
	headerKey      = "Idempotency-Key"
	headerReplayed = "Idempotency-Replayed"
	maxKey         = 255 // bytes of an idempotency key
)

// origin is who makes the request's changes, for the audit log.
func (c *call) origin() *phone.Origin {
	return &phone.Origin{
		Employee: c.caller.employee, Level: c.caller.level,
		Address: c.from, Call: c.Request.Method + " " + c.Request.URL.Path,
	}
}

// changing is the context of a change: the store learns from it who made it.
func (c *call) changing() context.Context {
	return phone.WithOrigin(c.Request.Context(), c.origin())
}

// creation is the same for something new. A client that did not hear the answer
// can send the request again with the same Idempotency-Key and gets what the
// first one made.
func (c *call) creation(body []byte) (context.Context, *phone.Origin, error) {
	o := c.origin()
	o.Key = c.GetHeader(headerKey)
	if len(o.Key) > maxKey || strings.ContainsFunc(o.Key, func(r rune) bool { return r < ' ' || r > '~' }) {
		return nil, nil, badRequest("Idempotency-Key must be at most 255 printable characters")
	}
	o.Key, o.Digest = fingerprints(o.Key, o.Call, body)
	return phone.WithOrigin(c.Request.Context(), o), o, nil
}

// fingerprints are what is kept of an idempotency key and of the request that it
// came with. There may be a password in the request, so its digest is keyed with
// what is not kept.
func fingerprints(key, call string, body []byte) (kept, digest string) {
	if key == "" {
		return "", ""
	}
	sum := sha256.Sum256([]byte(key))
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(call + "\n"))
	mac.Write(body)
	return hex.EncodeToString(sum[:]), hex.EncodeToString(mac.Sum(nil))
}

var errChanged = httpError{status: http.StatusPreconditionFailed,
	told: &phone.Error{Kind: phone.Conflict, Key: "precondition_failed", Text: "Object has been changed meanwhile"}}

// tag puts the entity tag of an object into the answer (RFC 9110 section 8.8.3).
// It stands for what can be set: the live status of a phone is not in it.
func tag(c *call, object any) {
	if text, err := entityTag(object); err == nil {
		c.Header("ETag", text)
	}
}

func entityTag(object any) (string, error) {
	b, err := json.Marshal(object)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return `"` + hex.EncodeToString(sum[:12]) + `"`, nil
}

// unchanged refuses a change of an object that is no longer as the caller knows
// it, where the request has an If-Match (RFC 9110 section 13.1.1).
func unchanged(c *call, object any) error {
	wanted := strings.TrimSpace(strings.Join(c.Request.Header.Values("If-Match"), ","))
	if wanted == "" || wanted == "*" {
		return nil
	}
	now, err := entityTag(object)
	if err != nil {
		return err
	}
	for tag := range strings.SplitSeq(wanted, ",") {
		if strings.TrimSpace(tag) == now {
			return nil
		}
	}
	return errChanged
}
