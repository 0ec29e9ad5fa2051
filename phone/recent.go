package phone

import (
	"hash/maphash"
	"sync/atomic"
)

// recently is how many unpacked things of a kind the Book keeps at most. It is
// more than what the calls that are being set up at one moment ask for.
const recently = 1024

// recent keeps what was unpacked last, so that a call, which asks for the same
// phones and extensions several times, has each of them made once. What is packed
// never changes, but gives way to another, so that nothing here is ever out of
// date. Safe for concurrent use.
type recent[Packed comparable, T any] struct {
	seed   maphash.Seed
	places [recently]atomic.Pointer[unpacked[Packed, T]]
}

// unpacked is a thing and what it was made of.
type unpacked[Packed comparable, T any] struct {
	of    Packed
	thing T
}

func newRecent[Packed comparable, T any]() *recent[Packed, T] {
	return &recent[Packed, T]{seed: maphash.MakeSeed()}
}

// get returns what was made of the packed thing with that id, or makes it.
func (r *recent[Packed, T]) get(id ID, of Packed, make func(Packed) T) T {
	place := &r.places[maphash.String(r.seed, string(id))%recently]
	if u := place.Load(); u != nil && u.of == of {
		return u.thing
	}
	u := &unpacked[Packed, T]{of, make(of)}
	place.Store(u)
	return u.thing
}
