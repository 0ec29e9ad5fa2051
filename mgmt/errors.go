package mgmt

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"ringfence/phone"
)

// The refusals that are the API's own.
var (
	errNoToken      = &phone.Error{Kind: phone.Unauthorized, Key: "credentials_invalid", Text: "Login required"}
	errCredentials  = &phone.Error{Kind: phone.Unauthorized, Key: "credentials_invalid", Text: "Username or password is invalid"}
	errInvalidToken = &phone.Error{Kind: phone.Unauthorized, Key: "invalid_token", Text: "Token is invalid"}
	errExpired      = &phone.Error{Kind: phone.Unauthorized, Key: "expired", Text: "Session expired"}
	errTooLarge     = &phone.Error{Kind: phone.TooLarge, Key: "bad_request", Text: "Body is larger than 1 MiB"}
	errOverfull     = &phone.Error{Kind: phone.TooLarge, Key: "bad_request", Text: "Body has too many values"}

	errCrossOrigin = &phone.Error{Kind: phone.Denied, Key: "access_denied", Text: "Cookie from a page of another origin"}

	errBusy    = tooMany("Too many logins at once, try again", time.Second)
	errStreams = tooMany("Too many event streams are open", time.Minute)
	errMethod  = httpError{status: http.StatusMethodNotAllowed,
		told: &phone.Error{Kind: phone.BadRequest, Key: "method_not_allowed", Text: "Method not allowed"}}
	errTooSlow = httpError{status: http.StatusRequestTimeout,
		told: &phone.Error{Kind: phone.BadRequest, Key: "bad_request", Text: "Body came too slowly"}}
	errTooLong = httpError{status: http.StatusRequestURITooLong,
		told: &phone.Error{Kind: phone.TooLarge, Key: "bad_request", Text: "URI is longer than 8 KiB"}}
)

// httpError is a refusal of which HTTP says more than the domain's kinds do.
type httpError struct {
	told   *phone.Error
	status int           // 0 is that of the kind
	retry  time.Duration // when to try again; 0 is not told
}

func (e httpError) Error() string { return e.told.Error() }
func (e httpError) Unwrap() error { return e.told }

func tooMany(text string, retry time.Duration) httpError {
	return httpError{retry: retry, told: &phone.Error{Kind: phone.TooMany, Key: "too_many_requests", Text: text}}
}

func badRequest(text string) error {
	return &phone.Error{Kind: phone.BadRequest, Key: "bad_request", Text: text}
}

func invalid(key, text string) *phone.Error {
	return &phone.Error{Kind: phone.Invalid, Key: key, Text: text}
}

func notFound(what string) error {
	return &phone.Error{Kind: phone.NotFound, Key: "not_found", Text: what + " not found"}
}

// beside is what is of the wrong type beside what else was found to be wrong, of
// each property once. Who may not is told nothing else.
func beside(wrong phone.Faults, err error) error {
	var found *phone.Error
	if err == nil {
		return wrong.Err()
	}
	if len(wrong) == 0 || !errors.As(err, &found) || found.Kind == phone.Internal || found.Key == "access_denied" {
		return err
	}
	all := slices.Clone(wrong)
	for _, e := range found.All() {
		if !slices.ContainsFunc(wrong, func(w *phone.Error) bool { return w.Key == e.Key || strings.HasPrefix(e.Key, w.Key+"[") }) {
			all = append(all, e)
		}
	}
	return all.Err()
}

// body is how the API tells an error.
type body struct {
	Code        int    `json:"code"`
	Message     string `json:"message"`
	Description string `json:"description"`
	Inner       []body `json:"inner,omitempty"`
}

// code is the HTTP status of a kind of refusal.
func code(e *phone.Error) int {
	switch e.Kind {
	case phone.Invalid:
		return http.StatusUnprocessableEntity
	case phone.NotFound:
		return http.StatusNotFound
	case phone.Conflict:
		return http.StatusConflict
	case phone.Denied:
		return http.StatusForbidden
	case phone.Unauthorized:
		return http.StatusUnauthorized
	case phone.BadRequest:
		return http.StatusBadRequest
	case phone.TooLarge:
		return http.StatusRequestEntityTooLarge
	case phone.TooMany:
		return http.StatusTooManyRequests
	default:
		return http.StatusInternalServerError
	}
}

func tell(e *phone.Error) body {
	b := body{Code: code(e), Message: e.Key, Description: e.Text}
	for _, i := range e.Inner {
		b.Inner = append(b.Inner, tell(i))
	}
	return b
}

// internal is all that a client is told of what went wrong inside: where the log
// tells more.
func internal(g *gin.Context) *phone.Error {
	return &phone.Error{Kind: phone.Internal, Key: "internal_error", Text: "Internal error, reference " + referenceOf(g)}
}

// refuse writes an error. The cause of an internal one goes to the log and
// never to the client.
func (s *Server) refuse(g *gin.Context, err error) {
	var e *phone.Error
	if !errors.As(err, &e) || e.Kind == phone.Internal {
		s.logFailure(g, err)
		e = internal(g)
	}
	b := tell(e)
	var more httpError
	if errors.As(err, &more) && more.status != 0 {
		b.Code = more.status
	}
	if more.retry > 0 {
		g.Header("Retry-After", strconv.Itoa(int((more.retry+time.Second-1)/time.Second)))
	}
	if e.Kind == phone.Unauthorized {
		g.Header("WWW-Authenticate", "Bearer") // RFC 9110 section 11.6.1
	}
	g.AbortWithStatusJSON(b.Code, b)
}

// logFailure logs an internal error. That a client went away before its answer
// was ready is its own affair, and nothing that it could fill the log with.
func (s *Server) logFailure(g *gin.Context, err error) {
	log := s.Log.Error
	if g.Request.Context().Err() != nil {
		log = s.Log.Debug
	}
	log("api request failed", "request", referenceOf(g), "method", g.Request.Method, "path", g.Request.URL.Path, "error", err)
}
