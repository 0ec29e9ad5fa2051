package mgmt

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"ringfence/phone"
)

// status tells what the rooms count.
func (s *Server) status(*call) (any, error) { return s.Config.Stats(), nil }

// healthz is for who would start a process anew that does not answer.
func healthz(c *gin.Context) { c.String(http.StatusOK, "ok\n") }

// readyz is for who watches the server, or sends requests elsewhere.
func (s *Server) readyz(c *gin.Context) {
	if s.Ready != nil {
		if why := s.Ready(c.Request.Context()); why != "" {
			s.refuse(c, httpError{status: http.StatusServiceUnavailable,
				told: &phone.Error{Kind: phone.BadRequest, Key: "not_ready", Text: why}})
			return
		}
	}
	c.String(http.StatusOK, "ready\n")
}
