package provision

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"ringfence/phone"
)

// under is the URL's path of the device's file behind the token of a URL.
func under(t *testing.T, url string) string {
	t.Helper()
	path, ok := strings.CutPrefix(url, "https://prov.example.net")
	if !ok {
		t.Fatalf("%q leads elsewhere", url)
	}
	return path + "000413AABB01.xml"
}

// baseIn is the URL that a configuration tells the phone to come back to.
func baseIn(t *testing.T, body string) string {
	t.Helper()
	found := regexp.MustCompile(`https://prov\.example\.net/[a-z2-7]{26}/`).FindString(body)
	if found == "" {
		t.Fatalf("no URL in\n%s", body)
	}
	return found
}

// The life of a device: it comes by the token of first contact, goes on with the
// steady one, which ends the other; its tokens are made anew, and it follows.
func TestTokens(t *testing.T) {
	s := newSite(t, func(c *Config) { c.NoPlainPath = true })
	s.put(phone.Phone{ID: "1", MAC: mac})
	fetch := func(path string, want int) string {
		t.Helper()
		w := s.get("GET", path, "", office)
		if w.Code != want {
			t.Fatalf("%s: %d, want %d", path, w.Code, want)
		}
		return w.Body.String()
	}
	fetch("/000413AABB01.xml", http.StatusNotFound)
	first := under(t, s.FirstURL(mac))
	fetch(first, http.StatusOK)
	steady := under(t, baseIn(t, fetch(first, http.StatusOK))) // the steady one has not come yet
	if len(s.spends) > 0 {
		t.Error("the token of first contact is spent before the other has come")
	}
	if first == steady {
		t.Fatal("both tokens are the same")
	}
	fetch(steady, http.StatusOK)
	fetch(first, http.StatusNotFound)
	fetch(steady, http.StatusOK)
	if len(s.spends) != 1 {
		t.Errorf("spent %d times", len(s.spends))
	}

	if err := s.RotateToken(t.Context(), mac); err != nil {
		t.Fatal(err)
	}
	fetch(first, http.StatusNotFound)
	next := under(t, baseIn(t, fetch(steady, http.StatusOK))) // the phone knows no other yet
	fetch(under(t, s.FirstURL(mac)), http.StatusOK)
	if next == steady || under(t, s.FirstURL(mac)) == first {
		t.Error("the tokens are the same as before")
	}
	fetch(next, http.StatusOK)
	fetch(steady, http.StatusNotFound)
	fetch(under(t, s.FirstURL(mac)), http.StatusNotFound)
}

