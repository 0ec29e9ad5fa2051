package simphone

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"ringfence/sip"
	"ringfence/sip/digest"
)

var (
	// ErrClosed is what a closed phone answers.
	ErrClosed = errors.New("phone is closed")
	// ErrMAC is a Config whose MAC has not twelve hex digits.
	ErrMAC = errors.New("MAC address is not twelve hex digits")
	// ErrNetwork is a Config whose Network is neither udp nor tcp.
	ErrNetwork = errors.New("network is neither udp nor tcp")
)

// Config says what phone it is. The zero one is a generic phone on 127.0.0.1.
type Config struct {
	MAC       string           // twelve hex digits, separators or not; "" is none
	Model     string           // of a Snom, as in its file name: "D785"; "" is a generic phone
	UserAgent string           // in SIP; "" is as the model has it
	ListenIP  netip.Addr       // what it speaks from: HTTP, SIP and RTP; zero is 127.0.0.1
	Private   netip.Addr       // what it believes its address to be, behind a NAT; zero is ListenIP
	Network   string           // "udp" or "tcp" whatever the settings say; "" goes by them
	Tone      float64          // what it says, in whole Hz up to 3999; 0 is 440
	Algorithm digest.Algorithm // the only one to answer; "" is SHA-256, or else MD5
	MaxCalls  int              // at a time, 0 is 4; it is busy beyond them
	Timers    sip.Timers       // zero is the RFC's
	HTTP      *http.Client     // nil is one that speaks from ListenIP
	Log       *slog.Logger     // nil is silence
	// Notified is called with the Event of each NOTIFY outside of a call, for
	// one "check-sync;reboot=true", once that is answered. It must not block.
	Notified func(event string)
}

func (c Config) orDefault() Config {
	if !c.ListenIP.IsValid() {
		c.ListenIP = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	if c.Tone == 0 {
		c.Tone = 440
	}
	if c.MaxCalls <= 0 {
		c.MaxCalls = 4
	}
	if c.Notified == nil {
		c.Notified = func(string) {}
	}
	if c.HTTP == nil {
		c.HTTP = browser(c.ListenIP)
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// Phone is one simulated phone with one identity. Its methods may be called
// from any goroutine. An idle one has no goroutine but those of its SIP stack.
type Phone struct {
	config     Config
	kind       kind
	stack      *sip.Stack
	addr       netip.AddrPort
	login      login
	registrar  registrar
	incoming   chan *Call // closed by Close
	goroutines sync.WaitGroup

	mu       sync.Mutex // guards what follows
	settings Settings
	busy     bool
	closed   bool
	calls    map[callKey]*Call // at most MaxCalls
}

// callKey is what a request within a dialog names it by. The tag is ours.
type callKey struct{ callID, tag string }

// maxIdle is longer than any registration: over TCP it is the server's business
// to end a connection.
const maxIdle = 24 * time.Hour

// New opens the phone's SIP socket on a free port (over TCP it has none until it
// first speaks). It neither fetches nor registers. Errors: ErrMAC, ErrNetwork,
// or the socket's.
func New(c Config) (*Phone, error) {
	c = c.orDefault()
	mac, err := normalMAC(c.MAC)
	if err != nil {
		return nil, err
	}
	if c.Network != "" && c.Network != "udp" && c.Network != "tcp" {
		return nil, ErrNetwork
	}
	p := &Phone{
		config:    c,
		kind:      kindOf(c.Model, mac),
		login:     login{only: c.Algorithm},
		registrar: newRegistrar(),
		incoming:  make(chan *Call, c.MaxCalls),
		calls:     make(map[callKey]*Call),
	}
	if c.UserAgent != "" {
		p.kind.agent = c.UserAgent
	}
	if err := p.open(); err != nil {
		return nil, fmt.Errorf("open phone: %w", err)
	}
	return p, nil
}

// open makes the stack. One worker is enough for one phone.
func (p *Phone) open() error {
	p.stack = sip.New(sip.Config{
		Handler: p.serve,
		Logger:  p.config.Log,
		Timers:  p.config.Timers,
		Workers: 1,
		Queue:   64,
		Idle:    maxIdle,

		ExternalIP: p.config.Private,
	})
	if p.config.Network == "tcp" {
		p.addr = netip.AddrPortFrom(p.config.ListenIP, 0)
		return nil
	}
	addr, err := p.stack.Listen("udp", netip.AddrPortFrom(p.config.ListenIP, 0).String())
	if err != nil {
		return errors.Join(err, p.stack.Close(context.Background()))
	}
	p.addr = addr
	return nil
}

// normalMAC gives twelve lower-case digits, or "" for "".
func normalMAC(s string) (string, error) {
	mac := strings.ToLower(strings.NewReplacer(":", "", "-", "", ".", "").Replace(s))
	if mac == "" {
		return "", nil
	}
	if len(mac) != 12 || strings.Trim(mac, "0123456789abcdef") != "" {
		return "", fmt.Errorf("%w: %q", ErrMAC, s)
	}
	return mac, nil
}

// Addr is where the phone takes SIP over UDP; the port is 0 when Config.Network
// is "tcp".
func (p *Phone) Addr() netip.AddrPort { return p.addr }

// Use puts settings to use, as Fetch does with those that it gets. Calls and
// registrations that are under way go on with the old ones.
func (p *Phone) Use(s Settings) {
	p.login.use(s.authName(), s.Password)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settings = s
}

// Settings are those in use.
func (p *Phone) Settings() Settings {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.settings
}

// SetBusy makes the phone answer new calls with 486 Busy Here, or ring again.
func (p *Phone) SetBusy(busy bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.busy = busy
}

// Incoming gives each call that rings, once its 180 has been sent. Those that
// nobody takes ring on until the caller gives up. Closed by Close.
func (p *Phone) Incoming() <-chan *Call { return p.incoming }

// Close ends the phone like a pulled cable: without unregistering or hanging
// up. It waits for every goroutine. A second Close does nothing.
func (p *Phone) Close() error {
	p.mu.Lock()
	was := p.closed
	p.closed = true
	p.mu.Unlock()
	if was {
		return nil
	}
	err := p.stack.Close(context.Background())
	for _, c := range p.ongoing() {
		c.finish()
	}
	p.goroutines.Wait()
	close(p.incoming)
	if err != nil {
		return fmt.Errorf("close phone: %w", err)
	}
	return nil
}
