package phone

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// reader turns a decoded JSON value other than null into a property's value.
// Its error says what the value must be: "a Boolean".
type reader[T any] func(v any) (T, error)

type moment = time.Time

// maxText bounds one text property; customConfig is the longest of them.
const maxText = 64 << 10

func readOrClear[T any](read reader[T], v any) (T, error) {
	if v == nil {
		var zero T
		return zero, nil
	}
	return read(v)
}

func text(v any) (string, error) {
	s, ok := v.(string)
	switch {
	case !ok:
		return "", errors.New("a String")
	case len(s) > maxText:
		return "", fmt.Errorf("a String of at most %d bytes", maxText)
	}
	return s, nil
}

func boolean(v any) (bool, error) {
	b, ok := v.(bool)
	if !ok {
		return false, errors.New("a Boolean")
	}
	return b, nil
}

// integer takes a number without a fraction, and the same as a string.
func integer(v any) (int, error) {
	var digits string
	switch v := v.(type) {
	case json.Number:
		digits = v.String()
	case string:
		digits = v
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0, errors.New("a Number")
	}
	return n, nil
}

func between(lo, hi int) reader[int] {
	return func(v any) (int, error) {
		n, err := integer(v)
		if err != nil || n < lo || n > hi {
			return 0, fmt.Errorf("a Number from %d to %d", lo, hi)
		}
		return n, nil
	}
}

func optional[T any](read reader[T]) reader[*T] {
	return func(v any) (*T, error) {
		got, err := read(v)
		return &got, err
	}
}

// identifier takes an id; the empty string is none, as null is.
func identifier(v any) (ID, error) {
	s, _ := v.(string)
	if s == "" {
		if _, ok := v.(string); ok {
			return "", nil
		}
	}
	id, ok := ParseID(s)
	if !ok {
		return "", errors.New("an Id")
	}
	return id, nil
}

func macAddress(v any) (MAC, error) {
	s, _ := v.(string)
	m, ok := ParseMAC(s)
	if !ok {
		return "", errors.New("a MAC address")
	}
	return m, nil
}

func ipMode(v any) (IPMode, error) {
	s, err := text(v)
	return IPMode(s), err
}

func countryList(v any) (Countries, error) {
	s, err := text(v)
	return Countries(s), err
}

// tone takes an index or an id, as a number or a string.
func tone(v any) (Tone, error) {
	if n, ok := v.(json.Number); ok {
		if i, err := strconv.Atoi(n.String()); err != nil || i < 0 {
			return "", errors.New("an index")
		}
		return Tone(n.String()), nil
	}
	s, err := text(v)
	return Tone(s), err
}

func date(v any) (*moment, error) {
	s, _ := v.(string)
	t, err := parseDate(s)
	if err != nil {
		return nil, errors.New("a Date")
	}
	return &t, nil
}

func oneOf(words ...string) reader[string] {
	return func(v any) (string, error) {
		s, ok := v.(string)
		if !ok || s != "" && !slices.Contains(words, s) {
			return "", errors.New("one of " + strings.Join(words, ", "))
		}
		return s, nil
	}
}

var paymentOption = oneOf("NONE", "BOUGHT", "RENTED", "SELF_OWNED")
