package mgmt_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// What a product costs those who sell it is a short number: it could be guessed
// from an entity tag that it is in.
func TestACostIsNotGivenAway(t *testing.T) {
	w := newWorld(t)
	var made struct {
		ID string `json:"_id"`
	}
	rec := w.do("POST", "/product", "reseller", `{"customer":"`+string(acme)+`","name":"Rent","cost":1.5,"wholesale":2}`)
	if err := json.Unmarshal(rec.Body.Bytes(), &made); err != nil {
		t.Fatal(rec.Code, rec.Body, err)
	}
	tags := map[string][]string{}
	for _, cost := range []string{"1.5", "7.25"} {
		w.do("POST", "/product/"+made.ID, "reseller", `{"cost":`+cost+`}`)
		for _, who := range []string{"owner", "reseller"} {
			tags[who] = append(tags[who], w.do("GET", "/product/"+made.ID, who, "").Header().Get("ETag"))
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
		log := w.do("GET", "/audit?filter="+made.ID, c.who, "").Body.String()
		for _, property := range []string{"cost", "wholesale"} {
			if got := strings.Contains(log, fmt.Sprintf("%q:{", property)); got != c.sees {
				t.Errorf("%s sees %s in the audit log: %v, want %v", c.who, property, got, c.sees)
			}
		}
	}
}
