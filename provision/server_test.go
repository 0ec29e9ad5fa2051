package provision

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ringfence/phone"
)

// A file says what the Book has now: what an extension is called, which number a
// key watches.
func TestADelivery(t *testing.T) {
	s := newSite(t)
	zero, one := 0, 1
	s.put(phone.Phone{ID: "1", MAC: mac, Extension: ext, Username: "annasname", Password: `pass<&>"word`, Softkeys: []phone.Softkey{
		{Index: &zero, Function: phone.KeyBLF, Value: string(ext), Label: "A & B"},
		{Index: &one, Function: phone.KeyBLF, Value: string(acme), Label: "nobody"},
	}})
	w := s.get("GET", "/000413AABB01.xml", "", office)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/xml; charset=utf-8" || w.Header().Get("Cache-Control") != "private, no-cache" {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	if w.Header().Get("Content-Length") != strconv.Itoa(w.Body.Len()) {
		t.Errorf("%s bytes were promised, %d came", w.Header().Get("Content-Length"), w.Body.Len())
	}
	for _, want := range []string{"annasname", "pass&lt;&amp;&gt;", "Anna &lt;", "A &amp; B"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%q is missing in\n%s", want, w.Body)
		}
	}
	if strings.Contains(w.Body.String(), "nobody") {
		t.Error("a key whose extension is gone is there")
	}
	if len(s.loaded) != 1 || len(s.events) != 1 || s.events[0].Type != phone.PhoneConfigLoaded {
		t.Errorf("noted %v, told %v", s.loaded, s.events)
	}
}

// Whoever is refused learns nothing from the answer.
func TestRefusalsLookTheSame(t *testing.T) {
	s := newSite(t)
	s.put(phone.Phone{ID: "1", MAC: mac, IP: locked(office)})
	s.put(phone.Phone{ID: "2", Model: other, MAC: "000413AABB02"})
	s.put(phone.Phone{ID: "3", MAC: "000413AABB03"})
	want := s.get("GET", "/000413AABBFF.xml", "", away)
	if want.Code != http.StatusNotFound || want.Body.Len() > 0 {
		t.Fatalf("an unknown MAC gets %d %q", want.Code, want.Body)
	}
	for name, c := range map[string]struct{ path, agent string }{
		"a locked phone from elsewhere":             {"/000413AABB01.xml", ""},
		"a model that cannot be provisioned":        {"/000413AABB02.xml", ""},
		"a name like that of a file for all":        {"/snomD785-000413AABBFF.htm", ""},
		"something that names no phone at all":      {"/", ""},
		"an escaped path, to confuse the match":     {"/%00%0d%0a000413AABB01", ""},
		"a token that is wrong":                     {"/" + strings.Repeat("a", tokenLength) + "/000413AABB03.xml", ""},
		"a token alone":                             {"/" + strings.Repeat("a", tokenLength), ""},
		"another phone in the User-Agent":           {"/000413AABB03.xml", "snomD785-SIP 10.1 000413AABB04"},
		"another maker in the User-Agent":           {"/000413AABB03.xml", "Yealink SIP-T46G 28.72.0.1"},
		"a file of the folder, where there is none": {"/000413AABB03/firmware/D785.bin", ""},
		"a group address":                           {"/010413AABB03.xml", ""},
		"an address of no station":                  {"/000000000000.cfg", ""},
	} {
		got := s.get("GET", c.path, c.agent, away)
		if got.Code != want.Code || got.Body.Len() > 0 || !maps.EqualFunc(got.Header(), want.Header(), slices.Equal) {
			t.Errorf("%s: %d %v, want %d %v", name, got.Code, got.Header(), want.Code, want.Header())
		}
	}
	if len(s.loaded) > 0 {
		t.Errorf("noted %v", s.loaded)
	}
}

// And neither from how long it took.
func TestRefusalsTakeTheSameTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, func(c *Config) { c.RefuseAfter = 10 * time.Millisecond })
		s.put(phone.Phone{ID: "1", MAC: mac, IP: locked(office)})
		for _, path := range []string{"/000413AABB01.xml", "/000413AABBFF.xml", "/"} {
			began := time.Now()
			if s.status(path, away) != http.StatusNotFound || time.Since(began) != 10*time.Millisecond {
				t.Errorf("%s: refused after %v", path, time.Since(began))
			}
		}
		began := time.Now()
		if s.status("/000413AABB01.xml", office) != http.StatusOK || time.Since(began) != 0 {
			t.Errorf("a phone waits %v", time.Since(began))
		}
	})
}

func TestTheFirstFetchLocksThePhone(t *testing.T) {
	s := newSite(t)
	s.put(phone.Phone{ID: "1", MAC: mac})
	if got := s.status("/000413AABB01.xml", office); got != http.StatusOK {
		t.Fatalf("first fetch: %d", got)
	}
	if ip := s.book.ByID("1").IP; ip.Mode != phone.Locked || ip.Address != office {
		t.Errorf("fence %+v", ip)
	}
	if got := s.status("/000413AABB01.xml", away); got != http.StatusNotFound {
		t.Errorf("a second address: %d", got)
	}
}

