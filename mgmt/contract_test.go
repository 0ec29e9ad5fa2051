package mgmt_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/config"
	"github.com/pb33f/libopenapi-validator/errors"

	"ringfence/mgmt"
	"ringfence/mgmt/openapi"
)

// described holds requests and answers against the OpenAPI description.
var described = sync.OnceValues(func() (validator.Validator, error) {
	b, err := openapi.JSON()
	if err != nil {
		return nil, err
	}
	doc, err := libopenapi.NewDocument(b)
	if err != nil {
		return nil, err
	}
	v, errs := validator.NewValidator(doc, config.WithFormatAssertions(), config.WithoutSecurityValidation())
	if len(errs) > 0 {
		return nil, errs[0]
	}
	return v, nil
})

// api is the API of a test. Every answer is as described, and every request
// that was not refused is one that the description allows.
type api struct {
	*mgmt.Server
	testing.TB
}

func (a api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// What is not written at once cannot be held against anything.
	if r.URL.Path == "/pbx/events" || !isRecorder(w) {
		a.Server.ServeHTTP(w, r)
		return
	}
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		a.Error(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(sent))
	a.Server.ServeHTTP(w, r)
	r.Body = io.NopCloser(bytes.NewReader(sent))
	a.compare(r, string(sent), w.(*httptest.ResponseRecorder))
}

func isRecorder(w http.ResponseWriter) bool {
	_, ok := w.(*httptest.ResponseRecorder)
	return ok
}

func (a api) compare(r *http.Request, sent string, rec *httptest.ResponseRecorder) {
	v, err := described()
	if err != nil {
		a.Fatal(err)
	}
	if code, message := codeOf(rec); rec.Code >= 400 && (code != rec.Code || message == "") {
		a.Errorf("%s %s => %d %s: code and status differ, or there is no message", r.Method, r.URL, rec.Code, rec.Body)
	}
	answer := rec.Result()
	answer.Body = io.NopCloser(bytes.NewReader(rec.Body.Bytes()))
	_, faults := v.ValidateHttpResponse(r, answer)
	if rec.Code == http.StatusMovedPermanently || len(faults) == 1 && isElsewhere(faults[0]) && leadsNowhere(r, rec.Code) {
		return
	}
	if rec.Code == http.StatusOK {
		r = r.Clone(r.Context())
		if r.Header.Get("Content-Type") != "text/csv" {
			r.Header.Set("Content-Type", contentType(sent))
		}
		_, more := v.ValidateHttpRequestSync(r)
		faults = append(faults, more...)
	}
	for _, f := range faults {
		a.Errorf("%s %s %.2000s\n=> %d %.2000s\nis not as described: %s", r.Method, r.URL, sent, rec.Code, rec.Body, reasons(f))
	}
}

// contentType is what a body is: tests do not say it, and the API does not ask.
func contentType(body string) string {
	if body == "" || strings.HasPrefix(strings.TrimSpace(body), "{") {
		return "application/json"
	}
	return "text/csv"
}

// codeOf is what an error tells of itself.
func codeOf(rec *httptest.ResponseRecorder) (code int, message string) {
	var e struct {
		Code    int
		Message string
	}
	// What is no error has neither, and may be no JSON.
	_ = json.Unmarshal(rec.Body.Bytes(), &e)
	return e.Code, e.Message
}

// isElsewhere says that the description does not have the path or the method.
func isElsewhere(f *errors.ValidationError) bool {
	return f.IsPathMissingError() || f.IsOperationMissingError()
}

// leadsNowhere says whether a request is rightly not described: it is for a
// page, or there is no such thing.
func leadsNowhere(r *http.Request, status int) bool {
	page := r.URL.Path == "/" || strings.HasPrefix(r.URL.Path, "/docs")
	return page || status == http.StatusNotFound || status == http.StatusMethodNotAllowed || r.Method == http.MethodOptions
}

// reasons are what is wrong, each with its place.
func reasons(f *errors.ValidationError) string {
	all := []string{f.Message, f.Reason}
	for _, s := range f.SchemaValidationErrors {
		all = append(all, s.FieldPath+": "+s.Reason)
	}
	return strings.Join(all, "; ")
}
