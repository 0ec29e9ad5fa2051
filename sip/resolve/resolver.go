package resolve

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"github.com/miekg/dns"
)

// Exchange asks one name server, host:port.
type Exchange func(ctx context.Context, m *dns.Msg, server string) (*dns.Msg, error)

// Config is what a Resolver is made of. All may be left zero.
type Config struct {
	Servers  []string // host:port; none is those of the file
	Search   []string // domains that a name without a dot is tried in; of the file, too
	File     string   // "" is /etc/resolv.conf; read again when its servers fail
	Exchange Exchange // nil is over UDP, and TCP for what is too long
	IPv6     bool     // IPv6 addresses are asked for, too
	Answers  int      // that are kept; 1024
	Now      func() time.Time
	Random   func(n int) int // below n; nil is math/rand/v2
}

// Resolver asks DNS. Its methods may be called from any goroutine.
type Resolver struct {
	Config
	random func(n int) int
	cache  *cache

	mu      sync.Mutex // guards what follows
	asking  map[question]*errand
	servers []string
	search  []string
}

// errand is a question on its way; whoever asks the same waits for it, too.
type errand struct {
	done chan struct{} // closed by who asks
	rs   []dns.RR
	err  error
}

const (
	configFile  = "/etc/resolv.conf"
	localServer = "127.0.0.1:53" // what resolv.conf(5) says where it names none
	patience    = 2 * time.Second
	rounds      = 2 // over all servers
	maxServers  = 3
	maxAliases  = 8
	payload     = 1232 // fits into any packet: DNS flag day 2020
)

var (
	errUnknown = errors.New("not known without asking")
	errServers = errors.New("no name server answers")
)

// New makes a resolver; it asks nobody yet.
func New(c Config) *Resolver {
	if c.File == "" {
		c.File = configFile
	}
	if c.Exchange == nil {
		c.Exchange = ask
	}
	if c.Answers < 1 {
		c.Answers = 1024
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	r := &Resolver{Config: c, random: c.Random, cache: newCache(c.Now, c.Answers), asking: map[question]*errand{}}
	if r.random == nil {
		r.random = rand.IntN
	}
	r.servers, r.search = c.Servers, c.Search
	r.reread()
	return r
}

// reread takes the servers from the file, unless they are given: a machine may
// come to another network.
func (r *Resolver) reread() {
	if len(r.Servers) > 0 {
		return
	}
	servers, search := fromFile(r.File)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.servers, r.search = servers, search
}

func fromFile(name string) (servers, search []string) {
	c, err := dns.ClientConfigFromFile(name)
	if err != nil || len(c.Servers) == 0 {
		return []string{localServer}, nil
	}
	for _, s := range c.Servers[:min(len(c.Servers), maxServers)] {
		servers = append(servers, net.JoinHostPort(s, c.Port))
	}
	return servers, c.Search
}

// ask is the Exchange of the network.
func ask(ctx context.Context, m *dns.Msg, server string) (*dns.Msg, error) {
	c := dns.Client{Timeout: patience, UDPSize: payload}
	res, _, err := c.ExchangeContext(ctx, m, server)
	if err == nil && res.Truncated {
		c.Net = "tcp"
		res, _, err = c.ExchangeContext(ctx, m, server)
	}
	return res, err
}
