package provision

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"ringfence/phone"
)

// BenchmarkFetch is a whole request of a phone that is locked to where it comes
// from, by its token, journal and network left out. Each is of a model with many
// keys, a third of which are used.
func BenchmarkFetch(b *testing.B) {
	for _, c := range []struct{ brand, model, mac, file string }{
		{"SNOM", "D785", "000413AABB01", "snomD785-000413AABB01.htm"},
		{"SNOM", "M900", "000413AABB01", "snomM900-000413AABB01.htm"},
		{"MITEL", "6930", "1400E91EDB52", "1400E91EDB52.cfg"},
		{"CISCO", "SPA504G", "0002FDFF2103", "0002fdff2103.xml"},
		{"CISCO", "CP-8851-3PCC", "00562B043615", "00562b043615.xml"},
		{"YEALINK", "T46S", "0015654AA937", "0015654aa937.cfg"},
		{"YEALINK", "W70B", "805E0C112233", "805e0c112233.cfg"},
		{"GRANDSTREAM", "GXP2170", "000B828AA872", "cfg000b828aa872.xml"},
		{"GIGASET", "N870 IP PRO", "7C2F80E0D605", "7C2F80E0D605.xml"},
		{"GENERIC", "SIP phone", "02005E000001", "02005e000001.txt"},
	} {
		b.Run(c.brand+"-"+c.model, func(b *testing.B) {
			s := newSite(b)
			s.putBuiltIn(b, c.brand, c.model, phone.MAC(c.mac))
			path := "/" + s.steadyOf(phone.MAC(c.mac)) + "/" + c.file
			r := httptest.NewRequest("GET", path, nil)
			r.RemoteAddr = office + ":40000"
			b.ReportAllocs()
			for b.Loop() {
				s.now, s.loaded, s.events = s.now.Add(fileTakes), s.loaded[:0], s.events[:0]
				w := &discard{header: http.Header{}}
				s.ServeHTTP(w, r)
				if w.status != http.StatusOK {
					b.Fatal(w.status)
				}
			}
		})
	}
}

// BenchmarkRefusal is what a stranger costs.
func BenchmarkRefusal(b *testing.B) {
	s := newSite(b)
	s.put(phone.Phone{ID: "1", MAC: mac, IP: locked(office)})
	for name, path := range map[string]string{"unknown": "/000413AABBFF.xml", "fenced": "/000413AABB01.xml"} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequest("GET", path, nil)
			r.RemoteAddr = away + ":40000"
			b.ReportAllocs()
			for b.Loop() {
				s.now = s.now.Add(time.Second)
				s.ServeHTTP(&discard{header: http.Header{}}, r)
			}
		})
	}
}

// putBuiltIn puts a phone of a built-in model, with keys, where the office is.
func (s *site) putBuiltIn(tb testing.TB, brand, model string, mac phone.MAC) {
	tb.Helper()
	all, err := phone.BuiltInModels()
	if err != nil {
		tb.Fatal(err)
	}
	for _, m := range all {
		if m.Brand != brand || m.Model != model {
			continue
		}
		s.book.PutModel(m)
		p := phone.Phone{ID: "1", Model: m.ID, MAC: mac, Extension: ext, IP: locked(office)}
		for i := range m.Softkeys / 3 {
			p.Softkeys = append(p.Softkeys, phone.Softkey{Index: &i, Function: phone.KeyBLF, Value: string(ext), Label: "Anna"})
		}
		s.put(p)
		return
	}
	tb.Fatalf("there is no %s %s", brand, model)
}

// discard is an answer that nobody reads.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header { return d.header }

func (d *discard) WriteHeader(status int) { d.status = status }

func (d *discard) Write(b []byte) (int, error) {
	if d.status == 0 {
		d.status = http.StatusOK
	}
	return len(b), nil
}
