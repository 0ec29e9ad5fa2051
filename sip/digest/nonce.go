package digest

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"net/netip"
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
// where the tag is SHA-256 over key, time and source address, cut to 120 bits.
// Nanoseconds, so that two phones behind one address get two nonces.
const (
	nonceVersion = 2
	stampLen     = 1 + 8
	tagLen       = 15
	nonceLen     = (stampLen + tagLen) / 3 * 4
)

// sealed is what is hashed. It is always as long, so that a hash with the key in
// front is as good as HMAC, whose second pass is against texts that somebody
// makes longer; and with its padding it is one block of SHA-256.
type sealed [sealedKey + 8 + 16]byte

const sealedKey = 31 // bytes of the key

// Nonces makes and knows nonces without remembering one: a challenge sent to a
// stranger costs no memory. It is safe for concurrent use.
type Nonces struct {
	life  time.Duration
	now   func() time.Time
	began time.Time
	key   [sealedKey]byte
}

// NewNonces returns the nonces of one key. A nonce is fresh for life after its
// issue. A key that outlives a restart, or that several nodes share, lets them
// know each other's nonces; it must be random and stay secret. now is time.Now,
// or a clock that is never set back.
func NewNonces(key [32]byte, life time.Duration, now func() time.Time) *Nonces {
	n := &Nonces{life: life, now: now, began: now()}
	whole := sha256.Sum256(key[:]) // so that no bit of the key is left out
	copy(n.key[:], whole[:])
	return n
}

// Life is how long a nonce is fresh.
func (n *Nonces) Life() time.Duration { return n.life }

// Issue makes a nonce for a client at src. An IPv4-mapped IPv6 address is its
// IPv4 address; a zone does not count.
func (n *Nonces) Issue(src netip.Addr) string {
	var room [nonceLen]byte
	return string(n.AppendIssue(room[:0], src))
}

// AppendIssue appends what Issue makes.
func (n *Nonces) AppendIssue(dst []byte, src netip.Addr) []byte {
	var raw [stampLen + tagLen]byte
	raw[0] = nonceVersion
	issued := uint64(n.stamp())
	binary.BigEndian.PutUint64(raw[1:], issued)
	tag := n.tag(issued, src)
	copy(raw[stampLen:], tag[:])
	return base64.RawURLEncoding.AppendEncode(dst, raw[:])
}

// Check says whether we made the nonce for src, and how long ago. Only for a
// Stale one may a challenge say stale=true (RFC 7616 section 3.3).
func (n *Nonces) Check(nonce string, src netip.Addr) NonceState {
	_, state := n.Read(nonce, src)
	return state
}

// Read is Check and tells when the nonce was made, in Unix nanoseconds: which
// one of ours for src it is. Of a Foreign one that is 0.
func (n *Nonces) Read(nonce string, src netip.Addr) (issued int64, state NonceState) {
	if len(nonce) != nonceLen {
		return 0, Foreign
	}
	var raw [stampLen + tagLen]byte
	size, err := base64.RawURLEncoding.Decode(raw[:], []byte(nonce))
	if err != nil || size != len(raw) || raw[0] != nonceVersion {
		return 0, Foreign
	}
	stamp := binary.BigEndian.Uint64(raw[1:])
	want := n.tag(stamp, src)
	if subtle.ConstantTimeCompare(want[:], raw[stampLen:]) != 1 {
		return 0, Foreign
	}
	return int64(stamp), n.age(int64(stamp))
}

// stamp is the time in Unix nanoseconds as it would be if nobody had set the
// clock since we began: of two nonces, the later is the newer.
func (n *Nonces) stamp() int64 {
	return n.began.UnixNano() + int64(n.now().Sub(n.began)) // by the monotonic clock
}

// age judges the time of issue. One from the future is of a node with the same
// key and another clock: its true age is unknown, so it is Stale.
func (n *Nonces) age(issued int64) NonceState {
	age := n.stamp() - issued
	if age < 0 || age > int64(n.life) {
		return Stale
	}
	return Fresh
}

// tag seals the time of issue for src.
func (n *Nonces) tag(issued uint64, src netip.Addr) (tag [tagLen]byte) {
	var text sealed
	copy(text[:], n.key[:])
	binary.BigEndian.PutUint64(text[sealedKey:], issued)
	address := src.As16()
	copy(text[sealedKey+8:], address[:])
	sum := sha256.Sum256(text[:])
	copy(tag[:], sum[:])
	return tag
}
