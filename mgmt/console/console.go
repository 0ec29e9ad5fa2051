// Package console is the web page of the management API: the phones of who logs
// in, live. It is one HTML file without anything from outside; all it shows it
// fetches from the API with the viewer's own token.
package console

import (
	_ "embed"
	"net/http"
)

//go:embed index.html
var page []byte

// policy lets the page run its own inline script and speak to its own origin,
// nothing else.
const policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// ServeHTTP writes the page.
func ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	// A reader that went away is nobody to tell.
	_, _ = w.Write(page)
}
