package digest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"hash"
	"net/netip"
	"sync"
	"time"
)

// NonceState is what Check found. The zero value is Foreign.
type NonceState int

// What a nonce can be.
const (
	Foreign NonceState = iota // not made by us for this address
	Stale                     // ours, but too old or from the future
	Fresh
)

// String is foreign, stale or fresh.
func (s NonceState) String() string {
	switch s {
	case Stale:
		return "stale"
	case Fresh:
		return "fresh"
	}
	return "foreign"
}

// A nonce is the unpadded base64url of
//
//	version (1) | time of issue, Unix nanoseconds, big endian (8) | tag (15)
//
// where the tag is HMAC-SHA-256 over version, time and source address, cut to
// 120 bits. Nanoseconds, so that two phones behind one address get two nonces.
const (
	nonceVersion = 1
	stampLen     = 1 + 8
	tagLen       = 15
	nonceLen     = (stampLen + tagLen) / 3 * 4
)

// Nonces makes and knows nonces without remembering one: a challenge sent to a
// stranger costs no memory. It is safe for concurrent use.
type Nonces struct {
	life time.Duration
	now  func() time.Time
	seal sync.Pool // of *sealer
}

// NewNonces returns the nonces of one key. A nonce is fresh for life after its
// issue. A key that outlives a restart, or that several nodes share, lets them
// know each other's nonces; it must be random and stay secret. now must not be
// nil.
func NewNonces(key [32]byte, life time.Duration, now func() time.Time) *Nonces {
	n := &Nonces{life: life, now: now}
	n.seal.New = func() any {
		return &sealer{mac: hmac.New(sha256.New, key[:])}
	}
	return n
}

// Issue makes a nonce for a client at src. An IPv4-mapped IPv6 address is its
// IPv4 address; a zone does not count.
func (n *Nonces) Issue(src netip.Addr) string {
	var raw [stampLen + tagLen]byte
	raw[0] = nonceVersion
	binary.BigEndian.PutUint64(raw[1:], uint64(n.now().UnixNano()))
	n.tag(raw[stampLen:], raw[:stampLen], src)
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

// Check says whether we made the nonce for src, and how long ago. Only for a
// Stale one may a challenge say stale=true (RFC 7616 section 3.3).
func (n *Nonces) Check(nonce string, src netip.Addr) NonceState {
	if len(nonce) != nonceLen {
		return Foreign
	}
	var raw [stampLen + tagLen]byte
	size, err := base64.RawURLEncoding.Decode(raw[:], []byte(nonce))
	if err != nil || size != len(raw) || raw[0] != nonceVersion {
		return Foreign
	}
	var want [tagLen]byte
	n.tag(want[:], raw[:stampLen], src)
	if !hmac.Equal(want[:], raw[stampLen:]) {
		return Foreign
	}
	return n.age(int64(binary.BigEndian.Uint64(raw[1:])))
}

// age judges the time of issue. A clock that was set back makes our own nonces
// come from the future: their true age is unknown, so they are Stale.
func (n *Nonces) age(issued int64) NonceState {
	age := n.now().Sub(time.Unix(0, issued))
	if age < 0 || age > n.life {
		return Stale
	}
	return Fresh
}

// tag writes the first len(dst) bytes of the MAC over stamp and src to dst.
func (n *Nonces) tag(dst, stamp []byte, src netip.Addr) {
	s := n.seal.Get().(*sealer)
	s.seal(dst, stamp, src)
	n.seal.Put(s)
}

// sealer is a keyed HMAC with room for its input and output, pooled so that
// neither keying nor hashing allocates.
type sealer struct {
	mac  hash.Hash
	text [stampLen + 16]byte
	sum  [sha256.Size]byte
}

func (s *sealer) seal(dst, stamp []byte, src netip.Addr) {
	address := src.As16()
	copy(s.text[:], stamp)
	copy(s.text[stampLen:], address[:])
	s.mac.Reset()
	s.mac.Write(s.text[:]) // a hash never returns an error
	copy(dst, s.mac.Sum(s.sum[:0]))
}
