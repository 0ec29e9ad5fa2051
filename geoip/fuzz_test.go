package geoip

import (
	"net/netip"
	"testing"
)

// A file from elsewhere either is refused or answers: it never brings the
// process down, whatever is in it.
func FuzzEdition(f *testing.F) {
	for _, kind := range []string{"GeoLite2-City", "Example-Country"} {
		for _, version := range []int{4, 6} {
			data := mmdb(f, kind, version, records{
				"203.0.113.0/24": in("DK"), "10.0.0.0/8": in("ZZ"),
			})
			f.Add(data)
			f.Add(data[:len(data)/2])
			f.Add(data[len(data)/2:])
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := newEdition("fuzz", data)
		if err != nil {
			return
		}
		d := &Database{private: "NO"}
		d.current.Store(e)
		for _, a := range []string{"203.0.113.7", "10.0.0.1", "::1", "2001:db8::1"} {
			code := d.Country(netip.MustParseAddr(a))
			if code != "" && !isCode(code) {
				t.Errorf("Country(%s) = %q", a, code)
			}
		}
	})
}
