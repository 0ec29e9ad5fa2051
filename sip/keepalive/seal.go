package keepalive

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strings"

	"ringfence/sip"
)

// A ticket is what a branch carries: which flow was asked, and when.
type ticket struct {
	place place
	sent  moment
}

// A branch is sip.ProbeBranch and in hexadecimal, since some take the letters of
// a token for equal in both cases,
//
//	place (4) | sent (8) | seal (8)
//
// where the seal is SHA-256 over key, ticket and the address that was asked, cut
// to 64 bits. What is hashed is always as long, so that a hash with the key in
// front is as good as HMAC, and with its padding it is one block.
const (
	ticketLen = 4 + 8
	sealLen   = 8
	keyLen    = 27
)

// sealer makes branches and knows them again.
type sealer struct{ key [keyLen]byte }

func newSealer() (s sealer) {
	_, _ = rand.Read(s.key[:]) // it never fails
	return s
}

// seal gives the parts of a branch.
func (s *sealer) seal(t ticket, to netip.Addr) (b [ticketLen + sealLen]byte) {
	var text [keyLen + ticketLen + 16]byte
	binary.BigEndian.PutUint32(b[:], uint32(t.place))
	binary.BigEndian.PutUint64(b[4:], uint64(t.sent))
	copy(text[:], s.key[:])
	copy(text[keyLen:], b[:ticketLen])
	address := to.As16()
	copy(text[keyLen+ticketLen:], address[:])
	sum := sha256.Sum256(text[:])
	copy(b[ticketLen:], sum[:])
	return b
}

// open reads a branch that came from an address. It is false for one that we did
// not send there.
func (s *sealer) open(branch string, from netip.Addr) (ticket, bool) {
	var b [ticketLen + sealLen]byte
	text := strings.TrimPrefix(branch, sip.ProbeBranch)
	if len(text) != 2*len(b) {
		return ticket{}, false
	}
	if _, err := hex.Decode(b[:], []byte(text)); err != nil {
		return ticket{}, false
	}
	t := ticket{place(binary.BigEndian.Uint32(b[:])), moment(binary.BigEndian.Uint64(b[4:]))}
	want := s.seal(t, from)
	return t, subtle.ConstantTimeCompare(want[:], b[:]) == 1
}
