package media

import (
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pion/sdp/v3"
	"golang.org/x/tools/txtar"
)

// FuzzEdit asserts that no description panics, that we and another parser read
// what we wrote of what they could read, and that no address in it is another
// than ours.
func FuzzEdit(f *testing.F) {
	files, err := filepath.Glob("../testdata/sdp/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(part(a, "in.sdp"))
	}
	f.Add([]byte(sound + "a=x:1.2.3.4.5\r\na=y:::1\r\na=z:a.b.c.d 10.0.0.1\r\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		out, err := edit(in, relay6, Optional, Required)
		if err != nil {
			return
		}
		s, err := read(out)
		if err != nil {
			t.Fatalf("we cannot read what we wrote: %v\n%s", err, out)
		}
		if _, err := s.sections(nil); err != nil {
			t.Fatalf("we do not understand what we wrote: %v\n%s", err, out)
		}
		noForeignAddress(t, out)
		var before, after sdp.SessionDescription
		if before.Unmarshal(in) != nil {
			return
		}
		if err := after.Unmarshal(out); err != nil {
			t.Fatalf("another parser refuses what we wrote: %v\n%s", err, out)
		}
	})
}

// noForeignAddress looks for addresses in another way than the editor does: every
// piece of text between characters that no address has.
func noForeignAddress(t *testing.T, sdp []byte) {
	t.Helper()
	pieces := strings.FieldsFunc(string(sdp), func(r rune) bool {
		return !strings.ContainsRune("0123456789abcdefABCDEF.:", r)
	})
	for _, p := range pieces {
		ip, err := netip.ParseAddr(p)
		if err == nil && ip.Unmap() != relay6 {
			t.Fatalf("%s is told to the other side:\n%s", ip, sdp)
		}
	}
}

func BenchmarkEdit(b *testing.B) {
	a, err := txtar.ParseFile("../testdata/sdp/snom-offer.txtar")
	if err != nil {
		b.Fatal(err)
	}
	in := part(a, "in.sdp")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := edit(in, relay4, Off, Off); err != nil {
			b.Fatal(err)
		}
	}
}
