package provision

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ringfence/phone"
)

const tone = "dddddddddddddddddddddd01"

// withFolder is a site with a file of each sort, and things that are none of
// phones' business.
func withFolder(t *testing.T) *site {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"files/firmware/D785.bin": "0123456789", "files/firmware/sub/x.bin": "deep", "files/ringtones/" + tone + ".wav": "RIFF",
		"files/backgrounds/sea.png": "png", "secret": "secret", "files/secret": "secret",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(dir, "secret"), filepath.Join(dir, "files/firmware/link.bin")); err != nil {
		t.Fatal(err)
	}
	folder, err := OpenFolder(filepath.Join(dir, "files"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { folder.Close() })
	return newSite(t, func(c *Config) { c.Folder = folder })
}

func TestFolder(t *testing.T) {
	s := withFolder(t)
	s.put(phone.Phone{ID: "1", MAC: mac, IP: locked(office)})
	token := strings.TrimSuffix(under(t, s.FirstURL(mac)), "000413AABB01.xml")
	const agent = "snomD785-SIP 10.1.33.33 000413AABB01"
	for name, c := range map[string]struct {
		path, agent, from string
		want              int
		kind              string
	}{
		"firmware":                     {"/000413aabb01/firmware/D785.bin", "", office, 200, "application/octet-stream"},
		"of a folder within":           {"/000413aabb01/firmware/sub/x.bin", "", office, 200, "application/octet-stream"},
		"a ringtone":                   {"/000413aabb01/ringtones/" + tone + ".wav", "", office, 200, "audio/wav"},
		"a picture":                    {"/000413aabb01/backgrounds/sea.png", "", office, 200, "image/png"},
		"with the token":               {token + "000413aabb01/backgrounds/sea.png", "", office, 200, "image/png"},
		"by the User-Agent":            {"/firmware/D785.bin", agent, office, 200, "application/octet-stream"},
		"with the token and the agent": {token + "firmware/D785.bin", agent, office, 200, "application/octet-stream"},
		"by nobody":                    {"/firmware/D785.bin", "", office, 404, ""},
		"with a token of nobody":       {token + "firmware/D785.bin", "", office, 404, ""},
		"from elsewhere":               {"/000413aabb01/firmware/D785.bin", "", away, 404, ""},
		"that is not there":            {"/000413aabb01/firmware/D786.bin", "", office, 404, ""},
		"a folder":                     {"/000413aabb01/firmware/sub", "", office, 404, ""},
		"a link that leads outside":    {"/000413aabb01/firmware/link.bin", "", office, 404, ""},
	} {
		w := s.get("GET", c.path, c.agent, c.from)
		if w.Code != c.want || c.want == 200 && w.Header().Get("Content-Type") != c.kind || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s: %d %s %q, want %d %s", name, w.Code, w.Header().Get("Content-Type"), w.Body, c.want, c.kind)
		}
	}
	for _, path := range []string{"/000413aabb01/firmware/../../secret", "/000413aabb01/firmware/../secret", "/000413aabb01/firmware/", "/000413aabb01/secret"} {
		if body := s.get("GET", path, "", office).Body.String(); body == "secret" || strings.Contains(path, firmware) && body != "" {
			t.Errorf("%s gives it away", path)
		}
	}
	if len(s.loaded) > 3 {
		t.Errorf("a file counts as the configuration: %v", s.loaded)
	}
}

// Firmware is fetched in parts, and not again when it is there.
func TestPartsOfFiles(t *testing.T) {
	s := withFolder(t)
	s.put(phone.Phone{ID: "1", MAC: mac})
	const path = "/000413aabb01/firmware/D785.bin"
	whole := s.get("GET", path, "", office)
	part := s.get("GET", path, "", office, "Range", "bytes=2-4")
	if part.Code != http.StatusPartialContent || part.Body.String() != "234" || part.Header().Get("Content-Range") != "bytes 2-4/10" || part.Header().Get("Content-Length") != "3" {
		t.Errorf("a part: %d %v %q", part.Code, part.Header(), part.Body)
	}
	tag := whole.Header().Get("ETag")
	if same := s.get("GET", path, "", office, "If-None-Match", tag); tag == "" || same.Code != http.StatusNotModified {
		t.Errorf("tag %s: %d", tag, same.Code)
	}
	if head := s.get("HEAD", path, "", office); head.Code != 200 || head.Body.Len() > 0 || head.Header().Get("Content-Length") != "10" {
		t.Errorf("HEAD: %d %v", head.Code, head.Header())
	}
	if beyond := s.get("GET", path, "", office, "Range", "bytes=20-"); beyond.Code != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("beyond the end: %d", beyond.Code)
	}
}

// Firmware takes as long as a slow line needs, whatever time other answers have.
func TestSlowFiles(t *testing.T) {
	s := withFolder(t)
	s.put(phone.Phone{ID: "1", MAC: mac})
	server := httptest.NewUnstartedServer(s)
	server.Config.WriteTimeout = time.Nanosecond
	server.Start()
	defer server.Close()
	if r, err := http.Get(server.URL + "/000413aabb01.xml"); err == nil {
		r.Body.Close()
		t.Error("a configuration has all the time")
	}
	r, err := http.Get(server.URL + "/000413aabb01/firmware/D785.bin")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if b, err := io.ReadAll(r.Body); err != nil || string(b) != "0123456789" {
		t.Errorf("%q, %v", b, err)
	}
}

// A phone is told of the files that there are for it, where it finds them.
func TestURLs(t *testing.T) {
	s := withFolder(t)
	s.put(phone.Phone{ID: "1", MAC: mac, Ringer: phone.Ringer{Tone: tone}})
	p := s.book.ByID("1").Phone
	u := s.view([]*phone.Phone{p}, p.IP.Addr()).URL
	for name, url := range map[string]string{"D785.bin": u.Firmware, tone + ".wav": u.Ringtone} {
		path, ok := strings.CutPrefix(url, "https://prov.example.net")
		if !ok || !strings.HasSuffix(path, name) {
			t.Errorf("%s is said to be at %q", name, url)
			continue
		}
		if w := s.get("GET", path, "a wget", office); w.Code != http.StatusOK {
			t.Errorf("%s: %d", url, w.Code)
		}
	}
}
