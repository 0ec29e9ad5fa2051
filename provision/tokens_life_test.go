package provision

import (
	"net/http"
	"strings"
	"testing"

	"ringfence/phone"
)

// Hardware that changes hands leaves its tokens behind, whether they were used or
// not: who had it knows them.
func TestTokensOfAnotherOwner(t *testing.T) {
	for _, used := range []bool{false, true} {
		s := newSite(t, func(c *Config) { c.NoPlainPath = true })
		s.put(phone.Phone{ID: "1", MAC: mac})
		first := under(t, s.FirstURL(mac))
		steady := under(t, baseIn(t, s.get("GET", first, "", office).Body.String()))
		if used {
			s.status(steady, office)
			if err := s.RotateToken(t.Context(), mac); err != nil { // as the store does when it is made anew
				t.Fatal(err)
			}
		}
		s.book.DropPhone("1")
		if s.FirstURL(mac) != "" {
			t.Error("there is a URL for nobody's hardware")
		}
		s.put(phone.Phone{ID: "2", MAC: mac, Customer: beta})
		for name, path := range map[string]string{"first": first, "steady": steady} {
			if got := s.status(path, away); got != http.StatusNotFound {
				t.Errorf("used %v: the %s token of the owner before: %d", used, name, got)
			}
		}
		if got := s.status(under(t, s.FirstURL(mac)), office); got != http.StatusOK {
			t.Errorf("used %v: its own: %d", used, got)
		}
	}
}

// A phone that was away while its tokens were made anew more than once comes with
// the steady one that it had.
func TestRotatedTwice(t *testing.T) {
	s := newSite(t, func(c *Config) { c.NoPlainPath = true })
	s.put(phone.Phone{ID: "1", MAC: mac})
	come := func(path string) string { // with the steady token that the path leads to
		t.Helper()
		steady := under(t, baseIn(t, s.get("GET", path, "", office).Body.String()))
		if got := s.status(steady, office); got != http.StatusOK {
			t.Fatalf("the steady token: %d", got)
		}
		return steady
	}
	rotate := func(times int) {
		t.Helper()
		for range times {
			if err := s.RotateToken(t.Context(), mac); err != nil {
				t.Fatal(err)
			}
		}
	}
	before := come(under(t, s.FirstURL(mac)))
	rotate(1)
	steady := come(before)
	rotate(3)
	if got := s.status(before, office); got != http.StatusNotFound {
		t.Errorf("one that was dead by then: %d", got)
	}
	come(steady)
	if got := s.status(steady, office); got != http.StatusNotFound {
		t.Errorf("its successor has come, and it: %d", got)
	}
}

// What leads a phone on keeps the token of first contact: until the phone has its
// configuration, it has no other to come back with.
func TestWhatLeadsOnKeepsTheToken(t *testing.T) {
	s := newSite(t, func(c *Config) { c.NoPlainPath = true })
	for _, model := range []struct{ brand, model, mac, file string }{
		{"SNOM", "D785", "000413AABB01", "snomD785.htm"}, {"MITEL", "6930", "1400E91EDB52", "startup.cfg"},
		{"CISCO", "SPA504G", "0002FDFF2103", "spa504G.cfg"}, {"YEALINK", "T46S", "0015654AA937", "0015654aa937.boot"},
	} {
		device := phone.MAC(model.mac)
		s.putBuiltIn(t, model.brand, model.model, device)
		first := s.FirstURL(device)
		token := strings.Trim(strings.TrimPrefix(first, "https://prov.example.net"), "/")
		body := s.get("GET", "/"+token+"/"+model.file, model.mac, office).Body.String()
		if steady := s.steadyOf(device); !strings.Contains(body, token) || strings.Contains(body, steady) {
			t.Errorf("%s leads to\n%s", model.file, body)
		}
	}
	if len(s.spends) > 0 {
		t.Errorf("spent: %v", s.spends)
	}
}
