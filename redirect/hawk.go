package redirect

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// hawk signs requests by Hawk 1 (github.com/mozilla/hawk, API.md), with a hash
// of what they carry.
type hawk struct {
	id, key string
	now     func() time.Time
	nonce   func() string
}

func (h hawk) sign(r *http.Request, body []byte) {
	port := r.URL.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[r.URL.Scheme]
	}
	ts, nonce := h.now().Unix(), h.nonce()
	contentType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	carries := sha256.Sum256(fmt.Appendf(nil, "hawk.1.payload\n%s\n%s\n", strings.ToLower(strings.TrimSpace(contentType)), body))
	hash := base64.StdEncoding.EncodeToString(carries[:])
	mac := hmac.New(sha256.New, []byte(h.key))
	fmt.Fprintf(mac, "hawk.1.header\n%d\n%s\n%s\n%s\n%s\n%s\n%s\n\n",
		ts, nonce, r.Method, r.URL.RequestURI(), strings.ToLower(r.URL.Hostname()), port, hash)
	r.Header.Set("Authorization", fmt.Sprintf(`Hawk id="%s", ts="%d", nonce="%s", hash="%s", mac="%s"`,
		h.id, ts, nonce, hash, base64.StdEncoding.EncodeToString(mac.Sum(nil))))
}
