package geoip

import _ "embed"

//go:generate go run ./internal/build -v4 /usr/share/tor/geoip -v6 /usr/share/tor/geoip6 -o country.mmdb

// database is not compressed: so it lies in the program's file, from which the
// system reads the pages that lookups come to, and nothing of it is in the heap.
//
//go:embed country.mmdb
var database []byte

// builtIn opens the database that comes with the program. That it is sound is for
// the tests to say: to verify it here would read all of it at every start.
func builtIn() (*edition, error) { return newEdition(BuiltIn, database) }
