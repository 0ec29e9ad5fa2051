package phone

import (
	"reflect"
	"testing"
)

func TestDifferences(t *testing.T) {
	type nested struct {
		Mode     string `json:"mode,omitempty"`
		Password string `json:"password,omitempty"`
	}
	type object struct {
		Name   string   `json:"name,omitempty"`
		IP     *nested  `json:"ip,omitempty"`
		List   []nested `json:"list,omitempty"`
		Secret string   `json:"secret,omitempty"`
		Pin    string   `json:"masterPinCode,omitempty"`
		Hash   string   `json:"passwordHash,omitempty"`
	}
	for _, c := range []struct {
		name          string
		before, after any
		want          map[string]Values
	}{
		{"nothing", nil, nil, map[string]Values{}},
		{"no difference", object{Name: "a", Secret: "s"}, object{Name: "a", Secret: "s"}, map[string]Values{}},
		{"a new object", nil, object{Name: "a"}, map[string]Values{"name": {nil, "a"}}},
		{"one that is gone", object{Name: "a"}, nil, map[string]Values{"name": {"a", nil}}},
		{"a property inside another", object{IP: &nested{Mode: "OPEN"}}, object{IP: &nested{Mode: "LOCKED"}},
			map[string]Values{"ip.mode": {"OPEN", "LOCKED"}}},
		{"a property inside one that is new", object{}, object{IP: &nested{Mode: "OPEN"}}, map[string]Values{"ip.mode": {nil, "OPEN"}}},
		{"secrets", object{Secret: "a", Pin: "1", Hash: "h"}, object{Secret: "b", Hash: "i"}, map[string]Values{
			"secret": {masked, masked}, "masterPinCode": {masked, nil}, "passwordHash": {masked, masked},
		}},
		{"a secret inside another property", object{IP: &nested{Password: "a"}}, object{IP: &nested{Password: "b"}},
			map[string]Values{"ip.password": {masked, masked}}},
		{"secrets inside an array", object{List: []nested{{Mode: "a", Password: "p"}}}, object{List: []nested{{Mode: "b", Password: "p"}}},
			map[string]Values{"list": {
				[]any{map[string]any{"mode": "a", "password": masked}}, []any{map[string]any{"mode": "b", "password": masked}},
			}}},
		{"a phone's credentials", &Phone{Password: "old"}, &Phone{Password: "new"}, map[string]Values{"password": {masked, masked}}},
		{"a webhook's secret", &Webhook{Secret: "old"}, &Webhook{Secret: "new"}, map[string]Values{"secret": {masked, masked}}},
	} {
		got, err := Differences(c.before, c.after)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %v, %v, want %v", c.name, got, err, c.want)
		}
	}
	if _, err := Differences(nil, func() {}); err == nil {
		t.Error("what has no JSON form has no difference")
	}
}
