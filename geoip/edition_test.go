package geoip

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/maxmind/mmdbwriter/mmdbtype"
)

func TestDatabaseTypesWithCountries(t *testing.T) {
	for _, kind := range []string{
		"GeoLite2-Country", "GeoLite2-City", "GeoIP2-Country", "GeoIP2-City",
		"GeoIP2-City-Europe", "GeoIP2-Precision-City", "GeoIP2-Enterprise",
		"DBIP-Country-Lite", "DBIP-City-Lite", "DBIP-Country",
		"DBIP-Location (compat=City)", "DBIP-ISP (compat=Enterprise)",
		"Ringfence-Country", "Example-Country (compat=GeoLite2-Country)",
	} {
		t.Run(kind, func(t *testing.T) {
			data := mmdb(t, kind, 6, records{
				"203.0.113.0/24": in("DK"), "2001:db8::/32": in("SE"),
			})
			d := open(t, file(t, data), "")
			for addr, want := range map[string]string{
				"203.0.113.7": "DK", "2001:db8::1": "SE", "::ffff:203.0.113.7": "DK",
				"203.0.112.1": "", "2001:db9::1": "",
			} {
				if got := d.Country(netip.MustParseAddr(addr)); got != want {
					t.Errorf("Country(%s) = %q, want %q", addr, got, want)
				}
			}
		})
	}
}

func TestOnlyThePlaceOfTheAddressCounts(t *testing.T) {
	registered := mmdbtype.Map{"registered_country": in("US")["country"]}
	both := mmdbtype.Map{"country": in("DK")["country"]}
	for _, other := range []mmdbtype.String{"registered_country", "represented_country"} {
		both[other] = in("US")["country"]
	}
	d := open(t, file(t, mmdb(t, "GeoIP2-Country", 6, records{
		"203.0.113.0/24": both, "198.51.100.0/24": registered,
	})), "")
	if got := d.Country(documentation); got != "DK" {
		t.Errorf("used in DK, registered in US: %q", got)
	}
	if got := d.Country(netip.MustParseAddr("198.51.100.1")); got != "" {
		t.Errorf("registered in US and used nobody knows where: %q", got)
	}
}

func TestAnIPv4DatabaseKnowsNoIPv6Address(t *testing.T) {
	for _, kind := range []string{"GeoLite2-Country", "Example-Country"} {
		data := mmdb(t, kind, 4, records{"203.0.113.0/24": in("DK")})
		d := open(t, file(t, data), "NO")
		for addr, want := range map[string]string{
			"203.0.113.7": "DK", "::ffff:203.0.113.7": "DK", "2001:db8::1": "", "::1": "NO",
		} {
			if got := d.Country(netip.MustParseAddr(addr)); got != want {
				t.Errorf("%s: Country(%s) = %q, want %q", kind, addr, got, want)
			}
		}
	}
}

func TestACodeWithoutItsFormIsUnknown(t *testing.T) {
	for _, code := range []string{"", "dk", "D", "DNK", "??", "ZZ"} {
		data := mmdb(t, "GeoLite2-Country", 6, records{
			"203.0.113.0/24": in(code), "198.51.100.0/24": in("DK"),
		})
		if got := open(t, file(t, data), "").Country(documentation); got != "" {
			t.Errorf("Country in a record with code %q = %q", code, got)
		}
	}
}

func TestOpenRefusesWhatIsNoCountryDatabase(t *testing.T) {
	sound := country(t, "DK")
	number := mmdbtype.Map{"autonomous_system_number": mmdbtype.Uint32(64496)}
	flat := mmdbtype.Map{"country": mmdbtype.String("DK")}
	damaged := slices.Clone(sound)
	damaged[0], damaged[1], damaged[2] = 0xff, 0xff, 0xff

	tests := []struct {
		name string
		data []byte
		want string // in the error
	}{
		{"an empty file", nil, "invalid MaxMind DB"},
		{"a text", []byte("8.8.8.8,US\n"), "invalid MaxMind DB"},
		{"a database that is still compressed", gzipped(t, sound), "invalid MaxMind DB"},
		{"a file cut in the middle", sound[:len(sound)/2], "invalid MaxMind DB"},
		{"a file cut at the last byte", sound[:len(sound)-1], "unexpected end"},
		{"a file whose beginning is not yet there", sound[len(sound)/2:], "invalid metadata"},
		{"a damaged search tree", damaged, "verify"},
		{
			"autonomous systems",
			mmdb(t, "GeoLite2-ASN", 6, records{"203.0.113.0/24": number}),
			ErrNoCountries.Error(),
		},
		{
			"no record with a country",
			mmdb(t, "GeoLite2-Country", 6, records{"203.0.113.0/24": number}),
			ErrNoCountries.Error(),
		},
		{
			"a vendor's own kind of record",
			mmdb(t, "Example-Country", 6, records{"203.0.113.0/24": flat}),
			ErrNoCountries.Error(),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := file(t, tt.data)
			d, err := Open(path, "")
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want %q", err, tt.want)
			}
			if !strings.Contains(err.Error(), path) {
				t.Errorf("error %v does not name the file", err)
			}
			if d != nil {
				t.Error("a database came with the error")
			}
		})
	}
}

func gzipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestNoCountriesIsAnErrorOfItsOwn(t *testing.T) {
	_, err := Open(file(t, mmdb(t, "GeoLite2-ASN", 6, nil)), "")
	if !errors.Is(err, ErrNoCountries) {
		t.Errorf("error %v, want ErrNoCountries", err)
	}
}

func TestOpenRefusesWhatItCannotRead(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(filepath.Join(dir, "none.mmdb"), ""); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v, want fs.ErrNotExist", err)
	}
	if _, err := Open(dir, ""); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("a directory: %v", err)
	}
	large := file(t, nil)
	if err := os.Truncate(large, maxSize+1); err != nil { // a hole, not 512 MiB
		t.Fatal(err)
	}
	if _, err := Open(large, ""); err == nil || !strings.Contains(err.Error(), "larger than 512 MiB") {
		t.Errorf("a file above the limit: %v", err)
	}
}
