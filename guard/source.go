package guard

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
)

// sourceBits is how much of an IPv6 address counts: a subscriber has a /64 to
// choose addresses from.
const sourceBits = 64

// source is an IPv4 address, or the upper half of an IPv6 one. IPv4 is put where
// it meets no address in use: 0000::/8 is reserved (RFC 4291 section 2.4).
type source uint64

func sourceOf(a netip.Addr) source {
	a = a.Unmap()
	if a.Is4() {
		b := a.As4()
		return 0xffff<<32 | source(binary.BigEndian.Uint32(b[:]))
	}
	b := a.As16()
	return source(binary.BigEndian.Uint64(b[:8]))
}

// network is the source as a prefix.
func (s source) network() netip.Prefix {
	if s>>32 == 0xffff {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], uint32(s))
		return netip.PrefixFrom(netip.AddrFrom4(b), 32)
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], uint64(s))
	return netip.PrefixFrom(netip.AddrFrom16(b), sourceBits)
}

// single says whether the network is just one source, and which.
func single(p netip.Prefix) (source, bool) {
	return sourceOf(p.Addr()), p.Addr().Is4() && p.Bits() == 32 || p.Addr().Is6() && p.Bits() == sourceBits
}

// mix spreads a number over 64 bits in a way that is not to be foreseen by who
// does not know the key.
func mix(n, key uint64) uint64 {
	hi, lo := bits.Mul64(n^key, key|1<<63|1)
	hi, lo = bits.Mul64(hi^lo^key, 0x9e3779b97f4a7c15)
	return hi ^ lo
}
