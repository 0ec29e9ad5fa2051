package provision

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"ringfence/phone"
)

// What is shown is what the phone then fetches, byte for byte.
func TestAPreviewIsWhatThePhoneWouldFetch(t *testing.T) {
	s := newSite(t)
	s.put(phone.Phone{ID: "1", MAC: mac, Extension: ext, CustomConfig: "<!-- yes -->"})
	p, err := s.Preview(t.Context(), "1", false)
	if err != nil || s.Arrived(mac) {
		t.Fatal(err)
	}
	if len(s.loaded)+len(s.events)+len(s.spends) > 0 || s.book.ByID("1").IP.Mode != phone.Open {
		t.Error("a look has done something")
	}
	w := s.get("GET", strings.TrimPrefix(p.URL, "https://prov.example.net"), "", office)
	if w.Code != 200 || w.Body.String() != p.Body || w.Header().Get("Content-Type") != p.ContentType {
		t.Errorf("%d %s\n%s\nshown:\n%s", w.Code, w.Header(), w.Body, p.Body)
	}
	if !s.Arrived(mac) {
		t.Error("it came with its steady token, and has not arrived")
	}
}

func TestAPreviewHidesSecrets(t *testing.T) {
	s := newSite(t)
	s.book.PutSettings(&phone.Settings{ID: acme, MasterPinCode: "471147"})
	own := phone.Model{
		ID: "bbbbbbbbbbbbbbbbbbbbbbb9", Brand: phone.BrandGeneric, Capabilities: phone.ModelCapabilities{Provision: true},
		ConfigurationTmpl: "%Password% %WebPassword% %MasterPin% %ProvisioningUrl% %Username%\n",
	}
	s.book.PutModel(&own)
	s.put(phone.Phone{ID: "1", MAC: mac, Model: own.ID})
	for _, model := range []phone.ID{snom, own.ID, plain} {
		s.put(phone.Phone{ID: "1", MAC: mac, Model: model})
		open, err := s.Preview(t.Context(), "1", false)
		if err != nil {
			t.Fatal(err)
		}
		hidden, err := s.Preview(t.Context(), "1", true)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"p1", s.WebPassword("1"), "471147", s.steadyOf(mac)} {
			if strings.Contains(fmt.Sprint(hidden), secret) {
				t.Errorf("%s: %q is shown", model, secret)
			}
		}
		if !strings.Contains(hidden.Body, phone.Masked) || !strings.Contains(hidden.Body, "u1") || !strings.Contains(open.Body, "p1") {
			t.Errorf("%s: got\n%s\nand\n%s", model, hidden.Body, open.Body)
		}
	}
}

func TestWhatHasNoPreview(t *testing.T) {
	s := newSite(t)
	s.put(phone.Phone{ID: "1", MAC: "000413AABB02", Model: other})
	s.put(phone.Phone{ID: "2"})
	s.book.PutPhone(&phone.Phone{ID: "3", Username: "u3", MAC: "000413AABB03", Model: snom, PBXCluster: phone.Development})
	for id, want := range map[phone.ID]string{
		"1": "sipPhoneModel: SIP phone model cannot be provisioned",
		"2": "macAddress: SIP phone has no MAC address",
		"3": "pbxCluster: SIP phone is on a cluster that this server does not serve",
		"4": "not_found: SIP phone not found",
	} {
		if _, err := s.Preview(t.Context(), id, true); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", id, err, want)
		}
	}
}

// A time zone that no phone knows is not taken for that of the country.
func TestATimeZoneThatPhonesCannotBeToldOf(t *testing.T) {
	s := newSite(t)
	s.put(phone.Phone{ID: "1", MAC: mac, Model: plain})
	for zone, warned := range map[string]bool{"Europe/London": false, "Etc/GMT+3": true, "": false} {
		s.book.PutSettings(&phone.Settings{ID: acme, TimeZone: zone})
		p, err := s.Preview(t.Context(), "1", true)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(p.Warnings) == 1 && p.Warnings[0].Property == "timeZone"; got != warned {
			t.Errorf("%q: %v", zone, p.Warnings)
		}
		if strings.Contains(p.Body, "Copenhagen") != (zone == "") {
			t.Errorf("%q:\n%s", zone, p.Body)
		}
	}
}

// Where the address that phones reach depends on the way they come, no other one
// is shown in its place.
func TestAPreviewDoesNotKnowWhereAPhoneComesIn(t *testing.T) {
	s := newSite(t, func(c *Config) { c.SIP.Addr = netip.Addr{} })
	s.put(phone.Phone{ID: "1", MAC: mac})
	p, err := s.Preview(t.Context(), "1", true)
	if err != nil {
		t.Fatal(err)
	}
	if p.Warnings[0].Property != "server" || strings.Contains(p.Body, "invalid") || !strings.Contains(p.Body, "example.net") {
		t.Errorf("%v\n%s", p.Warnings, p.Body)
	}
}

func TestSoftkeysOfTheUser(t *testing.T) {
	s := newSite(t)
	no, one, far := false, 1, 5
	s.book.PutModel(&phone.Model{
		ID: "bbbbbbbbbbbbbbbbbbbbbbb9", Brand: phone.BrandGeneric, Softkeys: 4, Capabilities: phone.ModelCapabilities{Provision: true},
		ConfigurationTmpl: "%SoftkeyStart%%SoftkeyIndex% %SoftkeyValue%\n%SoftkeyEnd%",
	})
	s.book.PutEmployee(&phone.Employee{ID: "eeeeeeeeeeeeeeeeeeeeeee1", Customer: acme, State: phone.EmployeeEnabled, Softkeys: []phone.Softkey{
		{Index: &one, Function: phone.KeySpeedDial, Value: "112"}, {Index: &far, Function: phone.KeySpeedDial, Value: "113"},
	}})
	s.book.PutExtension(&phone.Extension{ID: ext, Customer: acme, Number: "200", Employee: "eeeeeeeeeeeeeeeeeeeeeee1"})
	own := []phone.Softkey{{Index: &one, Function: phone.KeySpeedDial, Value: "114"}}
	for what, c := range map[string]struct {
		p    phone.Phone
		want string
	}{
		"on the device":               {phone.Phone{Extension: ext}, "1 114\n"},
		"on the user, as far as fits": {phone.Phone{Extension: ext, SoftkeysOnDevice: &no}, "1 112\n"},
		"of a phone that is nobody's": {phone.Phone{SoftkeysOnDevice: &no}, ""},
	} {
		c.p.ID, c.p.MAC, c.p.Model, c.p.Softkeys = "1", mac, "bbbbbbbbbbbbbbbbbbbbbbb9", own
		s.put(c.p)
		p, err := s.Preview(t.Context(), "1", true)
		if err != nil || p.Body != c.want || (len(p.Warnings) == 1) != strings.HasPrefix(what, "on the user") {
			t.Errorf("%s: %v, %+v", what, err, p)
		}
	}
}
