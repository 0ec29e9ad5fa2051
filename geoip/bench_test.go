package geoip

import (
	"net/netip"
	"testing"

	"github.com/maxmind/mmdbwriter/mmdbtype"
)

func BenchmarkCountry(b *testing.B) {
	named := mmdbtype.Map{"country": mmdbtype.Map{
		"geoname_id": mmdbtype.Uint32(2623032),
		"iso_code":   mmdbtype.String("DK"),
		"names": mmdbtype.Map{
			"de": mmdbtype.String("Dänemark"), "en": mmdbtype.String("Denmark"),
		},
	}}
	vendor := file(b, mmdb(b, "GeoLite2-Country", 6, records{"203.0.113.0/24": named}))
	for _, bb := range []struct{ name, path, addr, want string }{
		{"built-in/IPv4", "", "130.225.1.1", "DK"},
		{"built-in/IPv6", "", "2001:67c:2e8::1", "NL"},
		{"built-in/private", "", "192.168.1.1", "NO"},
		{"GeoLite2", vendor, "203.0.113.7", "DK"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			d, addr := open(b, bb.path, "NO"), netip.MustParseAddr(bb.addr)
			b.ReportAllocs()
			for b.Loop() {
				if got := d.Country(addr); got != bb.want {
					b.Fatalf("Country = %q", got)
				}
			}
		})
	}
}

func BenchmarkOpenBuiltIn(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		open(b, "", "")
	}
}
