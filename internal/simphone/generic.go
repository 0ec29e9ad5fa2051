package simphone

import (
	"fmt"
	"io"
	"strings"
)

// ParseGeneric reads a text file with a setting on each line, "key = value". It
// knows username, auth_name, password, domain, server, transport, expires (in
// seconds), display_name and extension, and passes over other keys, empty lines
// and those that begin with # or ;. "line = 2" begins another identity, which it
// passes over too. When a key comes twice, the later wins.
// Errors: ErrTooLarge, ErrIncomplete, or the number of a line without "=".
func ParseGeneric(r io.Reader) (Settings, error) {
	b, err := bounded(r)
	if err != nil {
		return Settings{}, err
	}
	var s Settings
	number, first := 0, true
	for line := range strings.Lines(string(b)) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok {
			return Settings{}, fmt.Errorf("parse configuration: line %d is not key = value", number)
		}
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if key == "line" {
			first = value == "1"
		}
		if first {
			s.setGeneric(key, value)
		}
	}
	return s.complete()
}

func (s *Settings) setGeneric(key, value string) {
	switch key {
	case "username":
		s.Username = value
	case "auth_name":
		s.AuthName = value
	case "password":
		s.Password = value
	case "domain":
		s.Domain = value
	case "server":
		s.Server = value
	case "transport":
		s.Transport = strings.ToLower(value)
	case "expires":
		s.Expires = seconds(value)
	case "display_name":
		s.DisplayName = value
	case "extension":
		s.Extension = value
	}
}
