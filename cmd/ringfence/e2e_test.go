package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"ringfence/internal/simphone"
)

// running is a whole server, started by the same run as the program.
type running struct {
	addresses
	api  apiClient
	stop func() error
}

const testToken = "a-token-for-the-test"

// start runs a server on the folder and stops it with the test.
func start(t *testing.T, dir string, change ...func(*Config)) *running {
	t.Helper()
	c := demoConfig(dir, testToken)
	for _, f := range change {
		f(&c)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ready, ended := make(chan addresses, 1), make(chan error, 1)
	go func() {
		ended <- run(ctx, c, hooks{stdout: io.Discard, log: t.Output(), ready: func(a addresses) { ready <- a }})
	}()
	r := &running{}
	select {
	case r.addresses = <-ready:
	case err := <-ended:
		cancel()
		t.Fatalf("the server did not start: %v", err)
	}
	r.api = apiClient{base: "http://" + r.http.String(), token: testToken}
	var stopped bool
	r.stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return <-ended
	}
	t.Cleanup(func() {
		if err := r.stop(); err != nil {
			t.Errorf("the server did not stop cleanly: %v", err)
		}
	})
	return r
}

// office is a customer with extensions and phones.
type office struct {
	*running
	t        *testing.T
	customer string
	model    string
}

func newOffice(t *testing.T, r *running) *office {
	t.Helper()
	o := &office{running: r, t: t}
	o.customer = o.create("/customer", object{"name": "Acme"}).text("_id")
	o.model = o.get("/pbx/sipphonemodels?filter=D785").first("sipPhoneModels").text("_id")
	return o
}

func (o *office) create(path string, body object) object {
	o.t.Helper()
	out, err := o.api.create(o.t.Context(), path, body)
	if err != nil {
		o.t.Fatal(err)
	}
	return out
}

func (o *office) get(path string) object {
	o.t.Helper()
	out, err := o.api.get(o.t.Context(), path)
	if err != nil {
		o.t.Fatal(err)
	}
	return out
}

// phone makes an extension, its phone object and a simulated phone with the
// credentials, which speaks from the address.
func (o *office) phone(number, mac, from string, properties object) (demoPhone, object) {
	o.t.Helper()
	ext := o.create("/pbx/extension", object{"customer": o.customer, "number": number, "name": "Name " + number})
	body := object{"customer": o.customer, "sipPhoneModel": o.model, "extension": ext.text("_id"), "macAddress": mac}
	for k, v := range properties {
		body[k] = v
	}
	made := o.create("/pbx/sipphone", body)
	return o.simulate(made, mac, from), made
}

// simulate is a phone that somebody has given the credentials of the object.
func (o *office) simulate(made object, mac, from string) demoPhone {
	o.t.Helper()
	sim, err := simphone.New(simphone.Config{MAC: mac, Model: "D785", ListenIP: netip.MustParseAddr(from)})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { sim.Close() })
	sim.Use(simphone.Settings{
		Username: made.text("username"), Password: made.text("password"),
		Domain: "ringfence.local", Server: o.sip["udp"].String(), Transport: "udp",
	})
	return demoPhone{Phone: sim, id: made.text("_id"), mac: mac}
}

// refusal is the code that an error of a simulated phone carries, 0 for none.
func refusal(err error) int {
	var s *simphone.StatusError
	if errors.As(err, &s) {
		return s.Code
	}
	return 0
}

func TestDemo(t *testing.T) {
	var out strings.Builder
	if status := realMain(t.Context(), []string{"demo", "--once"}, &out, t.Output()); status != exitOK {
		t.Fatalf("exit status %d\n%s", status, out.String())
	}
	if !strings.Contains(out.String(), "Every step worked.") {
		t.Errorf("printed\n%s", out.String())
	}
}

