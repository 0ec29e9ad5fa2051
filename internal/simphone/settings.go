package simphone

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"time"
)

// maxDocument bounds a configuration file; real ones have some 20 KiB.
const maxDocument = 1 << 20

// Errors of ParseSnom and ParseGeneric.
var (
	// ErrIncomplete is a configuration without user name, or without any host
	// to register at.
	ErrIncomplete = errors.New("configuration lacks a user name or a server")
	// ErrTooLarge is a configuration of more than 1 MiB.
	ErrTooLarge = errors.New("configuration is larger than 1 MiB")
)

// Settings are what a phone needs to know in order to register and call.
type Settings struct {
	Username    string        // user part of the address of record
	AuthName    string        // user name in digest, if another than Username
	Password    string        // never in String
	Domain      string        // host part of the address of record
	DisplayName string        // shown to whom it calls
	Extension   string        // its number, if the file tells
	Server      string        // host:port that every request goes to; "" is Domain
	Transport   string        // "udp", "tcp", or "" for whatever the phone likes
	Expires     time.Duration // registration lifetime to ask for; 0 is an hour
}

// String tells all but the password, for which there is no reason to be in a
// log.
func (s Settings) String() string {
	return fmt.Sprintf("%s@%s via %s %s", s.Username, s.Domain, s.Transport, s.server())
}

// LogValue keeps the password out of structured logs.
func (s Settings) LogValue() slog.Value { return slog.StringValue(s.String()) }

func (s Settings) server() string {
	if s.Server != "" {
		return s.Server
	}
	return s.Domain
}

func (s Settings) authName() string {
	if s.AuthName != "" {
		return s.AuthName
	}
	return s.Username
}

// lifetime is d, or the configured one, or the hour that most phones ask for.
func (s Settings) lifetime(d time.Duration) time.Duration {
	switch {
	case d > 0:
		return d
	case s.Expires > 0:
		return s.Expires
	}
	return time.Hour
}

// complete fills what can be told from the rest, and refuses what cannot.
func (s Settings) complete() (Settings, error) {
	if s.Username == "" || s.server() == "" {
		return Settings{}, ErrIncomplete
	}
	if s.Domain == "" {
		s.Domain, _ = splitPort(s.Server)
	}
	return s, nil
}

// bounded reads a whole document, or fails with ErrTooLarge.
func bounded(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxDocument+1))
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	if len(b) > maxDocument {
		return nil, ErrTooLarge
	}
	return b, nil
}

// seconds reads a lifetime; what is no number counts as not given, as phones
// take it.
func seconds(s string) time.Duration {
	n, err := strconv.ParseUint(s, 10, 31)
	if err != nil {
		return 0
	}
	return time.Duration(n) * time.Second
}
