package digest

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
)

// Algorithm names a hash, as the algorithm parameter writes it.
type Algorithm string

// The algorithms that this package speaks.
const (
	MD5    Algorithm = "MD5" // RFC 3261 section 22.4
	SHA256 Algorithm = "SHA-256"
)

// ErrAlgorithm says that an algorithm parameter names none of ours.
var ErrAlgorithm = errors.New("algorithm is neither MD5 nor SHA-256")

// ParseAlgorithm reads the algorithm parameter, in any case. An absent one,
// which is "", means MD5 (RFC 7616 section 3.3). The error is ErrAlgorithm.
func ParseAlgorithm(token string) (Algorithm, error) {
	switch {
	case token == "", strings.EqualFold(token, string(MD5)):
		return MD5, nil
	case strings.EqualFold(token, string(SHA256)):
		return SHA256, nil
	}
	return "", ErrAlgorithm
}

// HA1 is what stands in for a password: the hash of user name, realm and
// password in lower-case hex, 32 characters for MD5 and 64 for SHA-256. Whoever
// has it can log in; keep it like the password. An algorithm that is not ours
// gives "", which Verify never accepts.
func HA1(a Algorithm, username, realm, password string) string {
	text := []byte(username + ":" + realm + ":" + password)
	return string(a.appendHex(nil, text))
}

// appendHex appends the hash of text in lower-case hex, or nothing for an
// algorithm that is not ours.
func (a Algorithm) appendHex(dst, text []byte) []byte {
	switch a {
	case MD5:
		sum := md5.Sum(text)
		return hex.AppendEncode(dst, sum[:])
	case SHA256:
		sum := sha256.Sum256(text)
		return hex.AppendEncode(dst, sum[:])
	}
	return dst
}

// hexLen is the length of a hash in hex, 0 for an algorithm that is not ours.
func (a Algorithm) hexLen() int {
	switch a {
	case MD5:
		return hex.EncodedLen(md5.Size)
	case SHA256:
		return hex.EncodedLen(sha256.Size)
	}
	return 0
}
