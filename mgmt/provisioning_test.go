package mgmt_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"ringfence/mgmt"
	"ringfence/phone"
	"ringfence/provision"
	"ringfence/provision/family"
)

var families = sync.OnceValues(family.Load)

// addProvisioning gives the API the real configuration door, to which no phone
// comes.
func (w *world) addProvisioning(c *mgmt.Config) {
	w.Helper()
	all, err := families()
	if err != nil {
		w.Fatal(err)
	}
	key, err := w.store.Secret(w.Context(), "provisioning")
	if err != nil {
		w.Fatal(err)
	}
	c.Provisioning = provision.New(provision.Config{
		Book: w.store.Book, Families: all, Key: key, Devices: w.store, URL: "https://prov.ringfence.test",
		SIP: provision.SIPServer{Domain: "ringfence.test", Addr: netip.MustParseAddr("192.0.2.10"), Port: 5060, Transport: "udp", Expires: 3600},
		Now: w.clock.now, Log: slog.New(slog.DiscardHandler),
	})
}

// unheard is a configuration door that has not been told where phones reach it.
type unheard struct{ mgmt.Provisioning }

func (unheard) BaseURL() string           { return "" }
func (unheard) FirstURL(phone.MAC) string { return "" }

func TestNoURLIsMadeUp(t *testing.T) {
	w := newWorld(t, func(c *mgmt.Config) { c.Provisioning = unheard{c.Provisioning} })
	p := w.deskPhone()
	for _, path := range []string{"/provisioning-url", "/provisioning-url?sipphone=" + string(p.ID)} {
		if rec := w.do("GET", path, "manager", ""); rec.Code != http.StatusConflict || !strings.Contains(rec.Body.String(), `"url"`) {
			t.Errorf("%s: %d %s", path, rec.Code, rec.Body)
		}
	}
}

// arrived is one at which all phones have been.
type arrived struct{ mgmt.Provisioning }

func (arrived) Arrived(phone.MAC) bool { return true }

func TestAURLThatIsSpentSaysSo(t *testing.T) {
	w := newWorld(t, func(c *mgmt.Config) { c.Provisioning = arrived{c.Provisioning} })
	p := w.deskPhone()
	for path, want := range map[string]bool{"/provisioning-url": false, "/provisioning-url?sipphone=" + string(p.ID): true} {
		if rec := w.do("GET", path, "manager", ""); rec.Code != http.StatusOK || strings.Contains(rec.Body.String(), `"spent":true`) != want {
			t.Errorf("%s: %d %s", path, rec.Code, rec.Body)
		}
	}
}

// blind is an audit log that cannot be written.
type blind struct{ mgmt.Audit }

func (blind) Viewed(context.Context, string, phone.ID, phone.ID) error {
	return errors.New("disk full")
}

func TestNobodySeesSecretsUnseen(t *testing.T) {
	w := newWorld(t, func(c *mgmt.Config) { c.Audit = blind{c.Audit} })
	p := w.deskPhone()
	path := "/pbx/sipphone/" + string(p.ID) + "/config"
	if rec := w.do("GET", path+"?secrets=true", "owner", ""); rec.Code != http.StatusInternalServerError || strings.Contains(rec.Body.String(), p.Password) {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if rec := w.do("GET", path, "owner", ""); rec.Code != http.StatusOK || strings.Contains(rec.Body.String(), p.Password) {
		t.Errorf("masked: %d %s", rec.Code, rec.Body)
	}
}

func (w *world) deskPhone() *phone.Phone {
	w.Helper()
	p := phone.New(acme)
	p.MAC = "4EE8A34B56F3"
	models, err := phone.BuiltInModels()
	if err != nil {
		w.Fatal(err)
	}
	for _, m := range models {
		if m.Brand == phone.BrandSnom && !m.Capabilities.MultipleHandsets {
			p.Model = m.ID
		}
	}
	made, err := w.store.Phones.Create(w.Context(), giving(p))
	if err != nil {
		w.Fatal(err)
	}
	return made
}