// Tokens are the same after a restart, of what is on disk.
func TestTokensAfterARestart(t *testing.T) {
	s := newSite(t)
	s.put(phone.Phone{ID: "1", MAC: mac})
	first := under(t, s.FirstURL(mac))
	steady := under(t, baseIn(t, s.get("GET", first, "", office).Body.String()))
	if s.status(steady, office) != http.StatusOK {
		t.Fatal("the steady token does not work")
	}
	again := newSite(t, func(c *Config) { c.Known = []phone.Device{s.fates[mac]} })
	again.put(phone.Phone{ID: "1", MAC: mac})
	for path, want := range map[string]int{steady: 200, first: 404} {
		if got := again.status(path, office); got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	elsewhere := newSite(t, func(c *Config) { c.Key = []byte("another key") })
	elsewhere.put(phone.Phone{ID: "1", MAC: mac})
	if got := elsewhere.status(steady, office); got != http.StatusNotFound {
		t.Errorf("a token of another server's: %d", got)
	}
}

// A token is one device's, and opens no fence.
func TestATokenIsNotAll(t *testing.T) {
	s := newSite(t)
	s.put(phone.Phone{ID: "1", MAC: mac, IP: locked(office)})
	s.put(phone.Phone{ID: "2", MAC: "000413AABB02"})
	own := under(t, s.FirstURL(mac))
	for name, c := range map[string]struct {
		path, from string
		want       int
	}{
		"its own":                     {own, office, 200},
		"its own from elsewhere":      {own, away, 404},
		"another device's":            {strings.Replace(own, "AABB01", "AABB02", 1), office, 404},
		"of upper case":               {strings.ToUpper(own), office, 200}, // is none, so it comes by the plain path
		"none, where that is allowed": {"/000413AABB01.xml", office, 200},
	} {
		if got := s.status(c.path, c.from); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	if len(s.spends) > 0 {
		t.Error("a token of first contact counts as the steady one")
	}
}

// A customer can do without the plain path where the server has it.
func TestPlainPathOfACustomer(t *testing.T) {
	yes, no := true, false
	for _, c := range []struct {
		server bool
		own    *bool
		want   int
	}{{true, nil, 200}, {true, &yes, 200}, {true, &no, 404}, {false, nil, 404}, {false, &yes, 404}, {false, &no, 404}} {
		s := newSite(t, func(conf *Config) { conf.NoPlainPath = !c.server })
		settings := phone.NewSettings(acme)
		settings.PlainPath = c.own
		s.book.PutSettings(settings)
		s.put(phone.Phone{ID: "1", MAC: mac})
		if got := s.status("/000413AABB01.xml", office); got != c.want {
			t.Errorf("server %v, customer %v: %d, want %d", c.server, c.own, got, c.want)
		}
		if got := s.status(under(t, s.FirstURL(mac)), office); got != http.StatusOK {
			t.Errorf("with its token: %d", got)
		}
	}
}

// A URL with a path works whether a proxy before us takes the path away or not.
func TestURLWithPath(t *testing.T) {
	for _, url := range []string{"https://prov.example.net/phones", "https://prov.example.net/phones/"} {
		s := newSite(t, func(c *Config) { c.URL, c.NoPlainPath = url, true })
		s.put(phone.Phone{ID: "1", MAC: mac})
		path := under(t, s.FirstURL(mac))
		rest, ok := strings.CutPrefix(path, "/phones")
		if !ok {
			t.Fatalf("%s leads to %s", url, path)
		}
		for path, want := range map[string]int{path: 200, rest: 200, "/phones" + path: 404, "/phone" + rest: 404, "/phonesx" + rest: 404} {
			if got := s.status(path, office); got != want {
				t.Errorf("%s: %d, want %d", path, got, want)
			}
		}
	}
}

// Without a URL that phones are told, there are no tokens to tell.
func TestWithoutURL(t *testing.T) {
	s := newSite(t, func(c *Config) { c.URL = "" })
	s.put(phone.Phone{ID: "1", MAC: mac})
	w := s.get("GET", "/000413AABB01.xml", "", office, "Host", "evil.example")
	if w.Code != http.StatusOK || strings.Contains(w.Body.String(), "evil") || s.FirstURL(mac) != "" {
		t.Errorf("%d\n%s", w.Code, w.Body)
	}
}

func TestWebPassword(t *testing.T) {
	s := newSite(t)
	seen := map[string]bool{}
	form := regexp.MustCompile(`^[a-z][A-Z][0-9][a-zA-Z0-9]{17}$`)
	for i, n := range "0123456789" {
		id := phone.ID("bbbbbbbbbbbbbbbbbbbbbb1" + string(n))
		s.put(phone.Phone{ID: id, MAC: phone.MAC("000413AABB0" + string(n))})
		password := s.WebPassword(id)
		if !form.MatchString(password) || seen[password] || password != s.WebPassword(id) {
			t.Errorf("phone %d: %q", i, password)
		}
		seen[password] = true
	}
	before := s.WebPassword("bbbbbbbbbbbbbbbbbbbbbb11")
	if err := s.RotateToken(t.Context(), "000413AABB01"); err != nil {
		t.Fatal(err)
	}
	if s.WebPassword("bbbbbbbbbbbbbbbbbbbbbb11") == before {
		t.Error("it stays when the tokens are made anew")
	}
	s.put(phone.Phone{ID: ext})
	if s.WebPassword(acme) != "" || s.WebPassword(ext) != "" {
		t.Error("nobody's phone has one, or one that fetches nothing")
	}
}

func BenchmarkToken(b *testing.B) {
	s := newSite(b)
	o := owned{mac, acme}
	token := s.tokens.steady(o, 0)
	b.ReportAllocs()
	for b.Loop() {
		s.tokens.judge(o, token)
	}
}
