package main

import (
	"bytes"
	"crypto/tls"
	"io"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/pin/tftp/v3"
)

// fetcher asks for configurations as a Snom does, over TLS.
type fetcher struct {
	t      *testing.T
	client *http.Client
	base   string
}

func newFetcher(t *testing.T, at netip.AddrPort, certificates ...tls.Certificate) *fetcher {
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, Certificates: certificates}}
	t.Cleanup(transport.CloseIdleConnections)
	return &fetcher{t, &http.Client{Transport: transport}, "https://" + at.String()}
}

func (f *fetcher) get(path string, want int) string {
	f.t.Helper()
	res, err := f.client.Get(f.base + path)
	if err != nil {
		f.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != want {
		f.t.Fatalf("%s: %d %v, want %d", path, res.StatusCode, err, want)
	}
	return string(body)
}

// The configuration door in the whole server: TLS with a phone's certificate, the
// folder of files, TFTP, and tokens that a restart leaves as they are.
func TestConfigurationDoor(t *testing.T) {
	files := newPair(t)
	files.issue(t, 1)
	folder, dir := t.TempDir(), t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, "firmware"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "firmware", "D785.bin"), []byte("new"), 0o644); err != nil {
		t.Fatal(err)
	}
	door := func(c *Config) {
		c.TLSCert, c.TLSKey = files.cert, files.key
		c.ProvTLS, c.ProvURL, c.ProvTFTP = "127.0.0.1:0", "https://prov.example", "127.0.0.1:0"
		c.ProvFiles, c.ProvClientCA = folder, []string{files.cert}
	}
	r := start(t, dir, door)
	o := newOffice(t, r)
	o.phone("200", "000413000001", "127.0.0.1", nil)
	phone := newFetcher(t, r.provTLS)
	body := phone.get("/snomD785-000413000001.htm", 200)
	token := regexp.MustCompile(`https://prov\.example(/[a-z2-7]{26}/)`).FindStringSubmatch(body)
	if token == nil {
		t.Fatalf("no token in\n%s", body)
	}
	phone.get(token[1]+"snomD785-000413000001.htm", 200)
	phone.get(token[1]+"000413000001/firmware/D785.bin", 200)
	stranger := newPair(t) // nobody that we trust has signed it, which proves nothing and is no harm
	stranger.issue(t, 2)
	certificate, err := tls.LoadX509KeyPair(stranger.cert, stranger.key)
	if err != nil {
		t.Fatal(err)
	}
	newFetcher(t, r.provTLS, certificate).get("/snomD785-000413000001.htm", 200)
	fromTFTP(t, r.tftp.String())
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}

	r = start(t, dir, door, func(c *Config) { c.ProvPlain = "off" })
	again := newFetcher(t, r.provTLS)
	again.get(token[1]+"snomD785-000413000001.htm", 200)
	again.get("/snomD785-000413000001.htm", 404)
}

func fromTFTP(t *testing.T, at string) {
	t.Helper()
	client, err := tftp.NewClient(at)
	if err != nil {
		t.Fatal(err)
	}
	from, err := client.Receive("startup.cfg", "octet")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := from.WriteTo(&b); err != nil || !strings.Contains(b.String(), "prov.example") {
		t.Errorf("%v %q", err, b.String())
	}
}

// Nobody needs a password to be refused a configuration, so not each refusal is
// told to the world; the phone shows the last one.
func TestRefusedConfigurationsAreToldAtAPace(t *testing.T) {
	o := newOffice(t, start(t, t.TempDir()))
	_, made := o.phone("200", "000413000001", "127.0.0.1", object{"ip": object{"mode": "LOCKED", "address": "192.0.2.1"}})
	published := func() int {
		n, err := strconv.Atoi(o.get("/status").object("Feed").text("Published"))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := published()
	var all sync.WaitGroup
	for range 4 * rejectionsAtOnce {
		all.Go(func() {
			if res, err := http.Get("http://" + o.prov.String() + "/000413000001.xml"); err != nil {
				t.Error(err)
			} else if res.Body.Close(); res.StatusCode != http.StatusNotFound {
				t.Error(res.Status)
			}
		})
	}
	all.Wait()
	if n := published() - before; n < rejectionsAtOnce || n > rejectionsAtOnce+2 {
		t.Errorf("%d events of %d refusals", n, 4*rejectionsAtOnce)
	}
	if got := o.get("/pbx/sipphone/" + made.text("_id")).object("status").object("lastRejected").text("via"); got != "config" {
		t.Errorf("last rejected via %q", got)
	}
}
