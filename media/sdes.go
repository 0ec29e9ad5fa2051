package media

import (
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/pion/srtp/v3"
)

// suite is a crypto suite of SDES: an index into suites. 0 is none.
type suite uint8

// suites are what we offer, the strongest first (RFC 4568 section 6.2, RFC 6188,
// RFC 7714).
var suites = [...]struct {
	name      string
	key, salt int // octets
	profile   srtp.ProtectionProfile
}{
	{},
	{"AEAD_AES_256_GCM", 32, 12, srtp.ProtectionProfileAeadAes256Gcm},
	{"AEAD_AES_128_GCM", 16, 12, srtp.ProtectionProfileAeadAes128Gcm},
	{"AES_256_CM_HMAC_SHA1_80", 32, 14, srtp.ProtectionProfileAes256CmHmacSha1_80},
	{"AES_CM_128_HMAC_SHA1_80", 16, 14, srtp.ProtectionProfileAes128CmHmacSha1_80},
	{"AES_CM_128_HMAC_SHA1_32", 16, 14, srtp.ProtectionProfileAes128CmHmacSha1_32},
}

func (s suite) name() string { return suites[s].name }

func (s suite) size() int { return suites[s].key + suites[s].salt }

// suiteOf returns the suite of a name; 0 for one that we do not have. RFC 6188
// spells its suites both ways.
func suiteOf(name string) suite {
	if strings.EqualFold(name, "AES_CM_256_HMAC_SHA1_80") {
		name = "AES_256_CM_HMAC_SHA1_80"
	}
	for i := 1; i < len(suites); i++ {
		if strings.EqualFold(suites[i].name, name) {
			return suite(i)
		}
	}
	return 0
}

// keys are one master key and salt, and the suite that they are for.
type keys struct {
	suite    suite
	material [46]byte // key, then salt
	mki      []byte   // which follows every packet; nil for none
}

func (k *keys) same(other *keys) bool {
	return k.suite == other.suite && k.material == other.material && bytes.Equal(k.mki, other.mki)
}

// cryptoLine is one a=crypto.
type cryptoLine struct {
	tag  uint32 // 1 to 9 digits
	keys keys
}

// parseCrypto reads "1 AES_CM_128_HMAC_SHA1_80 inline:...|2^20|1:4 ..." (RFC
// 4568 section 9.1). It is false for what we cannot do: another suite, more keys
// than one, or session parameters that change what packets look like.
func parseCrypto(value string) (c cryptoLine, ok bool) {
	f := strings.Fields(value)
	if len(f) < 3 || len(f[0]) > 9 {
		return c, false
	}
	tag, err := strconv.ParseUint(f[0], 10, 32)
	c.tag, c.keys.suite = uint32(tag), suiteOf(f[1])
	if err != nil || c.keys.suite == 0 {
		return c, false
	}
	for _, parameter := range f[3:] {
		// WSH is a hint about late packets; all others change the packets.
		if !strings.HasPrefix(parameter, "WSH=") && parameter != "KDR=0" {
			return c, false
		}
	}
	return c, c.keys.parse(f[2])
}

// parse reads "inline:" and the key in base64, "|" and a lifetime, "|" and
// "1:4", the key's number and how many octets it has. The lifetime is not
// counted: it cannot be less than a call of years.
func (k *keys) parse(s string) bool {
	scheme, s, ok := strings.Cut(s, ":")
	if !ok || !strings.EqualFold(scheme, "inline") || strings.Contains(s, ";") {
		return false
	}
	parts := strings.Split(s, "|")
	key, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(parts[0], "="))
	if err != nil || len(key) != k.suite.size() {
		return false
	}
	copy(k.material[:], key)
	for _, part := range parts[1:] {
		if number, size, ok := strings.Cut(part, ":"); ok && !k.parseMKI(number, size) {
			return false
		}
	}
	return true
}

// maxMKI is the longest number of a key (RFC 4568 section 6.1: 1 to 128 octets;
// nobody uses more than four).
const maxMKI = 8

func (k *keys) parseMKI(number, size string) bool {
	n, err := strconv.ParseUint(number, 10, 64)
	octets, err2 := strconv.ParseUint(size, 10, 8)
	if err != nil || err2 != nil || octets < 1 || octets > maxMKI {
		return false
	}
	k.mki = make([]byte, octets)
	for i := len(k.mki) - 1; i >= 0; i-- {
		k.mki[i] = byte(n)
		n >>= 8
	}
	return n == 0
}

// secret is from what one medium's own keys are made, a different one for each
// suite, so that every offer of a session names the same.
type secret [32]byte

func newSecret() (s secret) {
	rand.Read(s[:]) // never fails (crypto/rand)
	return s
}

func (s *secret) keys(of suite) keys {
	k := keys{suite: of}
	material, err := hkdf.Expand(sha256.New, s[:], "media key "+of.name(), of.size())
	if err != nil {
		panic(err) // only for more than 255 hashes
	}
	copy(k.material[:], material)
	return k
}

// appendCrypto writes an a=crypto line with our key for a suite.
func (s *secret) appendCrypto(to []byte, tag uint32, of suite) []byte {
	k := s.keys(of)
	to = append(to, "a=crypto:"...)
	to = strconv.AppendUint(to, uint64(tag), 10)
	to = append(to, ' ')
	to = append(to, of.name()...)
	to = append(to, " inline:"...)
	to = base64.StdEncoding.AppendEncode(to, k.material[:of.size()])
	return append(to, "\r\n"...)
}
