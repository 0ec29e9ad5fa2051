package phone

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
)

// ID names an object: 24 lower-case hexadecimal characters that begin with the
// time of creation, so that ids sort by age. The zero ID means "none" and is
// null in JSON.
type ID string

// NewID makes an ID of four bytes of seconds, three of their fraction (60 ns)
// and five of randomness.
func NewID(now time.Time, random io.Reader) (ID, error) {
	var b [12]byte
	fraction := uint64(now.Nanosecond()) << 24 / uint64(time.Second)
	binary.BigEndian.PutUint64(b[:8], uint64(now.Unix())<<32|fraction<<8)
	if _, err := io.ReadFull(random, b[7:]); err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	return ID(hex.EncodeToString(b[:])), nil
}

// ParseID reads an id in either case. It returns false for anything but 24
// hexadecimal characters.
func ParseID(s string) (ID, bool) {
	if len(s) != 24 || !isHex(s) {
		return "", false
	}
	return ID(strings.ToLower(s)), true
}

// MarshalJSON writes the zero ID as null.
func (i ID) MarshalJSON() ([]byte, error) {
	if i == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(i))
}

func isHex(s string) bool {
	for _, c := range []byte(s) {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
			return false
		}
	}
	return true
}
