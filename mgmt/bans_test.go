package mgmt_test

import (
	"net/http"
	"strings"
	"testing"

	"ringfence/phone"
)

func TestBansAsAFileForNftables(t *testing.T) {
	w := newWorld(t)
	for _, body := range []string{`{"address": "192.0.2.1", "seconds": 600}`, `{"address": "198.51.100.0/24"}`, `{"address": "2001:db8::1"}`} {
		if got := w.do("POST", "/pbx/ban", "admin", body); got.Code != 200 {
			t.Fatal(got.Body)
		}
	}
	got := w.do("GET", "/pbx/ban?format=nft&limit=1", "admin", "")
	if kind := got.Header().Get("Content-Type"); got.Code != 200 || kind != "text/plain; charset=utf-8" {
		t.Errorf("%d %s", got.Code, kind)
	}
	const want = "add element inet ringfence banned4 {\n\t192.0.2.1 timeout 600s,\n\t198.51.100.0/24\n}\n" +
		"add element inet ringfence banned6 {\n\t2001:db8::/64\n}\n"
	if !strings.HasSuffix(got.Body.String(), want) {
		t.Errorf("got %s", got.Body)
	}
}

// Events of bans are of no customer, as is the login of a RESELLER_ADMIN: they
// are still not for them.
func TestBansAreToldToAdminsAlone(t *testing.T) {
	for who, sees := range map[string]bool{"admin": true, adminToken: true, "reseller-admin": false, "owner": false} {
		w, url := serveWorld(t)
		l := listen(t, http.DefaultClient, url, "", who, "")
		l.expect(hello)
		ban, lock := w.happen(phone.BanAdded, ""), w.happen(phone.PhoneLocked, acme)
		if sees {
			l.expect(strings.Replace(ban, `"customer":""`, `"customer":null`, 1))
		}
		l.expect(lock)
	}
}
