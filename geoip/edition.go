package geoip

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/oschwald/geoip2-golang/v2"
	"github.com/oschwald/maxminddb-golang/v2"
)

// edition is one database as it was read. It lies in memory, not in a mapped
// file that somebody could change, and is never closed: a lookup that still uses
// it when the next edition takes over ends undisturbed, and then it is garbage.
type edition struct {
	country lookup
	source  Source
}

// lookup returns what a database says of an address: a code that has yet to be
// checked, or "" when it says nothing. An error says nothing, too: the database
// has been verified, so what is left are IPv6 addresses in an IPv4 database.
type lookup func(netip.Addr) string

// verify reads all of the database in data: a file that was caught half-written
// must not pass for one that knows little.
func verify(data []byte) error {
	db, err := maxminddb.OpenBytes(data)
	if err != nil {
		return err
	}
	if err := db.Verify(); err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	return nil
}

// newEdition opens the sound database in data, which it keeps.
func newEdition(name string, data []byte) (*edition, error) {
	db, err := maxminddb.OpenBytes(data)
	if err != nil {
		return nil, err
	}
	m := db.Metadata
	if !namesCountries(m.DatabaseType) {
		return nil, fmt.Errorf("%w: type %q", ErrNoCountries, m.DatabaseType)
	}
	country, err := newLookup(db, data)
	if err != nil {
		return nil, err
	}
	if !answers(db, country) {
		return nil, fmt.Errorf("%w: no record of type %q names one", ErrNoCountries, m.DatabaseType)
	}
	return &edition{country, Source{name, m.BuildTime().UTC(), m.DatabaseType}}, nil
}

// namesCountries says whether a database type is of the family whose records
// have a country: GeoLite2-City, GeoIP2-Enterprise, DBIP-Country-Lite,
// DBIP-Location (compat=City) and others.
func namesCountries(databaseType string) bool {
	for _, word := range []string{"Country", "City", "Enterprise"} {
		if strings.Contains(databaseType, word) {
			return true
		}
	}
	return false
}

// newLookup reads with geoip2, which accepts the database types on its list and
// no others. The rest, our own among them, keep the code in the same place.
func newLookup(db *maxminddb.Reader, data []byte) (lookup, error) {
	r, err := geoip2.OpenBytes(data)
	if _, unlisted := errors.AsType[geoip2.UnknownDatabaseTypeError](err); unlisted {
		return compatible(db), nil
	}
	if err != nil {
		return nil, err
	}
	return listed(r), nil
}

func listed(r *geoip2.Reader) lookup {
	return func(a netip.Addr) string {
		record, err := r.Country(a)
		if err != nil {
			return ""
		}
		return record.Country.ISOCode
	}
}

func compatible(db *maxminddb.Reader) lookup {
	return func(a netip.Addr) string {
		var code string
		if err := db.Lookup(a).DecodePath(&code, "country", "iso_code"); err != nil {
			return ""
		}
		return code
	}
}

// answers says whether any network of db has a country. The first one tells as a
// rule; all are asked when a vendor keeps something else under that name.
func answers(db *maxminddb.Reader, country lookup) bool {
	for network := range db.Networks() {
		if isCode(country(network.Prefix().Addr())) {
			return true
		}
	}
	return false
}
