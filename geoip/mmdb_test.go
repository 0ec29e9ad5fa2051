package geoip

import (
	"bytes"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"go4.org/netipx"
)

// records are what a database made for a test holds, by network.
type records map[string]mmdbtype.Map

// in is the record of an address in a country.
func in(code string) mmdbtype.Map {
	return mmdbtype.Map{"country": mmdbtype.Map{"iso_code": mmdbtype.String(code)}}
}

// mmdb makes a database of that type. An IP version of 4 makes one that cannot
// be asked for IPv6 addresses.
func mmdb(t testing.TB, databaseType string, version int, rs records) []byte {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{
		BuildEpoch:              1_772_366_400, // 2026-03-01 12:00:00 UTC
		DatabaseType:            databaseType,
		Description:             map[string]string{"en": "made for a test"},
		IPVersion:               version,
		IncludeReservedNetworks: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	for network, record := range rs {
		prefix := netipx.PrefixIPNet(netip.MustParsePrefix(network))
		if err := tree.Insert(prefix, record); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := tree.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// country makes a small database in which 203.0.113.0/24 is in the country code.
func country(t testing.TB, code string) []byte {
	t.Helper()
	return mmdb(t, "GeoLite2-Country", 6, records{"203.0.113.0/24": in(code)})
}

// file writes a database to a directory of its own.
func file(t testing.TB, data []byte) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "country.mmdb")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// open opens a database that must be sound, and closes it after the test.
func open(t testing.TB, path, private string) *Database {
	t.Helper()
	d, err := Open(path, private)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

var documentation = netip.MustParseAddr("203.0.113.7")
