package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// export is what one text says: when it was made, and which country each range
// of addresses belongs to, in ascending order without overlaps.
type export struct {
	generated time.Time
	ranges    []addrRange
}

// addrRange is the addresses first to last, both included.
type addrRange struct {
	first, last netip.Addr
	country     string // ISO 3166-1 alpha-2
}

// notCountries are codes that the exports use and that name no country: a fence
// cannot list them, so such a range is as good as unknown.
var notCountries = map[string]bool{
	"AP": true, // "Asia/Pacific Region"
	"EU": true, // "European Union", of registrations without a member state
	"ZZ": true, // ISO 3166-1 user-assigned: unknown
}

// parse reads an export: comment lines, one of which says when it was generated,
// then lines of first,last,country. Ranges without a country are left out.
func parse(r io.Reader) (export, error) {
	var e export
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		if err := e.add(strings.TrimSpace(lines.Text())); err != nil {
			return export{}, fmt.Errorf("line %d: %w", n, err)
		}
	}
	switch {
	case lines.Err() != nil:
		return export{}, lines.Err()
	case e.generated.IsZero():
		return export{}, errors.New("no line says when it was generated")
	case len(e.ranges) == 0:
		return export{}, errors.New("no ranges")
	}
	return e, nil
}

func (e *export) add(line string) error {
	if date, ok := strings.CutPrefix(line, "# Generated:"); ok {
		var err error
		e.generated, err = time.Parse(time.RFC1123, strings.TrimSpace(date))
		return err
	}
	if line == "" || line[0] == '#' {
		return nil
	}
	r, err := parseRange(line)
	if err != nil {
		return err
	}
	if n := len(e.ranges); n > 0 && !e.ranges[n-1].last.Less(r.first) {
		return fmt.Errorf("%s is not above the range before it", r.first)
	}
	if isCountry(r.country) {
		e.ranges = append(e.ranges, r)
	}
	return nil
}

func parseRange(line string) (addrRange, error) {
	fields := strings.Split(line, ",")
	if len(fields) != 3 || len(fields[2]) != 2 {
		return addrRange{}, fmt.Errorf("%q is not first,last,country", line)
	}
	first, err := parseAddr(fields[0])
	if err != nil {
		return addrRange{}, err
	}
	last, err := parseAddr(fields[1])
	if err != nil {
		return addrRange{}, err
	}
	if first.BitLen() != last.BitLen() || last.Less(first) {
		return addrRange{}, fmt.Errorf("%q is no range", line)
	}
	return addrRange{first, last, fields[2]}, nil
}

// parseAddr reads an address as the exports write it: IPv6 as usual, IPv4 as one
// decimal number.
func parseAddr(s string) (netip.Addr, error) {
	if strings.Contains(s, ":") {
		return netip.ParseAddr(s)
	}
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		return netip.Addr{}, fmt.Errorf("IPv4 address: %w", err)
	}
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], uint32(n))
	return netip.AddrFrom4(b), nil
}

func isCountry(code string) bool {
	isLetter := func(c byte) bool { return 'A' <= c && c <= 'Z' }
	return isLetter(code[0]) && isLetter(code[1]) && !notCountries[code]
}
