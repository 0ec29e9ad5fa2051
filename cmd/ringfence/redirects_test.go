package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/alecthomas/kong"
)

// snomService is Snom's redirection service, which knows a user and a password.
type snomService struct {
	mu      sync.Mutex
	devices map[string]string
}

func (s *snomService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if user, password, _ := r.BasicAuth(); user != "acme" || password != "from a file" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	var call struct {
		Method string   `xml:"methodName"`
		Args   []string `xml:"params>param>value>string"`
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || xml.Unmarshal(body, &call) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch call.Method {
	case "redirect.registerPhone":
		s.devices[call.Args[0]] = call.Args[1]
	case "redirect.deregisterPhone":
		delete(s.devices, call.Args[0])
	}
	fmt.Fprint(w, `<methodResponse><params><param><value><array><data><value><boolean>1</boolean></value><value>Ok</value></data></array></value></param></params></methodResponse>`)
}

func (s *snomService) has(mac string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.devices[mac]
}

// settingsOf are those of a command line.
func settingsOf(t *testing.T, args ...string) Config {
	t.Helper()
	var cli commands
	parser, err := kong.New(&cli)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(append([]string{"serve"}, args...)); err != nil {
		t.Fatal(err)
	}
	return cli.Serve.Config
}

// A phone that is made over the API is sent here by its maker, until it is
// deleted, also when the server was restarted between.
func TestAMakerIsToldOfAPhone(t *testing.T) {
	maker := &snomService{devices: map[string]string{}}
	service := httptest.NewServer(maker)
	t.Cleanup(service.Close)
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("from a file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	asked := settingsOf(t, "--redirect-snom-url", service.URL+"/xmlrpc/", "--redirect-snom-user", "acme", "--redirect-snom-password", "@"+file)
	dir := t.TempDir()
	account := func(c *Config) { c.Redirect, c.ProvURL = asked.Redirect, "https://prov.example" }
	o := newOffice(t, start(t, dir, account))
	made := o.create("/pbx/sipphone", object{"customer": o.customer, "sipPhoneModel": o.model, "macAddress": "000413000001"})
	path := "/pbx/sipphone/" + made.text("_id")
	if !eventually(func() bool {
		redirect := o.get(path).object("redirect")
		return redirect.text("state") == "registered" && redirect.text("service") == "snom"
	}) {
		t.Fatalf("shown as %v", o.get(path)["redirect"])
	}
	if url := maker.has("000413000001"); !strings.HasPrefix(url, "https://prov.example/") || !strings.HasSuffix(url, "/000413000001.xml") || len(url) < 60 {
		t.Errorf("sent to %s", url)
	}
	if err := o.stop(); err != nil {
		t.Fatal(err)
	}
	again := start(t, dir, account)
	if _, err := again.api.do(t.Context(), http.MethodDelete, path, nil); err != nil {
		t.Fatal(err)
	}
	if !eventually(func() bool { return maker.has("000413000001") == "" }) {
		t.Error("it is not taken away")
	}
}

func TestAnAccountIsNotShown(t *testing.T) {
	t.Setenv("RINGFENCE_REDIRECT_YEALINK_PASSWORD", "hush")
	c := settingsOf(t, "--redirect-yealink-user", "acme")
	if got := c.Redirect.accounts(); len(got) != 1 || got["yealink"].Password != "hush" {
		t.Errorf("accounts of %d services", len(got))
	}
	if shown := fmt.Sprintf("%v %+v", c, c.Redirect); strings.Contains(shown, "hush") {
		t.Error("it is shown")
	}
	if c.Redirect.Checks != "on" {
		t.Error("nothing is checked")
	}
}
