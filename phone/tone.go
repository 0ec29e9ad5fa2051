package phone

import (
	"encoding/json"
	"strconv"
)

// Tone is a ringtone: the index of a built-in one, or the id of a custom one.
// The API takes either as a number or a string, and shows an index as a number.
type Tone string

// MarshalJSON writes an index as a number and an id as a string.
func (t Tone) MarshalJSON() ([]byte, error) {
	if n, err := strconv.Atoi(string(t)); err == nil && len(t) < 6 {
		return json.Marshal(n)
	}
	return json.Marshal(string(t))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (t *Tone) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] != '"' {
		*t = Tone(b)
		return nil
	}
	return json.Unmarshal(b, (*string)(t))
}
