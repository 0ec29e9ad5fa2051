package journal

import (
	"encoding/binary"
	"hash/crc32"
)

// headSize is that of a record's head: the length of the entry and the sum.
const headSize = 8

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sum is that of a record: of its number, its length and its entry.
func sum(number int64, entry []byte) uint32 {
	var b [12]byte
	binary.LittleEndian.PutUint64(b[:], uint64(number))
	binary.LittleEndian.PutUint32(b[8:], uint32(len(entry)))
	return crc32.Update(crc32.Checksum(b[:], castagnoli), castagnoli, entry)
}

// appendRecord appends the record of an entry.
func appendRecord(dst []byte, number int64, entry []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(entry)))
	dst = binary.LittleEndian.AppendUint32(dst, sum(number, entry))
	return append(dst, entry...)
}

// cutRecord takes the record with that number from the beginning of b. It returns
// false when there is none: b ends, or holds what was there before.
func cutRecord(b []byte, number int64) (entry, rest []byte, ok bool) {
	if len(b) < headSize {
		return nil, b, false
	}
	n := int64(binary.LittleEndian.Uint32(b))
	if n > int64(len(b)-headSize) {
		return nil, b, false
	}
	entry = b[headSize : headSize+n]
	if binary.LittleEndian.Uint32(b[4:]) != sum(number, entry) {
		return nil, b, false
	}
	return entry, b[headSize+n:], true
}
