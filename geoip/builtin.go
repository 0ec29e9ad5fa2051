package geoip

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
)

//go:generate go run ./internal/build -v4 /usr/share/tor/geoip -v6 /usr/share/tor/geoip6 -o country.mmdb.gz

// packed is the database, compressed with gzip.
//
//go:embed country.mmdb.gz
var packed []byte

// builtIn unpacks the database that comes with the program.
func builtIn() (*edition, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(z, maxSize))
	if err != nil {
		return nil, err
	}
	return newEdition(BuiltIn, data)
}
