package sip

import (
	"crypto/tls"
	"log/slog"
	"net/netip"
	"runtime"
	"time"
)

// Handler is called for a request that matches no transaction, and for the ACK
// of a 2xx. Requests of one Call-ID come one after another, in the order they
// were read; a handler that blocks holds up the other Call-IDs of its queue.
// With Config.Inline that holds for the requests of one peer.
// The stack keeps nothing of the request: whoever wants its retransmissions
// absorbed calls NewServerTx before returning.
type Handler func(req *Request, f Flow)

// Config is what a Stack is made of. All but Handler may be left zero.
type Config struct {
	Handler Handler
	// Inline says that the handler never blocks, nor what transactions tell: then
	// messages are handled where they were read, without a queue and another
	// goroutine. What one peer sends on one connection, or from one UDP address,
	// stays in order; messages of one Call-ID from two peers have none.
	Inline bool
	// Express may answer a REGISTER, INVITE or OPTIONS before it is parsed whole;
	// nil is nobody.
	Express Express
	// Overloaded may answer a request that no queue has room for, and says whether
	// it did; else the request is dropped. With Inline it is asked about requests
	// that begin something while a UDP reader does not keep up. nil is nobody.
	Overloaded Express
	// Answered is told of responses to probes; nil is nobody.
	Answered Answered
	// Broken is told whence something came that could not be parsed; nil is nobody.
	// It must not block.
	Broken func(source netip.Addr)
	// TLS has the certificate of the listeners "tls" and "wss", in whatever way
	// it is found; nil without such.
	TLS *tls.Config
	// ClientTLS is for connections that we open: whom to trust, and what to show
	// who asks; nil trusts whom the system does.
	ClientTLS *tls.Config
	// Origins are the pages, such as https://phone.example, that may open a
	// WebSocket; "*" is any, none is those of the very host that is connected to.
	// Clients that name no origin are no browsers and always may.
	Origins []string
	// Closed is told of a connection that went away, once, from the
	// goroutine that read it; not while the stack closes.
	Closed func(Flow)
	// Admit is asked before a datagram is parsed, before a connection is read, and
	// about each message and keepalive on one; what it refuses is dropped and
	// counted. It must not block.
	Admit func(network string, source netip.Addr) bool
	// ExternalIP goes into Via and Contact in place of a local address of the
	// same family (1:1 NAT).
	ExternalIP netip.Addr
	// Logger hears of panics, once per kind; nil is silence.
	Logger       *slog.Logger
	Timers       Timers
	Readers      int           // sockets and readers of one UDP address, where the system can share it out; one for each CPU, up to 8
	Workers      int           // queues, each with a goroutine of its own; 64; none with Inline
	Queue        int           // messages that wait in a queue before drops; 256
	Transactions int           // server transactions at a time; 100000
	Connections  int           // connections at a time; 20000
	PerSource    int           // of them from one IPv4 or one IPv6 /64; 2000
	Idle         time.Duration // silence that ends a connection, but see Flow.Keep; 5 min

	limits limits // of connections; only tests set them
}

func (c Config) orDefault() Config {
	c.Timers = c.Timers.orDefault()
	setDefault(&c.Readers, min(runtime.GOMAXPROCS(0), 8))
	setDefault(&c.Workers, 64)
	setDefault(&c.Queue, 256)
	setDefault(&c.Transactions, 100_000)
	setDefault(&c.Connections, 20_000)
	setDefault(&c.PerSource, 2000)
	setDefault(&c.Idle, 5*time.Minute)
	c.limits = c.limits.orDefault()
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Handler == nil {
		c.Handler = func(*Request, Flow) {}
	}
	if c.Closed == nil {
		c.Closed = func(Flow) {}
	}
	if c.Admit == nil {
		c.Admit = func(string, netip.Addr) bool { return true }
	}
	return c
}

func setDefault[T int | time.Duration](v *T, d T) {
	if *v <= 0 {
		*v = d
	}
}
