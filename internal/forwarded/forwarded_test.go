package forwarded

import (
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func TestWhoseAddressCounts(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for name, c := range map[string]struct{ peer, header, want string }{
		"the peer":                              {"192.0.2.1:1", "", "192.0.2.1"},
		"a mapped peer":                         {"[::ffff:192.0.2.1]:1", "", "192.0.2.1"},
		"a stranger's header is not believed":   {"192.0.2.1:1", "198.51.100.7", "192.0.2.1"},
		"a proxy's header is":                   {"10.0.0.1:1", "198.51.100.7", "198.51.100.7"},
		"what stands left of a stranger is not": {"10.0.0.1:1", "203.0.113.9, 198.51.100.7", "198.51.100.7"},
		"a chain of proxies":                    {"10.0.0.1:1", "198.51.100.7, 10.0.0.2", "198.51.100.7"},
		"a proxy that tells the port":           {"10.0.0.1:1", "198.51.100.7:4711", "198.51.100.7"},
		"a port and IPv6":                       {"10.0.0.1:1", "[2001:db8::7]:4711", "2001:db8::7"},
		"a header that the proxy has added":     {"10.0.0.1:1", "203.0.113.9\n198.51.100.7", "198.51.100.7"},
		"a proxy that says nothing":             {"10.0.0.1:1", "", "10.0.0.1"},
		"a proxy that says nonsense":            {"10.0.0.1:1", "198.51.100.7, nonsense", "10.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = c.peer
			for line := range strings.Lines(c.header) {
				r.Header.Add("X-Forwarded-For", strings.TrimSpace(line))
			}
			if got := From(r, proxies); got.String() != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
