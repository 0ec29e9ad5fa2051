package mgmt

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime/debug"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"ringfence/internal/forwarded"
	"ringfence/phone"
)

// maxBody is the largest request body that is read.
const maxBody = 1 << 20

// maxURI is the longest request target. One that does not even fit into the
// headers is refused before it gets here.
const maxURI = 8 << 10

// call is one request on its way through the API.
type call struct {
	*gin.Context
	from   string // the address that it comes from
	caller caller
	asked  map[string]string // the parameters that stand in the body
}

// Query is a parameter of the request, from its body or its URI.
func (c *call) Query(name string) string {
	if v, ok := c.asked[name]; ok {
		return v
	}
	return c.Context.Query(name)
}

// writer is an answer that writes itself: the event stream.
type writer interface{ write(c *call) }

// success is the answer of a call that has nothing to show.
type success struct {
	Success bool `json:"success"`
}

// serve wraps a route: who calls, may they, the handler, its value or error
// written, one line in the log.
func (s *Server) serve(r route) gin.HandlerFunc {
	return func(g *gin.Context) {
		c := &call{Context: g, from: forwarded.From(g.Request, s.TrustedProxies).String()}
		defer s.finish(c, s.Now())
		out, err := s.answer(r, c)
		if err == nil {
			err = show(c, out)
		}
		if err != nil {
			s.refuse(g, err)
		}
	}
}

func (s *Server) answer(r route, c *call) (out any, err error) {
	if len(c.Request.RequestURI) > maxURI {
		return nil, errTooLong
	}
	if r.level != anyone {
		if err = s.enter(c); err != nil {
			return nil, unheard(c, err)
		}
		if !c.caller.level.AtLeast(r.level) {
			return nil, phone.Fault(phone.LevelTooLow)
		}
	}
	return r.handle(c)
}

// show writes an answer, whole or not at all.
func show(c *call, out any) error {
	if w, ok := out.(writer); ok {
		w.write(c)
		return nil
	}
	b, err := json.Marshal(out)
	if err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	c.Data(http.StatusOK, "application/json; charset=utf-8", b)
	return nil
}

// finish ends every request: a panic becomes an internal error, and one line
// goes to the log. The query is not in it, for a token may be there.
func (s *Server) finish(c *call, start time.Time) {
	if v := recover(); v != nil {
		s.panicked(c, fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
	}
	s.Log.Debug("api", "request", referenceOf(c.Context), "method", c.Request.Method, "path", c.Request.URL.Path, "status", c.Writer.Status(),
		"from", c.from, "employee", c.caller.employee, "took", s.Now().Sub(start).Round(time.Microsecond))
}

func (s *Server) panicked(c *call, err error) {
	if c.Writer.Written() {
		s.logFailure(c.Context, err)
		panic(http.ErrAbortHandler) // the client must not take half an answer for the whole
	}
	s.refuse(c.Context, err)
}

// id is the id in the path. One that is not an id cannot name anything, so it
// is not found.
func (c *call) id(what string) (phone.ID, error) {
	id, ok := phone.ParseID(c.Param("id"))
	if !ok {
		return "", notFound(what)
	}
	return id, nil
}

// byID is a handler whose 404 names the id of the path, as the API page has it of
// models and of a queue's members.
func byID(handle func(*call) (any, error)) func(*call) (any, error) {
	return func(c *call) (any, error) {
		out, err := handle(c)
		var told *phone.Error
		if errors.As(err, &told) && told.Kind == phone.NotFound && told.Key == "not_found" {
			return nil, &phone.Error{Kind: phone.NotFound, Key: "id", Text: told.Text}
		}
		return out, err
	}
}

// body reads a body of JSON. What is not UTF-8 is refused: its letters would be
// lost without a word.
func (c *call) body() ([]byte, error) { return c.bodyOf(maxTokens) }

// bodyOf does so where an object may have more parts than others.
func (c *call) bodyOf(tokens int) ([]byte, error) {
	b, err := c.bytes()
	switch {
	case err != nil:
		return nil, err
	case !utf8.Valid(b):
		return nil, badRequest("Body is not UTF-8")
	case overfull(b, tokens):
		return nil, errOverfull
	}
	return b, nil
}

// bytes reads the request body, at most maxBody of it.
func (c *call) bytes() ([]byte, error) {
	b, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, errTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, errTooSlow
	case err != nil:
		return nil, badRequest("Body cannot be read")
	case len(b) == 0:
		return nil, badRequest("No body found in request")
	}
	return b, nil
}
