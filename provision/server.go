package provision

import (
	"context"
	"crypto/x509"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"ringfence/internal/pace"
	"ringfence/phone"
	"ringfence/policy"
	"ringfence/provision/family"
)

// Config is what the server stands on.
type Config struct {
	Book    *phone.Book
	Gate    *policy.Gate
	Loaded  func(ctx context.Context, at time.Time, phones ...phone.Fetched) error // durable when it returns
	Publish func(phone.Event)

	Key     []byte         // what tokens and passwords are made of
	Devices Devices        // what has become of the tokens from now on,
	Known   []phone.Device // and until now

	Families       *family.Families
	SIP            SIPServer
	NTP            string // host that phones ask for the time; "" leaves it to them
	Voicemail      string // the number that phones call for it; "" is none
	URL            string // where phones are told to fetch from; "" leaves that to them
	NoPlainPath    bool   // a MAC address alone, without a token, is refused
	Canaries       []phone.MAC
	ClientCAs      *x509.CertPool // of phones' makers; nil: certificates are not looked at
	Folder         *Folder        // of further files; nil is none
	TrustedProxies []netip.Prefix
	RefuseAfter    time.Duration // so long after it came a refusal leaves, whatever the reason
	Now            func() time.Time
	Log            *slog.Logger
}

// Server answers the phones' requests; it is an http.Handler.
type Server struct {
	Config
	resolver
	prefix    string // of the paths of URL, without a slash at its end
	canaries  map[phone.MAC]bool
	strangers *strangers
	paces     *pace.Table // of devices' configurations
	lines     *pace.Table // of devices in the log
	counts    counts
}

// What a device gets, and what is said of it. All may come at once.
const (
	filesAnHour = 30 // configurations
	fileTakes   = time.Hour / filesAnHour
	linesAtOnce = 30
	lineTakes   = 10 * time.Second
)

// counts are since the start.
type counts struct {
	delivered, unchanged, pointers, files, refused, blocked, traps, tftp atomic.Uint64
}

// New makes the server.
func New(c Config) *Server {
	s := &Server{Config: c, canaries: map[phone.MAC]bool{}, strangers: newStrangers(), paces: pace.New(16, filesAnHour, fileTakes), lines: pace.New(16, linesAtOnce, lineTakes)}
	s.resolver = resolver{
		book: c.Book, families: c.Families, sip: c.SIP, url: c.URL, ntp: c.NTP, voicemail: c.Voicemail,
		tokens: newTokens(c.Key, c.Known), folder: c.Folder,
	}
	if u, err := url.Parse(c.URL); err == nil { // one that is none has no path
		s.prefix = strings.TrimRight(u.Path, "/")
	}
	for _, mac := range c.Canaries {
		s.canaries[mac] = true
	}
	return s
}

// RegisterAt sets the SIP port that phones are told of. It is called before the
// first request.
func (s *Server) RegisterAt(port uint16) { s.resolver.sip.Port = port }

// DeviceChanged takes over what has become of the tokens of a device.
func (s *Server) DeviceChanged(d phone.Device) { s.tokens.put(d) }

// FirstURL is where a device is sent that has not been here yet, by a redirection
// service or a person; "" when nobody has said where phones find us, or when it is
// nobody's.
func (s *Server) FirstURL(mac phone.MAC) string {
	base, accounts := s.base(), s.Book.ByMAC(mac)
	if base == "" || len(accounts) == 0 {
		return ""
	}
	return base + s.tokens.first(ownedBy(mac, accounts), s.tokens.fate(mac).generation) + "/"
}

// RotateToken makes the tokens of a device anew. The steady one that it has goes
// on until it has come with the new one.
func (s *Server) RotateToken(ctx context.Context, mac phone.MAC) error {
	return s.Devices.RotateToken(ctx, mac)
}

// WebPassword is that of the administrator of the phone's own web page, "" when
// there is no such phone, or none that fetches its configuration.
func (s *Server) WebPassword(id phone.ID) string {
	p := s.Book.ByID(id)
	if p == nil || p.MAC == "" {
		return ""
	}
	return s.tokens.password(p.Phone)
}

// Stats counts what was delivered and what was refused.
func (s *Server) Stats() map[string]uint64 {
	c := &s.counts
	return map[string]uint64{
		"delivered": c.delivered.Load(), "unchanged": c.unchanged.Load(), "pointers": c.pointers.Load(), "files": c.files.Load(),
		"refused": c.refused.Load(), "blocked": c.blocked.Load(), "canaries": c.traps.Load(), "tftp": c.tftp.Load(),
	}
}

// ServeHTTP gives a phone its configuration, or a 404 that does not say why.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		w.Header().Set("Content-Length", "0")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	q := s.read(r)
	a, err := s.answer(r.Context(), q)
	switch {
	case err != nil:
		s.fail(w, q, err)
	case a.reason != "":
		s.refuse(w, r, q, a.reason, began)
	case a.extra != nil:
		s.counts.files.Add(1)
		s.log(q, "file", "")
		serveFile(w, r, a.extra, a.info)
		a.extra.Close()
	default:
		s.deliver(w, r, q, a)
	}
}

// fail answers when it is our fault.
func (s *Server) fail(w http.ResponseWriter, q *request, err error) {
	s.Log.Error("configuration failed", "mac", q.mac, "file", q.name, "from", q.from, "error", err)
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusInternalServerError)
}

// refuse answers the same to all, at the same time after they asked.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, q *request, reason string, began time.Time) {
	s.counts.refused.Add(1)
	s.log(q, "refused", reason)
	if rest := s.RefuseAfter - time.Since(began); rest > 0 {
		t := time.NewTimer(rest)
		defer t.Stop()
		select {
		case <-t.C:
		case <-r.Context().Done():
		}
	}
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusNotFound)
}
