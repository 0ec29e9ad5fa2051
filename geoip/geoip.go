// Package geoip says which country an IP address is in.
//
// It states facts and judges nobody: what follows from a country, or from not
// knowing one, is for package policy. A database is built in, so that countries
// work without an account anywhere; a file in the MaxMind DB format 2.0 with the
// records of a GeoIP2 Country or City database takes its place, and can be
// replaced while it is in use.
//
// The country is where the address is used (country in the record), never where
// its block is registered (registered_country) or whom its users serve
// (represented_country): a fence is about places.
//
// It does not download databases, knows no list of countries, and does not log.
// How the built-in database is made is told in README.md, and whose data it is
// in LICENSE-DATA.
package geoip

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// BuiltIn is the Name in the Source of the database that comes with the program.
const BuiltIn = "built-in"

var (
	// ErrNoCountries says that a database is sound but holds something else,
	// such as autonomous systems.
	ErrNoCountries = errors.New("database holds no countries")
	// ErrClosed is what Reload returns after Close.
	ErrClosed = errors.New("GeoIP database is closed")
)

// Database answers from the database that was read last. It is safe for
// concurrent use, and a lookup never waits for a reload.
type Database struct {
	path    string // "" for the built-in one
	private string // country of private addresses, or ""

	current atomic.Pointer[edition] // nil when closed

	mu     sync.Mutex  // guards reading the file, and all below
	seen   os.FileInfo // the file as it was when it was read last, good or not
	closed bool
}

// Source says what the answers are taken from.
type Source struct {
	Name  string    // path of the file, or BuiltIn
	Built time.Time // when its maker built it, in UTC
	Type  string    // database type in its metadata, like "GeoLite2-City"
}

// Open reads the database in the file path, the built-in one when path is empty.
//
// Private addresses that the database does not know count as the country
// private, an ISO 3166-1 alpha-2 code in capitals, or as unknown when that is
// empty. Only the form of the code is checked here.
//
// A file that cannot be read, is larger than 512 MiB, or is damaged is an error,
// and so is one without countries: ErrNoCountries.
func Open(path, private string) (*Database, error) {
	if private != "" && !isCode(private) {
		return nil, fmt.Errorf("country of private addresses: %q is not two capital letters", private)
	}
	d := &Database{path: path, private: private}
	if err := d.open(); err != nil {
		return nil, err
	}
	return d, nil
}

func (d *Database) open() error {
	if d.path != "" {
		return d.Reload()
	}
	e, err := builtIn()
	if err != nil {
		return fmt.Errorf("open built-in GeoIP database: %w", err)
	}
	d.current.Store(e)
	return nil
}

// Country returns the ISO 3166-1 alpha-2 code, in capitals, of the country that
// a is in. It is empty when that is not known, when a is not valid, and after
// Close. An IPv4-mapped IPv6 address is its IPv4 address; a zone is ignored.
func (d *Database) Country(a netip.Addr) string {
	e := d.current.Load()
	if e == nil || !a.IsValid() {
		return ""
	}
	a = a.Unmap()
	if code := e.country(a); isCode(code) {
		return code
	}
	if isPrivate(a) {
		return d.private
	}
	return ""
}

// Source returns what Country answers from now, the zero Source after Close.
func (d *Database) Source() Source {
	if e := d.current.Load(); e != nil {
		return e.source
	}
	return Source{}
}

// Close forgets the database, after a reload that is under way. Watch ends when
// it would look again; it does not wait for that. The error is always nil.
func (d *Database) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	d.current.Store(nil)
	return nil
}
