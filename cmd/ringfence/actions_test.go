package main

import (
	"net/http"
	"net/netip"
	"testing"

	"ringfence/internal/simphone"
)

// refused makes a request that the API is to refuse in these words.
func (o *office) refused(method, path string, body object, description string) {
	o.t.Helper()
	out, err := o.api.do(o.t.Context(), method, path, body)
	if err == nil || out.text("description") != description {
		o.t.Errorf("%s %s: got %v, want %q", method, path, out, description)
	}
}

// notified is the office's phone, and what it is asked to do.
func (o *office) notified(made object) (*simphone.Phone, <-chan string) {
	o.t.Helper()
	asked := make(chan string, 4)
	p, err := simphone.New(simphone.Config{
		Model: "D785", ListenIP: netip.MustParseAddr("127.0.0.1"), Notified: func(event string) { asked <- event },
	})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { p.Close() })
	p.Use(simphone.Settings{
		Username: made.text("username"), Password: made.text("password"),
		Domain: "ringfence.local", Server: o.sip["udp"].String(), Transport: "udp",
	})
	return p, asked
}

func TestAPhoneIsAskedToReloadAndToReboot(t *testing.T) {
	o := newOffice(t, start(t, t.TempDir()))
	_, made := o.phone("200", "000413000001", "127.0.0.1", nil)
	path := "/pbx/sipphone/" + made.text("_id")
	o.refused(http.MethodGet, path+"/configreload", nil, "SIP phone is offline")
	p, asked := o.notified(made)
	if _, err := p.Register(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	for action, want := range map[string]string{"/configreload": "check-sync;reboot=false", "/reboot": "check-sync;reboot=true"} {
		if got := o.get(path + action); got["success"] != true {
			t.Errorf("%s: %v", action, got)
		}
		if got := <-asked; got != want {
			t.Errorf("%s asked %q, want %q", action, got, want)
		}
	}
}

// A phone keeps working while its new credentials are on their way to it, also
// over a restart, and the old ones end when it has them.
func TestNewCredentialsBesideTheOld(t *testing.T) {
	dir := t.TempDir()
	r := start(t, dir)
	o := newOffice(t, r)
	p, made := o.phone("200", "000413000001", "127.0.0.1", nil)
	old := p.Settings()
	register := func(what string, code int) {
		t.Helper()
		if _, err := p.Register(t.Context(), 0); refusal(err) != code || code == 0 && err != nil {
			t.Errorf("%s: %v, want %d", what, err, code)
		}
	}
	register("before", 0)
	path := "/pbx/sipphone/" + p.id
	renewed := o.create(path+"/credentials", object{"keepOld": 3600})
	if renewed.object("status")["online"] != true || renewed.text("username") == made.text("username") {
		t.Errorf("renewed: %v", renewed)
	}
	register("with the old ones", 0)
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}

	r = start(t, dir)
	o.running = r
	old.Server = r.sip["udp"].String()
	p.Use(old)
	register("with the old ones after a restart", 0)
	if got := o.get(path); got.text("password") != renewed.text("password") {
		t.Errorf("shown after the restart: %v", got)
	}
	if _, err := p.Fetch(t.Context(), "http://"+r.prov.String()); err != nil {
		t.Fatal(err)
	}
	if got := p.Settings().Username; got != renewed.text("username") {
		t.Errorf("fetched the username %s", got)
	}
	register("with the new ones", 0)
	if list := o.get(path + "/bindings")["bindings"].([]any); len(list) != 1 {
		t.Errorf("bindings: %v", list)
	}
	p.Use(old)
	register("with the old ones when it has the new", 401)
}

func TestABindingIsShownAndTakenAway(t *testing.T) {
	o := newOffice(t, start(t, t.TempDir()))
	p, _ := o.phone("200", "000413000001", "127.0.0.1", nil)
	path := "/pbx/sipphone/" + p.id
	for _, which := range []string{"one", "all"} {
		if _, err := p.Register(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		shown := o.get(path + "/bindings").first("bindings")
		if shown.text("address") != "127.0.0.1" || shown.text("transport") != "udp" || shown.text("_id") == "" {
			t.Errorf("shown: %v", shown)
		}
		target := path + "/binding"
		if which == "one" {
			target += "/" + shown.text("_id")
		}
		if _, err := o.api.do(t.Context(), http.MethodDelete, target, nil); err != nil {
			t.Fatal(err)
		}
		if st := o.get(path).object("status"); st["online"] != false {
			t.Errorf("%s taken away: %v", which, st)
		}
	}
}

func TestAPhoneThatHasMovedIsAccepted(t *testing.T) {
	o := newOffice(t, start(t, t.TempDir()))
	p, _ := o.phone("200", "000413000001", "127.0.0.1", object{"ip": object{"mode": "LOCKED", "address": "192.0.2.1"}})
	path := "/pbx/sipphone/" + p.id + "/accept"
	o.refused(http.MethodPost, path, object{}, "SIP phone has not been refused")
	if _, err := p.Register(t.Context(), 0); refusal(err) != 403 {
		t.Fatalf("locked elsewhere: %v", err)
	}
	o.refused(http.MethodPost, path, object{"address": "127.0.0.2"}, "SIP phone was last refused at another address")
	fence := o.create(path, object{"address": "127.0.0.1"}).object("ip")
	if fence.text("mode") != "LOCKED" || fence.text("address") != "127.0.0.1" {
		t.Errorf("fence %v", fence)
	}
	if _, err := p.Register(t.Context(), 0); err != nil {
		t.Errorf("accepted: %v", err)
	}
}
