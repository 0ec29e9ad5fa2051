package provision

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringfence/phone"
	"ringfence/policy"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	acme  phone.ID = "aaaaaaaaaaaaaaaaaaaaaaa1"
	snom  phone.ID = "bbbbbbbbbbbbbbbbbbbbbbb1"
	other phone.ID = "bbbbbbbbbbbbbbbbbbbbbbb2"
	plain phone.ID = "bbbbbbbbbbbbbbbbbbbbbbb3"
	dect  phone.ID = "bbbbbbbbbbbbbbbbbbbbbbb4"
	ext   phone.ID = "ccccccccccccccccccccccc1"
)

// site is a provisioning server over a Book, with a lock that works.
type site struct {
	*Server
	book   *phone.Book
	loaded []phone.ID
	events []phone.Event
	fail   error // of the write that notes a delivery
}

func (s *site) Lock(_ context.Context, id phone.ID, addr netip.Addr) (phone.Fence, bool, error) {
	p := s.book.ByID(id).Clone()
	if p.IP.Mode != phone.Open {
		return p.IP, false, nil
	}
	p.IP = phone.Fence{Mode: phone.Locked, Address: addr.String()}
	s.book.PutPhone(p)
	return p.IP, true, nil
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{book: phone.NewBook("example.net", []int{phone.Production})}
	s.book.PutCustomer(&phone.Customer{ID: acme, State: phone.CustomerActive})
	can := phone.ModelCapabilities{Provision: true}
	for id, brand := range map[phone.ID]string{snom: phone.BrandSnom, other: "YEALINK", plain: phone.BrandGeneric, dect: phone.BrandSnom} {
		s.book.PutModel(&phone.Model{ID: id, Brand: brand, Capabilities: can})
	}
	s.book.PutExtension(&phone.Extension{ID: ext, Customer: acme, Number: "200", Name: `Anna <"&"> Ø`})
	server, err := New(Config{
		Book: s.book,
		Gate: policy.NewGate(policy.GateConfig{
			Country: func(netip.Addr) string { return "DK" }, Active: s.book.Active, Locker: s, Now: time.Now,
		}),
		Loaded: func(_ context.Context, id phone.ID, _ time.Time) error {
			s.loaded = append(s.loaded, id)
			return s.fail
		},
		Publish: func(e phone.Event) { s.events = append(s.events, e) },
		URL:     "https://prov.example.net/",
		SIP:     SIPServer{Domain: "example.net", Addr: netip.MustParseAddr("192.0.2.10"), Port: 5060, Transport: "udp", Expires: time.Hour},
		Now:     time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Server = server
	return s
}

// put publishes a phone with the defaults of the tests.
func (s *site) put(p phone.Phone) {
	p.Customer, p.PBXCluster = acme, phone.Production
	if p.IP.Mode == "" {
		p.IP.Mode = phone.Open
	}
	if p.Username == "" {
		p.Username, p.Password = "u"+string(p.ID), "p"+string(p.ID)
	}
	s.book.PutPhone(&p)
}

// get asks as the phone at the address would.
func (s *site) get(method, path, userAgent, from string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	r.RemoteAddr = from + ":40000"
	r.Header.Set("User-Agent", userAgent)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestWhichDeviceAsks(t *testing.T) {
	for name, c := range map[string]struct{ path, userAgent, want string }{
		"Snom, file of the phone":        {"/snomD785-000413AABB01.htm", "", "000413AABB01"},
		"Snom, file of the model":        {"/snomD785.htm", "Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33 1.1.3-s 000413AABB01)", "000413AABB01"},
		"Snom M900":                      {"/snomM900.htm", "Mozilla/4.0 (compatible; Snom M900 05.20.0001 000413b60680)", "000413B60680"},
		"Mitel":                          {"/00085D237429.cfg", "Aastra6731i MAC:00-08-5D-23-74-29 V:3.2.0.70-SIP", "00085D237429"},
		"Mitel, common file":             {"/startup.cfg", "Mitel6930 MAC:14-00-E9-1E-DB-52 V:6.4.0.140-SIP", "1400E91EDB52"},
		"Cisco SPA":                      {"/spa504G.cfg", "Cisco/SPA504G-7.4.4 (0002FDFF2103)(CBT141400UK)", "0002FDFF2103"},
		"Yealink":                        {"/y000000000028.cfg", "Yealink SIP-T46G 28.72.0.1 00:15:65:4a:a9:37", "0015654AA937"},
		"Yealink, file of the phone":     {"/0015654aa937.cfg", "", "0015654AA937"},
		"Grandstream":                    {"/cfg000b828aa872.xml", "Grandstream Model HW GXP2170 [V1.6B] SW 1.0.7.97 DevId 000b828aa872", "000B828AA872"},
		"Gigaset":                        {"/7C2F80E0D605.xml", "Gigaset N870 IP PRO/83.V2.11.0+build;7C2F80E0D605", "7C2F80E0D605"},
		"a path with dashes":             {"/prov/00-04-13-aa-bb-01/config", "", "000413AABB01"},
		"a path with colons":             {"/00:04:13:AA:BB:01.txt", "", "000413AABB01"},
		"the path goes before the agent": {"/000413aabb01.xml", "snomD785-SIP 10 000413AABB02", "000413AABB01"},
		"nothing":                        {"/index.html", "curl/8", ""},
		"too many digits":                {"/000413aabb0102.xml", "", ""},
		"a path with both":               {"/00:04-13:aa:bb:01.xml", "", "000413AABB01"},
		"no address at all":              {"/000000000000.cfg", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := device(c.path, c.userAgent)
			if string(got) != c.want || ok != (c.want != "") {
				t.Errorf("got %q, %v; want %q", got, ok, c.want)
			}
		})
	}
}

func TestConfigurations(t *testing.T) {
	yes, no, zero, one, four := true, false, 0, 1, 4
	for name, c := range map[string]struct {
		phones      []phone.Phone
		contentType string
	}{
		"snom-desk.xml": {[]phone.Phone{{
			ID: "1", Model: snom, Extension: ext, CallWaiting: &yes, Username: "annasname", Password: `pass<&>"word`,
			Ringer: phone.Ringer{Volume: &four}, DisplayBrightness: &zero,
			Volume: phone.Volume{Handset: phone.AudioLevels{Mic: &four, Speaker: &four}},
			Softkeys: []phone.Softkey{
				{Index: &zero, Function: "SPEEDDIAL", Value: "112", Label: "Emergency"},
				{Index: &one, Function: "BLF", Value: string(ext), Label: "A & B"},
				{Index: &four, Function: "BLF", Value: string(acme), Label: "nobody"},
				{Index: &four, Function: "DND"},
			},
			CustomConfig: `<display_method perm="">full_contact</display_method>`,
		}}, "text/xml; charset=utf-8"},
		"snom-dect.xml": {[]phone.Phone{
			{ID: "1", Model: dect, Extension: ext, HandsetIndex: &zero, HandsetAddress: "0123456789"},
			{ID: "2", Model: dect, HandsetIndex: &four, HandsetAddress: "0123456790", CallWaiting: &no},
		}, "text/xml; charset=utf-8"},
		"generic.txt": {[]phone.Phone{{
			ID: "1", Model: plain, Extension: ext, Username: "name", Password: "word\r\nserver = evil",
			Softkeys: []phone.Softkey{{Index: &zero, Function: "SPEEDDIAL", Value: "112", Label: "Emer\ngency"}},
		}}, "text/plain; charset=utf-8"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			for _, p := range c.phones {
				p.MAC = "000413AABB01"
				s.put(p)
			}
			w := s.get("GET", "/000413AABB01.xml", "", "192.0.2.1")
			if w.Code != http.StatusOK || w.Header().Get("Content-Type") != c.contentType {
				t.Fatalf("%d %s", w.Code, w.Header().Get("Content-Type"))
			}
			golden(t, filepath.Join("..", "testdata", "provision", name), w.Body.Bytes())
			if strings.HasSuffix(name, ".xml") {
				wellFormed(t, w.Body.Bytes())
			}
			if len(s.loaded) != len(c.phones) || len(s.events) != len(c.phones) {
				t.Errorf("noted %v, told %v", s.loaded, s.events)
			}
		})
	}
}

// Whoever is refused learns nothing from the answer.
func TestRefusalsLookTheSame(t *testing.T) {
	s := newSite(t)
	s.put(phone.Phone{ID: "1", Model: snom, MAC: "000413AABB01", IP: phone.Fence{Mode: phone.Locked, Address: "192.0.2.1"}})
	s.put(phone.Phone{ID: "2", Model: other, MAC: "000413AABB02"})
	want := s.get("GET", "/000413AABBFF.xml", "", "198.51.100.7")
	if want.Code != http.StatusNotFound || want.Body.Len() > 0 {
		t.Fatalf("an unknown MAC gets %d %q", want.Code, want.Body)
	}
	for name, path := range map[string]string{
		"a locked phone from elsewhere":         "/000413AABB01.xml",
		"a model that cannot be provisioned":    "/000413AABB02.xml",
		"something that names no phone at all":  "/",
		"an escaped path, to confuse the match": "/%00%0d%0a000413AABB01",
	} {
		got := s.get("GET", path, "", "198.51.100.7")
		if got.Code != want.Code || got.Body.Len() > 0 || len(got.Header()) != len(want.Header()) {
			t.Errorf("%s: %d %v, want %d %v", name, got.Code, got.Header(), want.Code, want.Header())
		}
	}
	if len(s.loaded) > 0 {
		t.Errorf("noted %v", s.loaded)
	}
}

func TestTheFirstFetchLocksThePhone(t *testing.T) {
	s := newSite(t)
	s.put(phone.Phone{ID: "1", Model: snom, MAC: "000413AABB01"})
	if w := s.get("GET", "/000413AABB01.xml", "", "192.0.2.1"); w.Code != http.StatusOK {
		t.Fatalf("first fetch: %d", w.Code)
	}
	if ip := s.book.ByID("1").IP; ip.Mode != phone.Locked || ip.Address != "192.0.2.1" {
		t.Errorf("fence %+v", ip)
	}
	if w := s.get("GET", "/000413AABB01.xml", "", "192.0.2.2"); w.Code != http.StatusNotFound {
		t.Errorf("a second address: %d", w.Code)
	}
}

func TestOneHandsetThatIsRefusedDoesNotHideTheOthers(t *testing.T) {
	s := newSite(t)
	zero, one := 0, 1
	s.put(phone.Phone{ID: "1", Model: dect, MAC: "000413AABB01", HandsetIndex: &zero, IP: phone.Fence{Mode: phone.Locked, Address: "198.51.100.7"}})
	s.put(phone.Phone{ID: "2", Model: dect, MAC: "000413AABB01", HandsetIndex: &one})
	body := s.get("GET", "/000413AABB01.xml", "", "192.0.2.1").Body.String()
	if strings.Contains(body, "u1<") || !strings.Contains(body, "u2<") {
		t.Errorf("got\n%s", body)
	}
}

func TestNothingIsDeliveredThatCouldNotBeNoted(t *testing.T) {
	s := newSite(t)
	s.fail = errors.New("disk full")
	s.put(phone.Phone{ID: "1", Model: snom, MAC: "000413AABB01"})
	if w := s.get("GET", "/000413AABB01.xml", "", "192.0.2.1"); w.Code != http.StatusInternalServerError || w.Body.Len() > 0 {
		t.Errorf("%d %q", w.Code, w.Body)
	}
}

func TestMethods(t *testing.T) {
	s := newSite(t)
	s.put(phone.Phone{ID: "1", Model: snom, MAC: "000413AABB01"})
	head := s.get("HEAD", "/000413AABB01.xml", "", "192.0.2.1")
	if head.Code != http.StatusOK || head.Body.Len() > 0 || len(s.loaded) > 0 {
		t.Errorf("HEAD: %d, %d bytes, noted %v", head.Code, head.Body.Len(), s.loaded)
	}
	get := s.get("GET", "/000413AABB01.xml", "", "192.0.2.1")
	if head.Header().Get("Content-Length") != get.Header().Get("Content-Length") {
		t.Error("HEAD and GET differ in length")
	}
	if w := s.get("PUT", "/000413AABB01.xml", "", "192.0.2.1"); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("PUT: %d", w.Code)
	}
}

