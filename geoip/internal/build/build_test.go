package main

import (
	"bytes"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/oschwald/maxminddb-golang/v2"
)

const (
	header = "# Location Database Export\n#\n# Generated: Thu, 25 Jun 2026 04:33:59 GMT\n"
	v4     = header +
		"16777216,16777471,AU\n" + // 1.0.0.0/24
		"16777472,16777727,AU\n" + // 1.0.1.0/24
		"16777728,16777983,EU\n" + // 1.0.2.0/24
		"167772160,167772415,US\n" + // 10.0.0.0/24
		"2195849216,2195914751,DK\n" // 130.226.0.0/16
	v6 = "# Generated: Fri, 26 Jun 2026 04:33:59 GMT\n" +
		"2001:67c:2e8::,2001:67c:2e8:ffff:ffff:ffff:ffff:ffff,NL\n" +
		"2002::,2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff,JP\n" +
		"2a00:1450::,2a00:1450::ffff,??\n"
)

var generated = time.Date(2026, 6, 25, 4, 33, 59, 0, time.UTC)

func TestParse(t *testing.T) {
	got, err := parse(strings.NewReader(v4))
	if err != nil {
		t.Fatal(err)
	}
	addr := netip.MustParseAddr
	want := []addrRange{
		{addr("1.0.0.0"), addr("1.0.0.255"), "AU"},
		{addr("1.0.1.0"), addr("1.0.1.255"), "AU"},
		{addr("10.0.0.0"), addr("10.0.0.255"), "US"},
		{addr("130.226.0.0"), addr("130.226.255.255"), "DK"},
	}
	if !got.generated.Equal(generated) || !reflect.DeepEqual(got.ranges, want) {
		t.Errorf("got %v, want %v and %v", got, generated, want)
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"an export without a date", "16777216,16777471,AU\n", "when it was generated"},
		{"a date of another form", "# Generated: 2026-06-25\n", "line 1"},
		{"no ranges", header, "no ranges"},
		{"nothing but ranges of no country", header + "1,2,??\n", "no ranges"},
		{"a field too few", header + "1,AU\n", "line 4"},
		{"a field too many", header + "1,2,AU,x\n", "line 4"},
		{"a country of three letters", header + "1,2,AUS\n", "line 4"},
		{"a number that is no IPv4 address", header + "1,4294967296,AU\n", "IPv4 address"},
		{"an address that is none", header + "2001:x::,2001::,AU\n", "line 4"},
		{"a range that ends before it begins", header + "2,1,AU\n", "no range"},
		{"a range of two families", header + "1,2001::,AU\n", "no range"},
		{"an overlap", header + "1,5,AU\n5,9,AU\n", "line 5: 0.0.0.5"},
		{"a descent", header + "5,9,AU\n1,2,AU\n", "line 5: 0.0.0.1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, err := parse(strings.NewReader(tt.text))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, error %v; want error %q", e, err, tt.want)
			}
		})
	}
}

// build runs the command on v4 and v6 and returns what it wrote.
func build(t *testing.T) []byte {
	t.Helper()
	dir := t.TempDir()
	in4, in6 := filepath.Join(dir, "geoip"), filepath.Join(dir, "geoip6")
	for path, text := range map[string]string{in4: v4, in6: v6} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out := filepath.Join(dir, "country.mmdb")
	if err := run(in4, in6, out); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func openBytes(t *testing.T, data []byte) *maxminddb.Reader {
	t.Helper()
	db, err := maxminddb.OpenBytes(data)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestTheDatabaseHoldsTheNetworksThatHaveACountry(t *testing.T) {
	db := openBytes(t, build(t))
	if err := db.Verify(); err != nil {
		t.Error(err)
	}
	got := map[string]string{}
	for network := range db.Networks() {
		var code string
		if err := network.DecodePath(&code, "country", "iso_code"); err != nil {
			t.Fatal(err)
		}
		got[network.Prefix().String()] = code
	}
	want := map[string]string{
		"1.0.0.0/23":        "AU", // neighbours joined
		"130.226.0.0/16":    "DK",
		"2001:67c:2e8::/48": "NL",
		// neither EU and ??, nor the reserved 10.0.0.0/24, nor 6to4
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("networks %v, want %v", got, want)
	}
}

func TestTheDatabaseSaysWhatItIs(t *testing.T) {
	m := openBytes(t, build(t)).Metadata
	later := generated.AddDate(0, 0, 1) // of the two exports
	if m.DatabaseType != "Ringfence-Country" || !m.BuildTime().Equal(later) || m.RecordSize != 24 {
		t.Errorf("metadata %+v", m)
	}
}

func TestTheSameExportsGiveTheSameBytes(t *testing.T) {
	if !bytes.Equal(build(t), build(t)) {
		t.Error("two runs differ")
	}
}

func TestAnExportThatCannotBeReadLeavesNoDatabase(t *testing.T) {
	dir := t.TempDir()
	broken, out := filepath.Join(dir, "geoip"), filepath.Join(dir, "country.mmdb")
	if err := os.WriteFile(broken, []byte("1,2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, in := range []string{broken, filepath.Join(dir, "none")} {
		if err := run(in, in, out); err == nil || !strings.Contains(err.Error(), in) {
			t.Errorf("run on %s: %v", in, err)
		}
	}
	if _, err := os.Stat(out); !os.IsNotExist(err) {
		t.Errorf("a database was written: %v", err)
	}
}
