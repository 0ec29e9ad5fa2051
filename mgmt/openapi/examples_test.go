package openapi

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
)

// content is the example of a request or an answer.
type content map[string]struct {
	Example  json.RawMessage
	Examples map[string]struct{ Value json.RawMessage }
}

// examples are those of one body.
func (c content) examples() (all []json.RawMessage) {
	json := c["application/json"]
	if len(json.Example) > 0 {
		all = append(all, json.Example)
	}
	for _, e := range json.Examples {
		all = append(all, e.Value)
	}
	return all
}

type response struct {
	Ref     string `json:"$ref"`
	Content content
}

// exampleOf is an operation as far as its examples go.
type exampleOf struct {
	RequestBody struct{ Content content }
	Responses   map[string]response
}

func TestExamplesFitWhatTheyAreExamplesOf(t *testing.T) {
	doc, err := libopenapi.NewDocument(document(t))
	if err != nil {
		t.Fatal(err)
	}
	v, errs := validator.NewValidator(doc)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var d struct {
		Paths      map[string]map[string]exampleOf
		Components struct{ Responses map[string]response }
	}
	if err := json.Unmarshal(document(t), &d); err != nil {
		t.Fatal(err)
	}
	for path, methods := range d.Paths {
		for method, o := range methods {
			path := strings.NewReplacer("{id}", "54e5f28c741290fc0203b05a", "{member}", "54e5f28c741290fc0203b05a", "{binding}", "54e5f28c741290fc0203b05a").Replace(path)
			for _, e := range o.RequestBody.Content.examples() {
				checkRequest(t, v, strings.ToUpper(method), path, e)
			}
			for status, r := range o.Responses {
				if r.Ref != "" {
					r = d.Components.Responses[strings.TrimPrefix(r.Ref, "#/components/responses/")]
				}
				for _, e := range r.Content.examples() {
					checkAnswer(t, v, strings.ToUpper(method), path, status, e)
				}
			}
		}
	}
}

func newRequest(method, path string, body []byte) *http.Request {
	r := httptest.NewRequest(method, path, bytes.NewReader(body))
	r.Header.Set("Authorization", "Bearer T")
	r.Header.Set("Content-Type", "application/json")
	return r
}

func checkRequest(t *testing.T, v validator.Validator, method, path string, example []byte) {
	if ok, faults := v.ValidateHttpRequestSync(newRequest(method, path, example)); !ok {
		t.Errorf("%s %s %s: %v", method, path, example, faults)
	}
}

func checkAnswer(t *testing.T, v validator.Validator, method, path, status string, example []byte) {
	code, err := strconv.Atoi(status)
	if err != nil {
		t.Fatal(err)
	}
	head := http.Header{"Content-Type": {"application/json"}, "Www-Authenticate": {"Bearer"}, "Retry-After": {"1"}}
	answer := &http.Response{StatusCode: code, Header: head, Body: io.NopCloser(bytes.NewReader(example))}
	if ok, faults := v.ValidateHttpResponse(newRequest(method, path, nil), answer); !ok {
		t.Errorf("%s %s => %s %s: %v", method, path, status, example, faults)
	}
}