func TestWhoseAddressCounts(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for name, c := range map[string]struct{ peer, forwarded, want string }{
		"the peer":                              {"192.0.2.1:1", "", "192.0.2.1"},
		"a mapped peer":                         {"[::ffff:192.0.2.1]:1", "", "192.0.2.1"},
		"a stranger's header is not believed":   {"192.0.2.1:1", "198.51.100.7", "192.0.2.1"},
		"a proxy's header is":                   {"10.0.0.1:1", "198.51.100.7", "198.51.100.7"},
		"what stands left of a stranger is not": {"10.0.0.1:1", "203.0.113.9, 198.51.100.7", "198.51.100.7"},
		"a chain of proxies":                    {"10.0.0.1:1", "198.51.100.7, 10.0.0.2", "198.51.100.7"},
		"a proxy that says nothing":             {"10.0.0.1:1", "", "10.0.0.1"},
		"a proxy that says nonsense":            {"10.0.0.1:1", "198.51.100.7, nonsense", "10.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = c.peer
			r.Header.Set("X-Forwarded-For", c.forwarded)
			if got := source(r, proxies); got.String() != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func FuzzRequest(f *testing.F) {
	f.Add("/snomD785-000413AABB01.htm", "Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33 000413AABB01)")
	f.Add("/", "Yealink SIP-T46G 28.72.0.1 00:15:65:4a:a9:37")
	f.Fuzz(func(t *testing.T, path, userAgent string) {
		if mac, ok := device(path, userAgent); ok {
			if again, ok := phone.ParseMAC(string(mac)); !ok || again != mac {
				t.Errorf("%q is not a MAC address in our form", mac)
			}
		}
	})
}

// FuzzInjection puts a hostile value where an administrator may write one: it
// must stay within its element and its line.
func FuzzInjection(f *testing.F) {
	f.Add("Anna</user_realname><user_pass idx=\"1\">x")
	f.Add("a\r\nserver = evil")
	formats, err := parseFormats()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, hostile string) {
		v := view{Lines: []line{{Number: 1, Name: hostile}}, Device: &phone.Phone{}, Keys: []key{{Function: "SPEEDDIAL", Value: hostile, Label: hostile}}}
		x, err := formats[phone.BrandSnom](v)
		if err != nil {
			t.Fatal(err)
		}
		wellFormed(t, x.body)
		text, err := formats[phone.BrandGeneric](v)
		if err != nil {
			t.Fatal(err)
		}
		calm := v
		calm.Lines, calm.Keys = []line{{Number: 1}}, []key{{Function: "SPEEDDIAL"}}
		want, err := formats[phone.BrandGeneric](calm)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Count(text.body, []byte("\n")) != bytes.Count(want.body, []byte("\n")) || bytes.ContainsRune(text.body, '\r') {
			t.Errorf("a line was broken:\n%s", text.body)
		}
	})
}

func BenchmarkSnom(b *testing.B) {
	formats, err := parseFormats()
	if err != nil {
		b.Fatal(err)
	}
	v := view{Domain: "example.net", Lines: []line{{Number: 1, Username: "u", Password: "p", Name: "Anna"}}, Device: &phone.Phone{}}
	for i := range 24 {
		v.Keys = append(v.Keys, key{Index: i, Function: "BLF", Value: "201", Label: "Bent"})
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := formats[phone.BrandSnom](v); err != nil {
			b.Fatal(err)
		}
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("not as in %s:\n%s", name, got)
	}
}

func wellFormed(t *testing.T, b []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(b))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, b)
		}
	}
}
