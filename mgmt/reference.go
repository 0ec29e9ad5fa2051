package mgmt

import (
	"encoding/hex"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"
)

// requestID is the header that carries the reference of a request: it stands in
// the answer and in every line of the log, so that one leads to the other. It is
// always ours; what a client calls its request is not looked at.
const requestID = "X-Request-Id"

// refer gives the request its reference.
func (s *Server) refer(h http.Header) {
	var b [8]byte
	// Without randomness the reference is zero, and the request goes on.
	_, _ = io.ReadFull(s.Random, b[:])
	h.Set(requestID, hex.EncodeToString(b[:]))
}

func referenceOf(g *gin.Context) string { return g.Writer.Header().Get(requestID) }
