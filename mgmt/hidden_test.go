package mgmt_test

import (
	"fmt"
	"strings"
	"testing"

	"ringfence/phone"
)

// What a product costs those who sell it is a short number: it could be guessed
// from an entity tag that it is in.
func TestACostIsNotGivenAway(t *testing.T) {
	w := newWorld(t)
	product := w.make("/product", "reseller", `{"customer":"`+string(acme)+`","name":"Rent","cost":1.5,"wholesale":2}`)
	tags := map[string][]string{}
	for _, cost := range []string{"1.5", "7.25"} {
		w.do("POST", "/product/"+string(product), "reseller", `{"cost":`+cost+`}`)
		for _, who := range []string{"owner", "reseller"} {
			tags[who] = append(tags[who], w.do("GET", "/product/"+string(product), who, "").Header().Get("ETag"))
		}
	}
	if tag := tags["owner"]; tag[0] == "" || tag[0] != tag[1] {
		t.Errorf("the tag of who does not see the cost changes with it: %q", tag)
	}
	if tag := tags["reseller"]; tag[0] == tag[1] {
		t.Errorf("the tag of who sees the cost does not change with it: %q", tag)
	}
	for _, c := range []struct {
		who  string
		sees bool
	}{{"owner", false}, {"reseller", true}} {
		log := w.do("GET", "/audit?filter="+string(product), c.who, "").Body.String()
		for _, property := range []string{"cost", "wholesale"} {
			if got := strings.Contains(log, fmt.Sprintf("%q:{", property)); got != c.sees {
				t.Errorf("%s sees %s in the audit log: %v, want %v", c.who, property, got, c.sees)
			}
		}
	}
}

// What an object itself keeps from somebody, the audit log does too.
func TestTheAuditLogHidesWhatObjectsHide(t *testing.T) {
	w := newWorld(t)
	trunk := w.make("/pbx/trunk", "reseller", `{"customer":"`+string(acme)+`","name":"Line","customers":["`+string(acme)+`"],"rates":[{"prefix":"+45","centsPerMinute":5}]}`)
	ban := w.make("/pbx/ban", "admin", `{"address":"192.0.2.77","reason":"scanner"}`)
	w.do("POST", "/pbx/ban/192.0.2.77", "admin", `{"reason":"a worse one"}`)
	for _, c := range []struct {
		object        phone.ID
		property      string
		sees, doesNot string
	}{
		{trunk, "rates", "reseller", "owner"},
		{trunk, "customers", "reseller", "owner"},
		{ban, "address", "admin", "reseller-admin"},
		{ban, "reason", "admin", "reseller-admin"},
	} {
		for who, sees := range map[string]bool{c.sees: true, c.doesNot: false} {
			log := w.do("GET", "/audit?filter="+string(c.object), who, "").Body.String()
			if got := strings.Contains(log, fmt.Sprintf("%q:{", c.property)); got != sees {
				t.Errorf("%s sees %s in the audit log: %v, want %v", who, c.property, got, sees)
			}
			if strings.Contains(log, "/pbx/ban/192.0.2.77") && !sees {
				t.Errorf("%s sees which address was banned: %s", who, log)
			}
		}
	}
}

// Who calls and withholds their number is shown to nobody who is called, neither
// afterwards nor while it rings.
func TestALiveCallerWhoWithholdsTheirNumber(t *testing.T) {
	o := newOffice(t)
	const number, name = "+4512345678", "Vera"
	o.calls[0] = o.talk(annas, phone.LiveLeg{Direction: phone.Inbound, State: phone.CallTalking, Number: number}, o.leg("anna", phone.Outbound))
	o.calls[0].Caller = phone.Party{Number: number, Name: name, Privacy: true, Type: phone.PartyExternal}
	for who, sees := range map[string]bool{"personal": false, "viewer": true} {
		for _, path := range []string{"/pbx/calls", "/pbx/calls/" + string(annas)} {
			body := o.do("GET", path, who, "").Body.String()
			if !strings.Contains(body, string(annas)) || !strings.Contains(body, `"privacy":true`) {
				t.Fatalf("%s as %s: %s", path, who, body)
			}
			if strings.Contains(body, number) != sees || strings.Contains(body, name) != sees {
				t.Errorf("%s sees who calls at %s: %s", who, path, body)
			}
		}
	}
}
