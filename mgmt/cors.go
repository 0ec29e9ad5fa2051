package mgmt

import (
	"net/http"
	"slices"
)

// What pages of other origins may send and read. Their requests come without
// the cookie: Access-Control-Allow-Credentials is never sent.
const (
	corsMethods = "GET, POST, DELETE"
	corsHeaders = "Authorization, Content-Type, If-Match, Idempotency-Key, Last-Event-ID"
	corsExposed = "ETag, Idempotency-Replayed, Retry-After, X-Request-Id"
	corsMaxAge  = "600" // seconds that a browser may remember a preflight
)

// allowOrigin tells the browser of a page from a listed origin that the page
// may read the answer; nothing is told of any other origin. It returns true
// when the request was a preflight, which that answers.
func (s *Server) allowOrigin(w http.ResponseWriter, r *http.Request) bool {
	if len(s.Origins) == 0 {
		return false
	}
	h := w.Header()
	h.Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	if !slices.Contains(s.Origins, origin) {
		return false
	}
	h.Set("Access-Control-Allow-Origin", origin)
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		h.Set("Access-Control-Expose-Headers", corsExposed)
		return false
	}
	h.Set("Access-Control-Allow-Methods", corsMethods)
	h.Set("Access-Control-Allow-Headers", corsHeaders)
	h.Set("Access-Control-Max-Age", corsMaxAge)
	w.WriteHeader(http.StatusNoContent)
	return true
}

// crossOrigin says whether a browser sends the request for a page of another
// origin. What is no browser has no origin. GET is judged as well: with a cookie
// it may log out.
func crossOrigin(r *http.Request) bool {
	judged := *r
	judged.Method = http.MethodPost // GET is always let through
	return new(http.CrossOriginProtection).Check(&judged) != nil
}
