package mgmt_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ringfence/mgmt/openapi"
	"ringfence/phone"
)

// description is what tests read of the OpenAPI document.
type description struct {
	Paths      map[string]map[string]json.RawMessage
	Components struct {
		Schemas map[string]struct{ Enum []any }
	}
}

func describe(t *testing.T) (d description) {
	t.Helper()
	b, err := openapi.JSON()
	if err == nil {
		err = json.Unmarshal(b, &d)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// operation is one method of a path.
type operation struct {
	Level       string            `json:"x-access-level"`
	Security    *[]map[string]any // nil: that of the whole API
	Description string
}

func (d description) operations(t *testing.T) map[string]operation {
	t.Helper()
	all := map[string]operation{}
	for path, methods := range d.Paths {
		for method, raw := range methods {
			var o operation
			if method == "parameters" {
				continue
			}
			if err := json.Unmarshal(raw, &o); err != nil {
				t.Fatalf("%s %s: %v", method, path, err)
			}
			all[strings.ToUpper(method)+" "+path] = o
		}
	}
	return all
}

var pathParameter = regexp.MustCompile(`:([A-Za-z]+)`)

// Beside the table there are the two signs of life and the description itself.
func TestEveryRouteIsDescribedWithItsLevel(t *testing.T) {
	described := describe(t).operations(t)
	routes := newWorld(t).api.Rows()
	for _, open := range []string{"GET /healthz", "GET /readyz", "GET /openapi.json"} {
		routes[open] = ""
	}
	for _, route := range slices.Sorted(maps.Keys(routes)) {
		level := routes[route]
		name := pathParameter.ReplaceAllString(route, "{$1}")
		o, ok := described[name]
		switch {
		case !ok:
			t.Errorf("%s is not described in mgmt/openapi", name)
		case o.Level != level:
			t.Errorf("%s is described with the level %q, routes.go has %q", name, o.Level, level)
		case level == "" && (o.Security == nil || len(*o.Security) > 0):
			t.Errorf("%s needs no token; it is described without security: []", name)
		case level != "" && o.Security != nil:
			t.Errorf("%s needs a token; it is described with security", name)
		}
		delete(described, name)
	}
	for name := range described {
		t.Errorf("%s is described and does not exist", name)
	}
}

func TestEnumerationsAreThoseOfTheProgram(t *testing.T) {
	schemas := describe(t).Components.Schemas
	for _, c := range []struct {
		name string
		want []any
	}{
		{"AccessLevel", words(phone.Levels())},
		{"EventType", words(phone.EventTypes())},
	} {
		if got := schemas[c.name].Enum; !slices.Equal(got, c.want) {
			t.Errorf("%s is %v, want %v", c.name, got, c.want)
		}
	}
}

func words[T ~string](list []T) (out []any) {
	for _, w := range list {
		out = append(out, string(w))
	}
	return out
}

// What went wrong inside is described with every call.
func TestTheTableOfErrorsIsThatOfThePhone(t *testing.T) {
	text := describe(t).operations(t)["POST /pbx/sipphone/{id}"].Description
	var got, want []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "| 4") {
			got = append(got, strings.TrimSpace(line))
		}
	}
	status := map[phone.Kind]int{phone.Invalid: 422, phone.NotFound: 404, phone.Conflict: 409, phone.Denied: 403}
	for row := phone.Multiple; row < phone.Failure; row++ {
		e := phone.Fault(row)
		want = append(want, fmt.Sprintf("| %d | %s | %s |", status[e.Kind], e.Key, e.Text))
	}
	if !slices.Equal(got, want) {
		t.Errorf("described are\n%s\nthere are\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A description that fits everything would test nothing.
func TestWhatIsNotAsDescribedIsFound(t *testing.T) {
	v, err := described()
	if err != nil {
		t.Fatal(err)
	}
	const phone = `"_id":"54e5f28c741290fc0203b05a","pbxCluster":1,"sipPhoneModel":"000000000000000000010012","extension":null,` +
		`"customer":"c00000000000000000000002","username":"jr1ce5hu849dn2kbn6qonlrb7cfmagi8","password":"eyw5onsubbd3xijbjkwi7kpjss2u3g8h"`
	const fence, status = `"ip":{"mode":"OPEN","countries":"","address":""}`, `"status":{"configStale":false,"online":false,"expires":-1}`
	for _, c := range []struct {
		name, path, body string
		status           int
		fits             bool
	}{
		{"a phone", "", `{` + phone + `,` + fence + `,` + status + `}`, 200, true},
		{"without its status", "", `{` + phone + `,` + fence + `}`, 200, false},
		{"with a new property", "", `{` + phone + `,` + fence + `,` + status + `,"colour":"red"}`, 200, false},
		{"with a new property of a group", "", `{` + phone + `,` + fence + `,` + status + `,"codec":{"opus":true}}`, 200, false},
		{"with a new property of a softkey", "", `{` + phone + `,` + fence + `,` + status + `,"softkeys":[{"colour":"red"}]}`, 200, false},
		{"with a new mode", "", `{` + phone + `,"ip":{"mode":"SHUT","countries":"","address":""},` + status + `}`, 200, false},
		{"with a number that is a text", "", `{` + phone + `,` + fence + `,` + status + `,"dhsg":"yes"}`, 200, false},
		{"a date without a time", "", `{` + phone + `,` + fence + `,"status":{"configStale":false,"online":false,"expires":-1,"configSaved":"2026-03-04"}}`, 200, false},
		{"an error", "", `{"code":404,"message":"not_found","description":"SIP phone not found"}`, 404, true},
		{"an error without a text", "", `{"code":404,"message":"not_found"}`, 404, false},
		{"a status that it cannot have", "", `{"code":409,"message":"id","description":"In use"}`, 409, false},
		{"a list", "?", `{"offset":0,"limit":50,"total":0,"sipPhones":[]}`, 200, true},
		{"a list with a new property", "?", `{"offset":0,"limit":50,"total":0,"sipPhones":[],"next":"x"}`, 200, false},
	} {
		path := "/pbx/sipphone"
		if c.path == "" {
			path += "/" + absent
		}
		answer := &http.Response{StatusCode: c.status, Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}},
			Body: io.NopCloser(bytes.NewReader([]byte(c.body)))}
		if fits, faults := v.ValidateHttpResponse(request("GET", path, "", ""), answer); fits != c.fits {
			t.Errorf("%s: fits is %v, want %v: %v", c.name, fits, c.fits, faults)
		}
	}
}
