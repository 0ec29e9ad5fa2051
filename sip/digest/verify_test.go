package digest

import (
	"strings"
	"testing"
)

// The responses here were worked out with md5sum and sha256sum.
const (
	ha1MD5    = "f6797b95dca53fb99e123728b2697920"
	ha1SHA256 = "17a72aee2692b0e51f6c3ccbbf8b161b31dfd6bc976170da67a11e87a2832ffa"

	responseSHA256 = "5a5e2e3d7a129e4a0751981be2fffb9a5bb88fb2212f49093ae327f4e4897afc"
)

func TestHA1(t *testing.T) {
	tests := []struct {
		name string
		a    Algorithm
		want string
	}{
		{"MD5 gives 32 characters", MD5, ha1MD5},
		{"SHA-256 gives 64 characters", SHA256, ha1SHA256},
		{"an algorithm that is not ours gives nothing", "SHA-512-256", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := HA1(tt.a, "1001", "pbx.example", "pw"); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestVerify(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Credentials)
		ha1    string
		want   bool
	}{
		{"the right MD5 response", func(c *Credentials) {}, ha1MD5, true},
		{"no algorithm means MD5", func(c *Credentials) { c.Algorithm = "" }, ha1MD5, true},
		{"an algorithm has no case", func(c *Credentials) { c.Algorithm = "md5" }, ha1MD5, true},
		{"the right SHA-256 response", func(c *Credentials) {
			c.Algorithm, c.Response = "sha-256", responseSHA256
		}, ha1SHA256, true},
		{"a response in upper case", func(c *Credentials) {
			c.Response = strings.ToUpper(c.Response)
		}, ha1MD5, true},
		{"an nc in upper case is hashed as it was sent", func(c *Credentials) {
			c.NC, c.nc, c.Response = 10, "0000000A", "591659abd00ca761f5d07548e88e6b11"
		}, ha1MD5, true},
		{"an nc made from its number is in lower case", func(c *Credentials) {
			c.NC, c.nc, c.Response = 10, "", "d6bc075558e61a707586bbaf96516466"
		}, ha1MD5, true},

		{"another HA1", func(c *Credentials) {}, HA1(MD5, "1001", "pbx.example", "no"), false},
		{"no HA1, and a response made with none", func(c *Credentials) {
			c.Response = "aab4100aa6e50cb8defac4ae9edd5584"
		}, "", false},
		{"the HA1 of the other algorithm", func(c *Credentials) {}, ha1SHA256, false},
		{"another nonce", func(c *Credentials) { c.Nonce = "n2" }, ha1MD5, false},
		{"another URI", func(c *Credentials) { c.URI = "sip:other.example" }, ha1MD5, false},
		{"another cnonce", func(c *Credentials) { c.Cnonce = "c2" }, ha1MD5, false},
		{"another nc", func(c *Credentials) { c.NC, c.nc = 2, "00000002" }, ha1MD5, false},
		{"an nc of zero, rightly hashed", func(c *Credentials) {
			*c = hashed(*c, "auth", "c1", 0)
		}, ha1MD5, false},
		{"no cnonce, rightly hashed", func(c *Credentials) {
			*c = hashed(*c, "auth", "", 1)
		}, ha1MD5, false},
		{"no qop, rightly hashed", func(c *Credentials) {
			*c = hashed(*c, "", "", 0)
		}, ha1MD5, false},
		{"auth-int, hashed like auth", func(c *Credentials) {
			*c = hashed(*c, "auth-int", "c1", 1)
		}, ha1MD5, false},
		{"an algorithm that is not ours", func(c *Credentials) {
			c.Algorithm = "MD5-sess"
		}, ha1MD5, false},
		{"no response", func(c *Credentials) { c.Response = "" }, ha1MD5, false},
		{"a response that is cut", func(c *Credentials) { c.Response = c.Response[:31] }, ha1MD5, false},
		{"a response with more behind", func(c *Credentials) { c.Response += "0" }, ha1MD5, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := fullRead
			tt.change(&c)
			if got := c.Verify(tt.ha1, "REGISTER"); got != tt.want {
				t.Errorf("got %t", got)
			}
		})
	}
	if fullRead.Verify(ha1MD5, "INVITE") {
		t.Error("the response to a REGISTER is accepted on an INVITE")
	}
}

// hashed gives the credentials the response that a peer who knows the password
// would send with these.
func hashed(c Credentials, qop, cnonce string, nc uint32) Credentials {
	c.QOP, c.Cnonce, c.NC, c.nc = qop, cnonce, nc, ""
	c.Response = string(c.appendResponse(nil, MD5, []byte(ha1MD5), "REGISTER"))
	return c
}

// A URI longer than the room on the stack must not be cut.
func TestVerifyOfALongURI(t *testing.T) {
	c := fullRead
	c.URI = "sip:" + strings.Repeat("x", 1500)
	c = hashed(c, "auth", "c1", 1)
	if !c.Verify(ha1MD5, "REGISTER") {
		t.Error("the right response is refused")
	}
	c.URI += "y"
	if c.Verify(ha1MD5, "REGISTER") {
		t.Error("the end of the URI is not hashed")
	}
}
