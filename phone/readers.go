package phone

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// reader turns a decoded JSON value other than null into a property's value.
// Its error says what the value must be: "a Boolean".
type reader[T any] func(v any) (T, error)

// maxText bounds one text property; customConfig is the longest of them.
const maxText = 64 << 10

func readOrClear[T any](read reader[T], v any) (T, error) {
	if v == nil {
		var zero T
		return zero, nil
	}
	return read(v)
}

// text takes one line: it goes into a configuration file, where a line break
// or another control character could begin a setting of its own.
func text(v any) (string, error) {
	s, err := bounded(v, maxText)
	if err == nil && strings.ContainsFunc(s, isControl) {
		return "", errors.New("a String without control characters")
	}
	return s, err
}

// lines takes text of several lines, with tabs; a line ends with a line feed.
func lines(v any) (string, error) {
	s, err := bounded(v, maxText)
	s = strings.ReplaceAll(s, "\r\n", "\n")
	if strings.ContainsFunc(s, func(r rune) bool { return isControl(r) && r != '\n' && r != '\t' }) {
		return "", errors.New("a String without control characters but line feed and tab")
	}
	return s, err
}

// maxLabel bounds what stands beside a key, in bytes; displays show less.
const maxLabel = 128

func keyLabel(v any) (string, error) {
	if _, err := bounded(v, maxLabel); err != nil {
		return "", err
	}
	return text(v)
}

// keyValue takes a phone number, an id or a name; a phone number also as a
// Number. What the function makes of it is judged later.
func keyValue(v any) (string, error) {
	if _, ok := v.(json.Number); ok {
		if n, err := count(v); err == nil {
			v = strconv.Itoa(n)
		}
	}
	return text(v)
}

func bounded(v any, most int) (string, error) {
	s, ok := v.(string)
	switch {
	case !ok:
		return "", errors.New("a String")
	case len(s) > most:
		return "", fmt.Errorf("a String of at most %d bytes", most)
	}
	return s, nil
}

// webAddress takes a URL that a phone fetches something from, and "" for none.
func webAddress(v any) (string, error) {
	s, err := text(v)
	if err == nil && s != "" && !validURL(s) {
		return "", errors.New("an http: or https: URL")
	}
	return s, err
}

func boolean(v any) (bool, error) {
	b, ok := v.(bool)
	if !ok {
		return false, errors.New("a Boolean")
	}
	return b, nil
}

// maxWhole bounds a Number that is written with a point or an exponent: up to it
// every whole number is exact.
const maxWhole = 1 << 53

// integer takes a number without a fraction, in JSON 5.0 as well as 5, and the
// digits as a string.
func integer(v any) (int, error) {
	var digits string
	switch v := v.(type) {
	case json.Number:
		digits = v.String()
		if f, err := v.Float64(); err == nil && f == math.Trunc(f) && math.Abs(f) <= maxWhole {
			digits = strconv.FormatFloat(f, 'f', 0, 64)
		}
	case string:
		digits = v
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0, errors.New("a Number")
	}
	return n, nil
}

// count takes a number of things.
func count(v any) (int, error) {
	n, err := integer(v)
	if err == nil && n < 0 {
		return 0, errors.New("a Number from 0")
	}
	return n, err
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

// tone takes the index of a built-in ringtone or the id of a custom one, either
// as a number or a string, and gives it one form.
func tone(v any) (Tone, error) {
	if s, ok := v.(string); ok {
		if id, ok := ParseID(s); ok || s == "" {
			return Tone(id), nil
		}
	}
	n, err := count(v)
	if err != nil {
		return "", errors.New("an index or an Id")
	}
	return Tone(strconv.Itoa(n)), nil
}

func date(v any) (*time.Time, error) {
	s, _ := v.(string)
	t, ok := ParseDate(s)
	if !ok {
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
