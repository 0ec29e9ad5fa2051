package geoip

import (
	"bytes"
	"net/netip"
	"os"
	"testing"
	"time"
)

func TestBuiltInDatabaseKnowsCountries(t *testing.T) {
	d := open(t, "", "")
	tests := []struct{ name, addr, want string }{
		{"Google's resolver", "8.8.8.8", "US"},
		{"Google's resolver, IPv6", "2001:4860:4860::8888", "US"},
		{"RIPE NCC", "193.0.6.139", "NL"},
		{"RIPE NCC, IPv6", "2001:67c:2e8::1", "NL"},
		{"RIPE NCC, with a zone that says nothing", "2001:67c:2e8::1%eth0", "NL"},
		{"the Danish research network", "130.225.1.1", "DK"},
		{"ETH Zurich", "129.132.1.1", "CH"},
		{"the Swiss research network, IPv6", "2001:620::1", "CH"},
		{"the University of Cambridge", "131.111.8.42", "GB"},
		{"the University of Tokyo", "133.11.0.1", "JP"},
		{"NIC.br", "200.160.2.3", "BR"},
		{"AFRINIC", "196.216.2.1", "ZA"},
		{"an IPv4-mapped address is its IPv4 address", "::ffff:130.225.1.1", "DK"},
		{"a 6to4 address is where its IPv4 address is", "2002:82e1:101::1", "DK"},
		{"an address for documentation is nowhere", "192.0.2.1", ""},
		{"an IPv6 address for documentation is nowhere", "2001:db8::1", ""},
		{"a multicast address is nowhere", "224.0.0.1", ""},
		{"a private address is nowhere", "10.0.0.1", ""},
		{"a loopback address is nowhere", "127.0.0.1", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := d.Country(netip.MustParseAddr(tt.addr)); got != tt.want {
				t.Errorf("Country(%s) = %q, want %q", tt.addr, got, tt.want)
			}
		})
	}
	if got := d.Country(netip.Addr{}); got != "" {
		t.Errorf("Country of no address = %q", got)
	}
}

func TestBuiltInDatabaseIsSound(t *testing.T) {
	if err := verify(database); err != nil {
		t.Error(err)
	}
}

func TestPrivateAddressesCountAsTheConfiguredCountry(t *testing.T) {
	d := open(t, "", "NO")
	tests := []struct{ name, addr, want string }{
		{"ten", "10.1.2.3", "NO"},
		{"172.16/12", "172.31.255.255", "NO"},
		{"above 172.16/12", "172.32.0.1", "US"},
		{"192.168/16", "192.168.1.1", "NO"},
		{"IPv4-mapped", "::ffff:192.168.1.1", "NO"},
		{"carrier-grade NAT", "100.127.255.255", "NO"},
		{"loopback", "127.0.0.2", "NO"},
		{"IPv6 loopback", "::1", "NO"},
		{"link-local", "169.254.1.1", "NO"},
		{"IPv6 link-local with a zone", "fe80::1%eth0", "NO"},
		{"unique local", "fd12:3456:789a::1", "NO"},
		{"a public address stays where it is", "130.225.1.1", "DK"},
		{"documentation is not private", "192.0.2.1", ""},
		{"multicast is not private", "239.1.2.3", ""},
		{"unspecified is not private", "0.0.0.0", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := d.Country(netip.MustParseAddr(tt.addr)); got != tt.want {
				t.Errorf("Country(%s) = %q, want %q", tt.addr, got, tt.want)
			}
		})
	}
}

func TestADatabaseThatKnowsAPrivateAddressWins(t *testing.T) {
	d := open(t, file(t, mmdb(t, "DBIP-Country-Lite", 6, records{
		"10.0.0.0/8":     in("SE"),
		"192.168.0.0/16": in("ZZ"), // how some vendors say that it is unknown
	})), "NO")
	for addr, want := range map[string]string{
		"10.0.0.1": "SE", "192.168.0.1": "NO", "172.16.0.1": "NO", "203.0.113.7": "",
	} {
		if got := d.Country(netip.MustParseAddr(addr)); got != want {
			t.Errorf("Country(%s) = %q, want %q", addr, got, want)
		}
	}
}

func TestOpenRefusesAPrivateCountryThatIsNoCode(t *testing.T) {
	for _, code := range []string{"no", "N", "NOR", "N1", "ZZ", "ÆØ", "--"} {
		if _, err := Open("", code); err == nil {
			t.Errorf("Open with private country %q gave no error", code)
		}
	}
}

func TestSourceTellsWhichDatabaseAnswers(t *testing.T) {
	path := file(t, country(t, "DK"))
	got := open(t, path, "").Source()
	want := Source{path, time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), "GeoLite2-Country"}
	if got != want {
		t.Errorf("Source() = %v, want %v", got, want)
	}
}

func TestLicenceOfTheBuiltInDataNamesItsBuild(t *testing.T) {
	s := open(t, "", "").Source()
	if s.Name != BuiltIn || s.Type != "Ringfence-Country" {
		t.Errorf("Source() = %v", s)
	}
	licence, err := os.ReadFile("LICENSE-DATA")
	if err != nil {
		t.Fatal(err)
	}
	if built := s.Built.Format("2 January 2006, 15:04:05 UTC"); !bytes.Contains(licence, []byte(built)) {
		t.Errorf("LICENSE-DATA does not say that the data is of %s", built)
	}
}

func TestAClosedDatabaseKnowsNothing(t *testing.T) {
	d := open(t, file(t, country(t, "DK")), "NO")
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	for _, a := range []string{"203.0.113.7", "10.0.0.1"} {
		if got := d.Country(netip.MustParseAddr(a)); got != "" {
			t.Errorf("Country(%s) = %q after Close", a, got)
		}
	}
	if got := d.Source(); got != (Source{}) {
		t.Errorf("Source() = %v after Close", got)
	}
	if err := d.Reload(); err != ErrClosed {
		t.Errorf("Reload after Close: %v, want ErrClosed", err)
	}
	if got := d.Country(documentation); got != "" {
		t.Errorf("Reload opened it again: %q", got)
	}
}
