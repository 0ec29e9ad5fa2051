package main

import (
	"context"
	"testing"
	"time"
)

// Two servers: one is the provider of the other, whose trunk is one of its phones.
func TestCallsByATrunk(t *testing.T) {
	provider := newOffice(t, start(t, t.TempDir()))
	office := newOffice(t, start(t, t.TempDir()))
	account, made := provider.phone("200", "000413000001", "127.0.0.1", nil)
	if err := account.Close(); err != nil { // the trunk is in its place
		t.Fatal(err)
	}
	outside, _ := provider.phone("201", "000413000002", "127.0.0.1", nil)
	inside, _ := office.phone("100", "000413000003", "127.0.0.1", nil)
	for _, p := range []demoPhone{outside, inside} {
		if _, err := p.Register(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
	}
	extension := office.get("/pbx/extension").first("extensions").text("_id")
	at := provider.sip["udp"]
	trunk := office.create("/pbx/trunk", object{
		"customer": office.customer, "name": "Provider", "numbers": []string{"+4570305052"}, "goto": extension,
		"sip": object{
			"host": at.Addr().String(), "port": at.Port(), "transport": "udp", "username": made.text("username"),
			"password": made.text("password"), "register": true, "fromDomain": "ringfence.local",
		},
		"outbound": object{"enabled": true, "patterns": []object{{"prefix": "+4570000", "strip": 7}}},
	})
	registered := func() bool {
		status := office.get("/pbx/trunk/" + trunk.text("_id")).object("status")
		return status["registered"] == true
	}
	waitUntil(t, "the trunk is not registered", registered)
	talked(t, outside, inside, "200")
	talked(t, inside, outside, "+4570000201")
	if err := office.stop(); err != nil {
		t.Fatal(err)
	}
	if st := provider.get("/pbx/sipphone/" + account.id).object("status"); st["online"] != false {
		t.Errorf("the trunk is still registered: %v", st)
	}
}

// waitUntil asks again until something holds.
func waitUntil(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal(what)
		}
	}
}
