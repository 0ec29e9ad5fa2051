package digest

import (
	"crypto/subtle"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
)

// Credentials are the parameters of one Authorization or Proxy-Authorization
// header (RFC 7616 section 3.4), without quotes and escapes. An absent one is
// "" or 0.
type Credentials struct {
	Username, Realm, Nonce, URI, Response string
	Algorithm                             string // as sent; see ParseAlgorithm
	Opaque, Cnonce, QOP                   string
	NC                                    uint32

	// nc is NC as sent. The grammar wants lower-case hex, some peers write
	// upper case, and the response is a hash over what they wrote.
	nc string
}

// ParseCredentials reads the value of one header. It refuses what is not
// Digest (ErrScheme), is over 2048 bytes or 24 parameters (ErrTooBig), or is
// malformed (ErrSyntax): a parameter that comes twice, username, realm, nonce,
// uri or response missing, an nc that is not eight hex digits, a qop without nc
// and cnonce. Parameters that it does not know are ignored.
func ParseCredentials(value string) (Credentials, error) {
	var c Credentials
	seen, err := scan(value, func(which param, value string) error {
		return c.set(which, value)
	})
	if err == nil {
		err = seen.require(username, realm, nonce, uri, response)
	}
	if err == nil && seen.has(qop) {
		err = seen.require(nc, cnonce) // RFC 7616 section 3.4
	}
	if err != nil {
		return Credentials{}, fmt.Errorf("parse credentials: %w", err)
	}
	return c, nil
}

func (c *Credentials) set(which param, value string) error {
	switch which {
	case username:
		c.Username = value
	case realm:
		c.Realm = value
	case nonce:
		c.Nonce = value
	case uri:
		c.URI = value
	case response:
		c.Response = value
	case algorithm:
		c.Algorithm = value
	case opaque:
		c.Opaque = value
	case cnonce:
		c.Cnonce = value
	case qop:
		c.QOP = value
	case nc:
		return c.setCount(value)
	}
	return nil
}

func (c *Credentials) setCount(value string) error {
	n, err := strconv.ParseUint(value, 16, 32)
	if err != nil || len(value) != 8 {
		return fmt.Errorf("%w: nc is not eight hex digits", ErrSyntax)
	}
	c.NC, c.nc = uint32(n), value
	return nil
}

// Verify says whether the response was made by someone who knows ha1, which is
// HA1 for this algorithm, realm and user name. Only qop=auth with a cnonce and
// an nc of at least 1 can be true.
//
// It costs the same whatever ha1 is: for an unknown user, pass the HA1 of some
// random password, so that the time of the answer does not tell them apart.
func (c Credentials) Verify(ha1, method string) bool { return c.Proves([]byte(ha1), method) }

// Proves is Verify with the HA1 as bytes, which are still hex.
func (c *Credentials) Proves(ha1 []byte, method string) bool {
	a, err := ParseAlgorithm(c.Algorithm)
	if err != nil || !strings.EqualFold(c.QOP, "auth") || c.Cnonce == "" || c.NC == 0 {
		return false
	}
	var room [64]byte
	want := c.appendResponse(room[:0], a, ha1, method)
	// Without the length, "" would be an HA1 that anyone can hash with.
	return sameHex(c.Response, want) && len(ha1) == a.hexLen()
}

// sameHex compares hex in any case with hex in lower case, in a time that does
// not tell where they differ.
func sameHex(got string, want []byte) bool {
	if len(got) != len(want) {
		return false
	}
	differ := byte(0)
	for i := range want {
		differ |= lowered[got[i]] ^ want[i]
	}
	return subtle.ConstantTimeByteEq(differ, 0) == 1
}

// lowered are the bytes with the letters of hex in lower case.
var lowered = func() (t [256]byte) {
	for i := range t {
		t[i] = byte(i)
	}
	copy(t['A':], "abcdef")
	return t
}()

// appendResponse appends the request-digest of RFC 7616 section 3.4.1, or that
// of RFC 2069 when there is no qop.
func (c *Credentials) appendResponse(dst []byte, a Algorithm, ha1 []byte, method string) []byte {
	var room, room2 [512]byte // on the stack; longer texts move to the heap
	text := append(append(room[:0], ha1...), ':')
	text = append(text, c.Nonce...)
	if c.QOP != "" {
		text = append(text, ':')
		text = join(text, c.count(), c.Cnonce, c.QOP)
	}
	text = append(text, ':')
	text = a.appendHex(text, join(room2[:0], method, c.URI)) // HA2
	return a.appendHex(dst, text)
}

func (c *Credentials) count() string {
	if c.nc != "" {
		return c.nc
	}
	return fmt.Sprintf("%08x", c.NC)
}

func join(dst []byte, parts ...string) []byte {
	for i, part := range parts {
		if i > 0 {
			dst = append(dst, ':')
		}
		dst = append(dst, part...)
	}
	return dst
}

// String names the user, and nothing that a password could be guessed from.
func (c Credentials) String() string {
	return fmt.Sprintf("digest of %q at %q", c.Username, c.Realm)
}

// LogValue is String, so that a log never holds a response.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.String()) }
