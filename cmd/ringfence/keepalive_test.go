package main

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"ringfence/internal/simphone"
)

// behindNAT is a simulated phone that believes to be at a private address.
func (o *office) behindNAT(made object, private string) *simphone.Phone {
	o.t.Helper()
	sim, err := simphone.New(simphone.Config{Model: "D785", Private: netip.MustParseAddr(private)})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { sim.Close() })
	sim.Use(simphone.Settings{
		Username: made.text("username"), Password: made.text("password"),
		Domain: "ringfence.local", Server: o.sip["udp"].String(), Transport: "udp",
	})
	return sim
}

// status waits until the status of a phone has a property, and returns it.
func (o *office) status(id, property string, want any) object {
	o.t.Helper()
	ctx, cancel := context.WithTimeout(o.t.Context(), 20*time.Second)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		st, _ := o.get("/pbx/sipphone/" + id)["status"].(map[string]any)
		if v, ok := st[property]; ok && (want == nil || v == want) {
			return st
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			o.t.Fatalf("no %s in %v", property, st)
		}
	}
}

func TestThePhonesBehindNATsAreMeasured(t *testing.T) {
	dir := t.TempDir()
	often := func(c *Config) { c.Keepalive = 200 * time.Millisecond }
	r := start(t, dir, often, func(c *Config) { c.SIP = []string{"udp://127.0.0.1:0"} })
	o := newOffice(t, r)
	sim, made := o.phone("101", "000413aaaa01", "127.0.0.1", nil)
	if _, err := sim.Register(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	_, hidden := o.phone("102", "000413aaaa02", "127.0.0.1", nil)
	nat := o.behindNAT(hidden, "10.11.12.13")
	if _, err := nat.Register(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}

	st := o.status(hidden.text("_id"), "roundTrip", nil)
	if ms, ok := st["roundTrip"].(float64); !ok || ms < 0.1 || ms > 10_000 || st["reachable"] != true || st["localIpAddress"] != "10.11.12.13" {
		t.Errorf("status %v", st)
	}
	if st, _ := o.get("/pbx/sipphone/" + made.text("_id"))["status"].(map[string]any); st["roundTrip"] != nil || st["reachable"] != nil {
		t.Errorf("status of a phone without a NAT %v", st)
	}
	n := numbers(t, r)
	if n["ringfence_keepalive_flows"] != 1 || n["ringfence_keepalive_answered_total"] == 0 || n["ringfence_keepalive_round_trip_seconds_count"] == 0 {
		t.Errorf("counted %v flows, %v answers, %v round trips", n["ringfence_keepalive_flows"],
			n["ringfence_keepalive_answered_total"], n["ringfence_keepalive_round_trip_seconds_count"])
	}

	if err := nat.Close(); err != nil { // its cable is pulled
		t.Fatal(err)
	}
	o.status(hidden.text("_id"), "reachable", false)
	if st := o.status(hidden.text("_id"), "online", nil); st["online"] != true {
		t.Errorf("a silent phone went offline: %v", st)
	}
}