// An update holds for the very next request.
func TestAChangeHoldsAtOnce(t *testing.T) {
	o := newOffice(t, start(t, t.TempDir()))
	p, made := o.phone("200", "000413000001", "127.0.0.1", nil)
	if _, err := p.Register(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	o.create("/pbx/sipphone/"+p.id, object{"ip": object{"mode": "LOCKED", "address": "192.0.2.1"}})
	if _, err := p.Register(t.Context(), 0); refusal(err) != 403 {
		t.Errorf("locked elsewhere: %v", err)
	}
	if st := o.get("/pbx/sipphone/" + p.id).object("status"); st["online"] != true || st.object("lastRejected").text("reason") != "address" {
		t.Errorf("status after the refusal: %v", st)
	}
	o.create("/pbx/sipphone/"+p.id, object{"ip": object{"mode": "ROAMING", "countries": "DK"}})
	if _, err := p.Register(t.Context(), 0); err != nil {
		t.Errorf("roaming in the right country: %v", err)
	}
	o.create("/pbx/sipphone/"+p.id, object{"ip": object{"countries": "SE"}})
	if _, err := p.Register(t.Context(), 0); refusal(err) != 403 {
		t.Errorf("roaming in another country: %v", err)
	}
	o.create("/pbx/sipphone/"+p.id, object{"ip": object{"mode": "OPEN"}})
	renewed := o.create("/pbx/sipphone/"+p.id+"/credentials", object{})
	if st := renewed.object("status"); st["online"] != false {
		t.Errorf("online with credentials that are gone: %v", st)
	}
	if _, err := p.Register(t.Context(), 0); refusal(err) != 401 {
		t.Errorf("old credentials: %v", err)
	}
	fresh := o.simulate(renewed, "000413000001", "127.0.0.1")
	if _, err := fresh.Register(t.Context(), 0); err != nil {
		t.Errorf("new credentials: %v", err)
	}
	if made.text("password") == renewed.text("password") {
		t.Error("the password is the old one")
	}
	if _, err := o.api.do(t.Context(), http.MethodDelete, "/pbx/sipphone/"+p.id, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := fresh.Register(t.Context(), 0); refusal(err) != 401 {
		t.Errorf("a deleted phone: %v", err)
	}
}

func TestTheFenceStandsAtAllThreeDoors(t *testing.T) {
	r := start(t, t.TempDir())
	o := newOffice(t, r)
	good, made := o.phone("200", "000413000001", "127.0.0.1", object{"ip": object{"mode": "LOCKED", "address": "127.0.0.1"}})
	thief := o.simulate(made, "000413000001", "127.0.0.66")
	for door, try := range map[string]func(context.Context) error{
		"config":   func(ctx context.Context) error { _, err := thief.Fetch(ctx, "http://"+r.prov.String()); return err },
		"register": func(ctx context.Context) error { _, err := thief.Register(ctx, 0); return err },
		"call":     func(ctx context.Context) error { _, err := thief.Call(ctx, "200"); return err },
	} {
		if err := try(t.Context()); err == nil {
			t.Errorf("%s: a stranger passed", door)
		}
		last := o.get("/pbx/sipphone/" + good.id).object("status").object("lastRejected")
		if last.text("via") != door || last.text("address") != "127.0.0.66" || last.text("reason") != "address" {
			t.Errorf("%s: told as %v", door, last)
		}
	}
	if _, err := good.Fetch(t.Context(), "http://"+r.prov.String()); err != nil {
		t.Errorf("its own address: %v", err)
	}
	if _, err := good.Register(t.Context(), 0); err != nil {
		t.Errorf("its own address: %v", err)
	}
}

func TestIPv6(t *testing.T) {
	r := start(t, t.TempDir(), func(c *Config) {
		c.SIP, c.Prov = []string{"udp://[::1]:0"}, "[::1]:0"
	})
	o := newOffice(t, r)
	a, _ := o.phone("200", "000413000001", "::1", nil)
	b, _ := o.phone("201", "000413000002", "::1", nil)
	for _, p := range []demoPhone{a, b} {
		if _, err := p.Fetch(t.Context(), "http://"+r.prov.String()); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Register(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		if ip := o.get("/pbx/sipphone/" + p.id).object("ip"); ip.text("mode") != "LOCKED" || ip.text("address") != "::1" {
			t.Errorf("fence %v", ip)
		}
	}
	talked(t, a, b, "201")
}

// talked lets two phones call and checks that each hears something.
func talked(t *testing.T, a, b demoPhone, number string) {
	t.Helper()
	answered := make(chan error, 1)
	go func() {
		select {
		case c := <-b.Incoming():
			answered <- c.Answer(t.Context())
		case <-t.Context().Done():
			answered <- t.Context().Err()
		}
	}()
	c, err := a.Call(t.Context(), number)
	if err = errors.Join(err, <-answered); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Talk(t.Context(), 200*time.Millisecond); err != nil {
		t.Error(err)
	}
	if err := c.Hangup(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestARestartKeepsRegistrations(t *testing.T) {
	dir := t.TempDir()
	first := start(t, dir)
	o := newOffice(t, first)
	a, _ := o.phone("200", "000413000001", "127.0.0.1", nil)
	b, _ := o.phone("201", "000413000002", "127.0.0.1", nil)
	for _, p := range []demoPhone{a, b} {
		if _, err := p.Register(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	second := start(t, dir, func(c *Config) {
		c.SIP = []string{"udp://" + first.sip["udp"].String()} // the phones know only this
	})
	o.running = second
	if st := o.get("/pbx/sipphone/" + b.id).object("status"); st["online"] != true {
		t.Errorf("status after the restart: %v", st)
	}
	talked(t, a, b, "201")
}

func TestAPhoneThatIsNotLinkedRegistersAndCannotCall(t *testing.T) {
	o := newOffice(t, start(t, t.TempDir()))
	p, _ := o.phone("200", "000413000001", "127.0.0.1", nil)
	o.create("/pbx/sipphone/"+p.id, object{"extension": nil})
	if _, err := p.Register(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Call(t.Context(), "200"); refusal(err) != 403 {
		t.Errorf("call: %v", err)
	}
}
