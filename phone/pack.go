package phone

import (
	"encoding/binary"
	"slices"
	"time"
)

// The Book keeps an object as one string, and makes the object of it when
// somebody asks: properties that hold no value take no room, and the texts of
// the object are parts of the string. The form lives in memory only.

// slot is how one property is packed.
type slot[T any] struct {
	put  func(b []byte, from *T) []byte // appends the value, nothing when there is none
	take func(s string, to *T) string   // reads it and returns what is behind it
}

// lastSlot stands behind the last property.
const lastSlot = 0xff

// pack appends the properties that hold a value, each behind its number.
func pack[T any](b []byte, slots []slot[T], from *T) []byte {
	for i, property := range slots {
		numbered := append(b, byte(i))
		if filled := property.put(numbered, from); len(filled) > len(numbered) {
			b = filled
		}
	}
	return append(b, lastSlot)
}

// unpack reads what pack has written and returns what is behind it.
func unpack[T any](s string, slots []slot[T], to *T) string {
	for s[0] != lastSlot {
		s = slots[s[0]].take(s[1:], to)
	}
	return s[1:]
}

func packText[T any, S ~string](at func(*T) *S) slot[T] {
	return slot[T]{
		put: func(b []byte, from *T) []byte {
			if text := *at(from); text != "" {
				b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
			}
			return b
		},
		take: func(s string, to *T) string {
			*at(to), s = takeText[S](s)
			return s
		},
	}
}

func takeText[S ~string](s string) (text S, rest string) {
	length, s := uvarint(s)
	return S(s[:length]), s[length:]
}

// packWord is for a text that is nearly always one of a few.
func packWord[T any, S ~string](at func(*T) *S, words ...S) slot[T] {
	other := packText(at)
	return slot[T]{
		put: func(b []byte, from *T) []byte {
			if i := slices.Index(words, *at(from)); i >= 0 {
				return append(b, byte(i))
			}
			if numbered := append(b, byte(len(words))); *at(from) != "" {
				b = other.put(numbered, from)
			}
			return b
		},
		take: func(s string, to *T) string {
			*at(to), s = takeWord(s, words)
			return s
		},
	}
}

func takeWord[S ~string](s string, words []S) (word S, rest string) {
	if i := int(s[0]); i < len(words) {
		return words[i], s[1:]
	}
	return takeText[S](s[1:])
}

func packInt[T any](at func(*T) *int) slot[T] {
	return slot[T]{
		put: func(b []byte, from *T) []byte {
			if n := *at(from); n != 0 {
				b = binary.AppendVarint(b, int64(n))
			}
			return b
		},
		take: func(s string, to *T) string {
			n, s := varint(s)
			*at(to) = int(n)
			return s
		},
	}
}

func packOptional[T any](at func(*T) **int) slot[T] {
	return slot[T]{
		put: func(b []byte, from *T) []byte {
			if n := *at(from); n != nil {
				b = binary.AppendVarint(b, int64(*n))
			}
			return b
		},
		take: func(s string, to *T) string {
			n, s := varint(s)
			*at(to) = shared(int(n))
			return s
		},
	}
}

// small are the numbers 0 to 255, and switches off and on: nobody changes in place
// what a property points at, so all phones can point at the same.
var (
	small    = [256]int(counting(256))
	switches = [2]bool{false, true}
)

func counting(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

func shared(n int) *int {
	if n >= 0 && n < len(small) {
		return &small[n]
	}
	return &n
}

func packSwitch[T any](at func(*T) **bool) slot[T] {
	return slot[T]{
		put: func(b []byte, from *T) []byte {
			switch on := *at(from); {
			case on == nil:
			case *on:
				b = append(b, 1)
			default:
				b = append(b, 0)
			}
			return b
		},
		take: func(s string, to *T) string {
			*at(to) = &switches[s[0]]
			return s[1:]
		},
	}
}

func packMoment[T any](at func(*T) *time.Time) slot[T] {
	return slot[T]{
		put: func(b []byte, from *T) []byte {
			t := *at(from)
			if t.IsZero() {
				return b
			}
			_, offset := t.Zone()
			b = binary.AppendVarint(b, t.Unix())
			b = binary.AppendUvarint(b, uint64(t.Nanosecond()))
			return binary.AppendVarint(b, int64(offset))
		},
		take: func(s string, to *T) string {
			seconds, s := varint(s)
			fraction, s := uvarint(s)
			offset, s := varint(s)
			zone := time.UTC
			if offset != 0 {
				zone = time.FixedZone("", int(offset))
			}
			*at(to) = time.Unix(seconds, int64(fraction)).In(zone)
			return s
		},
	}
}

func packDate[T any](at func(*T) **time.Time) slot[T] {
	moment := packMoment(func(t *time.Time) *time.Time { return t })
	return slot[T]{
		put: func(b []byte, from *T) []byte {
			if t := *at(from); t != nil {
				b = moment.put(b, t)
			}
			return b
		},
		take: func(s string, to *T) string {
			*at(to) = new(time.Time)
			return moment.take(s, *at(to))
		},
	}
}

func packList[T, E any](at func(*T) *[]E, slots []slot[E]) slot[T] {
	return slot[T]{
		put: func(b []byte, from *T) []byte {
			list := *at(from)
			if len(list) == 0 {
				return b
			}
			b = binary.AppendUvarint(b, uint64(len(list)))
			for i := range list {
				b = pack(b, slots, &list[i])
			}
			return b
		},
		take: func(s string, to *T) string {
			length, s := uvarint(s)
			list := make([]E, length)
			for i := range list {
				s = unpack(s, slots, &list[i])
			}
			*at(to) = list
			return s
		},
	}
}

// uvarint is binary.Uvarint for a string that pack has written.
func uvarint(s string) (n uint64, rest string) {
	for shift := 0; ; shift += 7 {
		c := s[0]
		s = s[1:]
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return n, s
		}
	}
}

func varint(s string) (int64, string) {
	n, rest := uvarint(s)
	return int64(n>>1) ^ -int64(n&1), rest
}
