package media

import (
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pion/sdp/v3"
	"golang.org/x/tools/txtar"
)

// FuzzRewrite asserts that no description panics, that what another parser reads
// it still reads when edited, and that the describer's addresses are gone.
func FuzzRewrite(f *testing.F) {
	files, err := filepath.Glob("../testdata/sdp/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(section(a, "in.sdp"))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		e, err := Rewrite(in, relay6, 30000, origin)
		if err != nil {
			return
		}
		if _, err := Describe(e.SDP); err != nil {
			t.Fatalf("we cannot read what we wrote: %v\n%s", err, e.SDP)
		}
		var before, after sdp.SessionDescription
		if before.Unmarshal(in) != nil {
			return
		}
		if err := after.Unmarshal(e.SDP); err != nil {
			t.Fatalf("another parser refuses what we wrote: %v\n%s", err, e.SDP)
		}
		rest := strings.ReplaceAll(string(e.SDP), relay6.String(), "")
		for _, a := range foreignAddresses(&before) {
			if strings.Contains(rest, a) {
				t.Fatalf("%s is told to the other side:\n%s", a, e.SDP)
			}
		}
	})
}

// foreignAddresses returns the addresses of a description as another parser
// reads them.
func foreignAddresses(s *sdp.SessionDescription) []string {
	all := []string{s.Origin.UnicastAddress}
	add := func(c *sdp.ConnectionInformation) {
		if c != nil && c.Address != nil {
			all = append(all, c.Address.Address)
		}
	}
	add(s.ConnectionInformation)
	for _, m := range s.MediaDescriptions {
		add(m.ConnectionInformation)
	}
	var ips []string
	for _, a := range all {
		if ip, err := netip.ParseAddr(a); err == nil && !ip.IsUnspecified() {
			ips = append(ips, a)
		}
	}
	return ips
}

func BenchmarkRewrite(b *testing.B) {
	a, err := txtar.ParseFile("../testdata/sdp/snom-offer.txtar")
	if err != nil {
		b.Fatal(err)
	}
	in := section(a, "in.sdp")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Rewrite(in, relay4, 30000, origin); err != nil {
			b.Fatal(err)
		}
	}
}
