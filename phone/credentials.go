package phone

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
)

// credentialLength is that of a generated username and password.
const credentialLength = 32

const credentialAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789"

// NewCredential makes 32 characters of [a-z0-9] from a cryptographic source:
// 165 bits.
func NewCredential(random io.Reader) (string, error) {
	// Bytes from the largest multiple of 36 on are thrown away, so that every
	// character is equally likely.
	const limit = 256 - 256%len(credentialAlphabet)
	out := make([]byte, 0, credentialLength)
	var b [credentialLength]byte
	for len(out) < credentialLength {
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return "", fmt.Errorf("make a credential: %w", err)
		}
		for _, c := range b {
			if int(c) < limit && len(out) < credentialLength {
				out = append(out, credentialAlphabet[int(c)%len(credentialAlphabet)])
			}
		}
	}
	return string(out), nil
}

// HA1 is the hash of username, realm and password that digest access
// authentication works with (RFC 7616 section 3.4.2), for both algorithms that
// we offer. It is as secret as the password.
type HA1 struct {
	md5    [md5.Size]byte
	sha256 [sha256.Size]byte
}

// NewHA1 works it out.
func NewHA1(username, realm, password string) HA1 {
	a1 := []byte(username + ":" + realm + ":" + password)
	return HA1{md5: md5.Sum(a1), sha256: sha256.Sum256(a1)}
}

// MD5 is the hash in lower-case hex.
func (h HA1) MD5() string { return hex.EncodeToString(h.md5[:]) }

// SHA256 is the hash in lower-case hex.
func (h HA1) SHA256() string { return hex.EncodeToString(h.sha256[:]) }

// AppendMD5 appends what MD5 returns.
func (h *HA1) AppendMD5(dst []byte) []byte { return hex.AppendEncode(dst, h.md5[:]) }

// AppendSHA256 appends what SHA256 returns.
func (h *HA1) AppendSHA256(dst []byte) []byte { return hex.AppendEncode(dst, h.sha256[:]) }
