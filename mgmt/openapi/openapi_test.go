package openapi

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
)

func document(t *testing.T) []byte {
	t.Helper()
	doc, err := JSON()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestTheDocumentIsOpenAPI(t *testing.T) {
	doc, err := libopenapi.NewDocument(document(t))
	if err != nil {
		t.Fatal(err)
	}
	v, errs := validator.NewValidator(doc)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if ok, faults := v.ValidateDocument(); !ok {
		for _, f := range faults {
			t.Error(f)
		}
	}
}

var ref = regexp.MustCompile(`"\$ref":"#/([^"]*)"`)

// The other way round too: what nothing refers to is forgotten, not described.
func TestWhatIsReferredToIsThereAndUsed(t *testing.T) {
	doc := document(t)
	var tree map[string]any
	if err := json.Unmarshal(doc, &tree); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, m := range ref.FindAllSubmatch(doc, -1) {
		used[string(m[1])] = true
	}
	there := map[string]bool{}
	for kind, parts := range tree["components"].(map[string]any) {
		for name := range parts.(map[string]any) {
			there["components/"+kind+"/"+name] = true
		}
	}
	for name := range used {
		if !there[name] {
			t.Errorf("#/%s does not exist", name)
		}
	}
	for name := range there {
		if !used[name] && !strings.HasPrefix(name, "components/securitySchemes/") {
			t.Errorf("#/%s is not used", name)
		}
	}
}

func TestEveryOperationHasANameASummaryAndAKnownTag(t *testing.T) {
	var doc struct {
		Tags  []struct{ Name string }
		Paths map[string]map[string]json.RawMessage
	}
	if err := json.Unmarshal(document(t), &doc); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, tag := range doc.Tags {
		known[tag.Name] = true
	}
	ids := map[string]string{}
	for path, methods := range doc.Paths {
		for method, raw := range methods {
			if method == "parameters" {
				continue
			}
			var o struct {
				OperationID, Summary string
				Tags                 []string
			}
			if err := json.Unmarshal(raw, &o); err != nil {
				t.Fatal(err)
			}
			at := method + " " + path
			if o.OperationID == "" || ids[o.OperationID] != "" {
				t.Errorf("%s is called %q, as is %s", at, o.OperationID, ids[o.OperationID])
			}
			ids[o.OperationID] = at
			if o.Summary == "" || len(o.Tags) != 1 || !known[o.Tags[0]] {
				t.Errorf("%s: summary %q, tags %q", at, o.Summary, o.Tags)
			}
		}
	}
}

func TestFilesAreMerged(t *testing.T) {
	const shared = "openapi: 3.1.0\ncomponents: {schemas: {A: {type: object}}}\n"
	for _, c := range []struct{ name, file, want string }{
		{"maps are joined, in their order", "components: {schemas: {C: {}, B: {}}}",
			`{"openapi":"3.1.0","components":{"schemas":{"A":{"type":"object"},"C":{},"B":{}}}}`},
		{"what is new is added, a status as a string", "paths: {/x: {get: {responses: {200: null}}}}",
			`{"openapi":"3.1.0","components":{"schemas":{"A":{"type":"object"}}},"paths":{"/x":{"get":{"responses":{"200":null}}}}}`},
		{"nothing is described twice", "components: {schemas: {A: {type: string}}}",
			"a.yaml/components/schemas/A/type is described twice"},
		{"what is no YAML names its file", "a: [", "a.yaml: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := mergedText(fstest.MapFS{"info.yaml": {Data: []byte(shared)}, "a.yaml": {Data: []byte(c.file)}})
			if !strings.HasPrefix(got, c.want) {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func mergedText(dir fstest.MapFS) string {
	var out strings.Builder
	doc, err := mergeAll(dir)
	if err == nil {
		err = encode(&out, doc)
	}
	if err != nil {
		return err.Error()
	}
	return out.String()
}

func TestWhatFollowsIsAdded(t *testing.T) {
	for _, c := range []struct{ name, path, want string }{
		{"to a call with a token and a body", "{parameters: [p], post: {x-access-level: VIEWER, requestBody: {}, parameters: [q], responses: {404: n, '429': own}}}",
			`{"post":{"x-access-level":"VIEWER","requestBody":{},"parameters":["p","q"],"responses":{` +
				`"400":B,"401":U,"403":F,"404":"n","408":S,"413":T,"414":L,"429":"own","500":I},"description":"From the level VIEWER up."}}`},
		{"to one that has neither", "{get: {description: It lives., responses: {200: n}}}",
			`{"get":{"description":"It lives.\n\nNeeds no token.","responses":{"200":"n"},"parameters":[]}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc, err := read(fstest.MapFS{"x": {Data: []byte("paths: {/x: " + c.path + "}")}}, "x")
			if err == nil {
				err = complete(doc)
			}
			var out strings.Builder
			if err := errors.Join(err, encode(&out, doc)); err != nil {
				t.Fatal(err)
			}
			want := c.want
			for short, name := range map[string]string{"B": "BadRequest", "U": "Unauthorized", "F": "Forbidden", "S": "TooSlow", "T": "TooLarge", "L": "TooLong", "I": "Internal"} {
				want = strings.Replace(want, ":"+short, `:{"$ref":"#/components/responses/`+name+`"}`, 1)
			}
			if got := out.String(); got != `{"paths":{"/x":`+want+`}}` {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestADocumentWithoutCallsOrAnswersIsNone(t *testing.T) {
	for file, want := range map[string]string{
		"openapi: 3.1.0":         "no paths",
		"paths: {/x: {get: {}}}": "get /x has no responses",
	} {
		doc, err := read(fstest.MapFS{"x": {Data: []byte(file)}}, "x")
		if err != nil {
			t.Fatal(err)
		}
		if err := complete(doc); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", file, err, want)
		}
	}
}