func TestOneHandsetThatIsRefusedDoesNotHideTheOthers(t *testing.T) {
	s := newSite(t)
	zero, one, two := 0, 1, 2
	s.put(phone.Phone{ID: "1", Model: dect, MAC: mac, HandsetIndex: &zero, IP: locked(away)})
	s.put(phone.Phone{ID: "2", Model: dect, MAC: mac, HandsetIndex: &one})
	s.put(phone.Phone{ID: "3", Model: dect, MAC: mac, HandsetIndex: &two})
	body := s.get("GET", "/000413AABB01.xml", "", office).Body.String()
	if strings.Contains(body, ">u1<") || !strings.Contains(body, ">u2<") || !strings.Contains(body, ">u3<") {
		t.Errorf("got\n%s", body)
	}
	if password := s.WebPassword("2"); password == "" || strings.Contains(body, password) {
		t.Errorf("the base's own password %q is told to who may not have all of it:\n%s", password, body)
	}
	if !slices.Equal(s.loaded, []phone.Fetched{{Phone: "2"}, {Phone: "3"}}) {
		t.Errorf("noted %v", s.loaded)
	}
}

func TestNothingIsDeliveredThatCouldNotBeNoted(t *testing.T) {
	s := newSite(t)
	s.fail = errors.New("disk full")
	s.put(phone.Phone{ID: "1", MAC: mac})
	if w := s.get("GET", "/000413AABB01.xml", "", office); w.Code != http.StatusInternalServerError || w.Body.Len() > 0 {
		t.Errorf("%d %q", w.Code, w.Body)
	}
}

func TestMethods(t *testing.T) {
	s := newSite(t)
	s.put(phone.Phone{ID: "1", MAC: mac})
	head := s.get("HEAD", "/000413AABB01.xml", "", office)
	if head.Code != http.StatusOK || head.Body.Len() > 0 || len(s.loaded) > 0 {
		t.Errorf("HEAD: %d, %d bytes, noted %v", head.Code, head.Body.Len(), s.loaded)
	}
	get := s.get("GET", "/000413AABB01.xml", "", office)
	if !maps.EqualFunc(head.Header(), get.Header(), slices.Equal) {
		t.Errorf("HEAD %v and GET %v differ", head.Header(), get.Header())
	}
	for _, method := range []string{"PUT", "POST", "DELETE", "OPTIONS"} {
		if w := s.get(method, "/000413AABB01.xml", "", office); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d %v", method, w.Code, w.Header())
		}
	}
}

// A phone that has its configuration already is not sent it again; that it asked
// counts all the same.
func TestUnchanged(t *testing.T) {
	s := newSite(t)
	s.put(phone.Phone{ID: "1", MAC: mac, Extension: ext})
	first := s.get("GET", "/000413AABB01.xml", "", office)
	tag := first.Header().Get("ETag")
	if len(tag) != 66 {
		t.Fatalf("tag %q", tag)
	}
	for header, want := range map[string]int{
		tag: 304, "W/" + tag: 304, `"x", ` + tag: 304, "*": 304, `"x"`: 200, strings.Trim(tag, `"`): 200, "": 200,
	} {
		w := s.get("GET", "/000413AABB01.xml", "", office, "If-None-Match", header)
		if w.Code != want || w.Code == 304 && w.Body.Len() > 0 || w.Header().Get("ETag") != tag {
			t.Errorf("If-None-Match %s: %d, %d bytes", header, w.Code, w.Body.Len())
		}
	}
	if len(s.loaded) != 8 {
		t.Errorf("noted %d of 8", len(s.loaded))
	}
	s.book.PutExtension(&phone.Extension{ID: ext, Customer: acme, Number: "200", Name: "Bent"})
	if w := s.get("GET", "/000413AABB01.xml", "", office, "If-None-Match", tag); w.Code != http.StatusOK {
		t.Errorf("after a change: %d", w.Code)
	}
}

// A device that fetches again and again is stopped for a while, and no other.
func TestTooManyFiles(t *testing.T) {
	s := newSite(t)
	s.put(phone.Phone{ID: "1", MAC: mac})
	s.put(phone.Phone{ID: "2", MAC: "000413AABB02"})
	for n := range filesAnHour {
		if got := s.status("/000413AABB01.xml", office); got != http.StatusOK {
			t.Fatalf("fetch %d: %d", n+1, got)
		}
	}
	for _, c := range []struct {
		after time.Duration
		path  string
		want  int
	}{{0, "/000413AABB01.xml", 404}, {0, "/000413AABB02.xml", 200}, {fileTakes, "/000413AABB01.xml", 200}, {0, "/000413AABB01.xml", 404}} {
		s.now = s.now.Add(c.after)
		if got := s.status(c.path, office); got != c.want {
			t.Errorf("%s after %v: %d, want %d", c.path, c.after, got, c.want)
		}
	}
}

// The phone is locked first, which takes time. What is changed by then is not in
// what it gets, and it has to come again.
func TestAChangeWhileAPhoneFetchesIsNotFetched(t *testing.T) {
	s := newSite(t)
	s.put(phone.Phone{ID: "1", MAC: mac, IP: phone.Fence{Mode: phone.Open}})
	before, after := s.now.Add(-time.Hour), s.now.Add(-time.Minute)
	s.book.ConfigSaved("1", before)
	s.locking = func() {
		p := s.book.ByID("1").Clone()
		p.Password = "another"
		s.book.PutPhone(p)
		s.book.ConfigSaved("1", after)
	}
	w := s.get("GET", "/000413AABB01.xml", "", office)
	if w.Code != http.StatusOK || strings.Contains(w.Body.String(), "another") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if want := []phone.Fetched{{Phone: "1", Saved: before}}; !slices.Equal(s.loaded, want) {
		t.Errorf("noted %v, want %v", s.loaded, want)
	}
}
