package provision

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"sync/atomic"
	"time"

	"ringfence/phone"
	"ringfence/policy"
)

// Config is what the server stands on.
type Config struct {
	Book    *phone.Book
	Gate    *policy.Gate
	Loaded  func(ctx context.Context, id phone.ID, at time.Time) error // durable when it returns
	Publish func(phone.Event)

	SIP            SIPServer
	URL            string // where phones are told to fetch from; "" leaves that to them
	TrustedProxies []netip.Prefix
	Now            func() time.Time
	Log            *slog.Logger
}

// SIPServer is where phones are told to register.
type SIPServer struct {
	Domain    string
	Addr      netip.Addr // the zero Addr: the address that the request came to
	Port      uint16
	Transport string        // udp, tcp
	Expires   time.Duration // the registration lifetime to ask for
}

// Server answers the phones' requests; it is an http.Handler.
type Server struct {
	Config
	formats   formats
	delivered atomic.Uint64
	refused   atomic.Uint64
}

// New makes the server. It fails when a template does not parse.
func New(c Config) (*Server, error) {
	f, err := parseFormats()
	if err != nil {
		return nil, err
	}
	return &Server{Config: c, formats: f}, nil
}

// Stats counts what was delivered and what was refused.
func (s *Server) Stats() map[string]uint64 {
	return map[string]uint64{"delivered": s.delivered.Load(), "refused": s.refused.Load()}
}

// ServeHTTP gives a phone its configuration, or a 404 that does not say why.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	file, err := s.configuration(r)
	if err != nil {
		s.Log.Error("configuration failed", "path", r.URL.Path, "error", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	if file == nil {
		s.refused.Add(1)
		w.Header().Set("Content-Length", "0")
		w.WriteHeader(http.StatusNotFound)
		return
	}
	s.delivered.Add(1)
	w.Header().Set("Content-Type", file.contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(file.body))) // some phones cannot read chunks
	w.Header().Set("Cache-Control", "no-store")
	if r.Method == http.MethodGet {
		// A phone that hangs up has its configuration fetched again later.
		_, _ = w.Write(file.body)
	}
}

// configuration finds, judges and renders. No file and no error is a refusal.
func (s *Server) configuration(r *http.Request) (*file, error) {
	mac, ok := device(r.URL.Path, r.UserAgent())
	if !ok {
		return nil, nil
	}
	accounts := s.Book.ByMAC(mac)
	if len(accounts) == 0 {
		return nil, nil
	}
	render := s.formats.of(s.Book.Model(accounts[0].Model))
	if render == nil {
		return nil, nil
	}
	addr := source(r, s.TrustedProxies)
	admitted, err := s.admit(r.Context(), accounts, addr)
	if err != nil || len(admitted) == 0 {
		return nil, err
	}
	f, err := render(s.view(admitted, s.sipAddr(r)))
	if err != nil || r.Method == http.MethodHead {
		return f, err
	}
	return f, s.note(r.Context(), admitted, addr, r.UserAgent())
}

// admit lets the Gate judge each phone of the device. A device gets the
// configuration of those that may connect from where it is.
func (s *Server) admit(ctx context.Context, accounts []*phone.Account, addr netip.Addr) ([]*phone.Phone, error) {
	var admitted []*phone.Phone
	for _, a := range accounts {
		v, err := s.Gate.Admit(ctx, a.Identity(), addr, phone.ViaConfig)
		if err != nil {
			return nil, err
		}
		if v.Allowed {
			admitted = append(admitted, a.Phone)
		}
	}
	return admitted, nil
}

// note records the delivery before it leaves.
func (s *Server) note(ctx context.Context, phones []*phone.Phone, addr netip.Addr, userAgent string) error {
	now := s.Now()
	for _, p := range phones {
		if err := s.Loaded(ctx, p.ID, now); err != nil {
			return err
		}
		s.Log.Info("configuration delivered", "phone", p.ID, "mac", p.MAC, "from", addr)
		s.Publish(phone.Event{
			Type: phone.PhoneConfigLoaded, Time: now, Customer: p.Customer, Phone: p.ID,
			Data: map[string]any{"address": addr, "userAgent": userAgent[:min(len(userAgent), maxAsked)]},
		})
	}
	return nil
}

// sipAddr is where the phone finds the SIP server.
func (s *Server) sipAddr(r *http.Request) netip.AddrPort {
	addr := s.SIP.Addr
	if !addr.IsValid() {
		if local, ok := r.Context().Value(http.LocalAddrContextKey).(interface{ AddrPort() netip.AddrPort }); ok {
			addr = local.AddrPort().Addr().Unmap()
		}
	}
	return netip.AddrPortFrom(addr, s.SIP.Port)
}
