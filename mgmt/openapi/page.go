package openapi

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
	"net/http"
	"path"
	"strings"

	"github.com/swaggest/swgui/v5/static"
)

//go:embed page.html page.js
var own embed.FS

// policy lets the page run the scripts that we serve and speak to its own
// origin. Swagger UI writes style attributes and has pictures in its style sheet.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; " +
	"img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// assets are the parts of the page: what they are, and whether they are
// Swagger UI's, which come compressed.
var assets = map[string]struct {
	contentType string
	compressed  bool
}{
	"page.html":            {"text/html; charset=utf-8", false},
	"page.js":              {"text/javascript; charset=utf-8", false},
	"swagger-ui-bundle.js": {"text/javascript; charset=utf-8", true},
	"swagger-ui.css":       {"text/css; charset=utf-8", true},
}

// Document writes /openapi.json.
func Document(w http.ResponseWriter, _ *http.Request) {
	doc, err := JSON()
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	// A reader that went away is nobody to tell.
	_, _ = w.Write(doc)
}

// Page writes /docs and what it consists of. Nothing of it comes from elsewhere.
func Page(w http.ResponseWriter, r *http.Request) {
	name := path.Base(r.URL.Path)
	if name == "docs" {
		name = "page.html"
	}
	asset, ok := assets[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", asset.contentType)
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	if asset.compressed {
		writeCompressed(w, r, name+".gz")
		return
	}
	b, err := own.ReadFile(name)
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(b)
}

// writeCompressed writes a file as it lies there, or unpacked to who cannot.
func writeCompressed(w http.ResponseWriter, r *http.Request, name string) {
	packed, err := static.FS.ReadFile(name)
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Cache-Control", "max-age=3600")
	w.Header().Set("Vary", "Accept-Encoding")
	var content io.Reader = bytes.NewReader(packed)
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
	} else if content, err = gzip.NewReader(content); err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	// A reader that went away is nobody to tell.
	_, _ = io.Copy(w, content)
}
