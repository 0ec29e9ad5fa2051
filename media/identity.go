package media

import (
	"hash/maphash"
	"math/rand/v2"
	"net/netip"
	"strconv"
)

// identity is whom the descriptions of one End are from. The version goes up by
// one when the text has changed, and only then (RFC 3264 section 8).
type identity struct {
	id, version, sum uint64
	seed             maphash.Seed // of sum
}

// newIdentity makes a session id: 62 random bits, so that it fits where a signed
// number is expected (RFC 8866 section 5.2 asks for uniqueness only).
func newIdentity() identity { return identity{id: rand.Uint64()>>2 | 1, seed: maphash.MakeSeed()} }

func (n *identity) turn(text []byte) {
	if sum := maphash.Bytes(n.seed, text); sum != n.sum || n.version == 0 {
		n.sum, n.version = sum, n.version+1
	}
}

// sign puts o= into a text that is without it, and copies it.
func (n *End) sign(text []byte, at int) []byte {
	n.identity.turn(text)
	var room [128]byte
	origin := n.appendOrigin(room[:0])
	out := append(make([]byte, 0, len(text)+len(origin)), text[:at]...)
	return append(append(out, origin...), text[at:]...)
}

func (n *End) appendOrigin(out []byte) []byte {
	out = append(out, "o=- "...)
	out = strconv.AppendUint(out, n.identity.id, 10)
	out = append(out, ' ')
	out = strconv.AppendUint(out, n.identity.version, 10)
	return appendAddr(append(out, ' '), n.address())
}

// appendAddr writes the end of an o= or c= line (RFC 8866 section 5.7).
func appendAddr(out []byte, a netip.Addr) []byte {
	family := "IN IP6 "
	if a.Is4() {
		family = "IN IP4 "
	}
	return append(a.AppendTo(append(out, family...)), "\r\n"...)
}

// pass gives a description another o= line and else leaves it as it is.
func (n *End) pass(s *session) []byte {
	e := n.engine.editors.take()
	e.to = n
	defer e.finish()
	at := 0
	for i, l := range s.all {
		if l.kind == 'o' && i < len(s.lines) {
			at = len(e.out)
			continue
		}
		if e.line(l.kind, l.value); i == 0 {
			at = len(e.out) // behind v=, should there be none
		}
	}
	return n.sign(e.out, at)
}
