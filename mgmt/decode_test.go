package mgmt

import (
	"cmp"
	"strings"
	"testing"
)

func TestBodiesWithMorePartsThanAnyObject(t *testing.T) {
	for _, c := range []struct {
		name, body string
		want       bool
	}{
		{"an object", `{"notes": "x"}`, false},
		{"a long text is one part", `{"notes": "` + strings.Repeat(",", maxBody/2) + `"}`, false},
		{"a thousand softkeys", `{"softkeys": [` + strings.Repeat(`{"index": 0, "function": "DND"},`, 1000) + `{}]}`, false},
		{"a hundred thousand empty softkeys", `{"softkeys": [` + strings.Repeat(`{},`, 100_000) + `{}]}`, true},
		{"a hundred thousand brackets", strings.Repeat(`[`, 100_000), true},
		{"numbers beyond all bounds count too", `[` + strings.Repeat(`1e999,`, 100_000) + `1]`, true},
		{"what is not JSON is for the parser to refuse", `{{` + strings.Repeat(`[`, 100_000), false},
	} {
		if got := overfull([]byte(c.body), maxTokens); got != c.want {
			t.Errorf("%s: overfull is %v, want %v", c.name, got, c.want)
		}
	}
}

func TestEveryWrongPropertyIsTold(t *testing.T) {
	var in struct {
		Name   optional[string]    `json:"name"`
		Number optional[digits]    `json:"number"`
		Parent optional[reference] `json:"parent"`
		Flag   flag                `json:"flag"`
	}
	for _, c := range []struct{ name, body, want string }{
		{"all of the right type", `{"name": "a", "number": 5, "parent": "", "flag": 1}`, ""},
		{"null is no wrong type", `{"name": null, "number": null, "parent": null, "flag": null}`, ""},
		{"each of a wrong type", `{"flag": "yes", "parent": "x", "number": [], "name": 5}`,
			"name: Value is invalid; number: Value is invalid; parent: Value is invalid; flag: Value is invalid"},
		{"a text beyond the limit", `{"name": "` + strings.Repeat("x", maxValue) + `"}`, "name: Value is invalid"},
		{"another case is another name", `{"NAME": 5}`, ""},
		{"not an object", `[]`, "bad_request: Body is not a JSON object"},
		{"something behind it", `{} {}`, "bad_request: Body is not a JSON object"},
	} {
		got := ""
		wrong, err := assign([]byte(c.body), &in)
		if err = cmp.Or(err, wrong.Err()); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
