package sip

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Stack is the listeners, connections and transactions of one SIP element.
// Its methods may be called from any goroutine.
type Stack struct {
	cfg      Config
	seed     maphash.Seed
	keys     seeds // of transactions
	epoch    time.Time
	queues   []chan received
	servers  *table[ServerTx]
	merged   *table[ServerTx] // those outside of dialogs, by another key
	clients  *table[ClientTx]
	conns    connTable
	dials    dials
	buffers  *sync.Pool // of connections; see newBuffers
	desks    *sync.Pool // of *desk, likewise
	bells    *sync.Pool // of *bell
	soon     oblivion   // for T4
	late     oblivion   // for 64*T1
	count    counters
	panicked sync.Map // kinds of panic that are in the log already

	ctx   context.Context // ends when the stack closes
	quit  context.CancelFunc
	drain chan struct{} // closed by Close when nothing is read any more

	mu        sync.Mutex // guards listeners, and that none is added in Close
	listeners []listener

	readers, workers, senders sync.WaitGroup
}

// listener is what Stack needs of a transport's listening socket.
type listener interface {
	network() string
	local() netip.AddrPort
	read()        // until stopped
	stop() error  // no more is read or accepted; flows can still send
	close() error // nor sent
}

// New starts the workers, if there are any; nothing comes before Listen, so that a handler may be
// given the stack in between. Close must be called.
func New(c Config) *Stack {
	c = c.orDefault()
	s := &Stack{
		cfg: c, seed: maphash.MakeSeed(), keys: newSeeds(), epoch: time.Now(),
		servers: newTable[ServerTx](c.Transactions),
		merged:  newTable[ServerTx](c.Transactions),
		clients: newTable[ClientTx](0),
		conns:   newConnTable(c), dials: dials{waiting: make(map[peer][]reached)}, buffers: newBuffers(),
		desks: &sync.Pool{New: func() any { return new(desk) }},
		bells: newBells(), drain: make(chan struct{}),
	}
	s.soon.init(s, c.Timers.T4)
	s.late.init(s, c.Timers.timeout())
	s.ctx, s.quit = context.WithCancel(context.Background())
	if c.Inline {
		return s
	}
	s.queues = make([]chan received, c.Workers)
	for i := range s.queues {
		s.queues[i] = make(chan received, c.Queue)
		s.workers.Go(func() { s.work(s.queues[i]) })
	}
	return s
}

// Listen opens a socket and starts to read it; network is "udp", "tcp", "tls",
// "ws" or "wss" (the last two are WebSockets, RFC 7118), addr an IP address and
// port such as "0.0.0.0:5060" (IPv4 only) or "[::]:5060" (IPv6 only). It gives the
// address that was bound, so that port 0 is useful.
func (s *Stack) Listen(network, addr string) (netip.AddrPort, error) {
	fail := func(err error) (netip.AddrPort, error) {
		return netip.AddrPort{}, fmt.Errorf("listen on %s %s: %w", network, addr, err)
	}
	at, err := netip.ParseAddrPort(addr)
	if err != nil {
		return fail(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		return fail(ErrClosed)
	}
	l, err := s.open(network, unmapped(at))
	if err != nil {
		return fail(err)
	}
	s.listeners = append(s.listeners, l)
	s.readers.Go(l.read)
	return l.local(), nil
}

func (s *Stack) open(network string, at netip.AddrPort) (listener, error) {
	switch network {
	case "udp":
		return listenUDP(s, at)
	case "tcp", "tls", "ws", "wss":
		return listenConns(s, network, at)
	}
	return nil, errors.New("transport is not supported")
}

// family is the network for the net package that holds to the address family;
// on "[::]" it makes the socket IPv6 only, so that 0.0.0.0 can be bound too.
func family(network string, a netip.Addr) string {
	if a.Is4() {
		return network + "4"
	}
	return network + "6"
}

// Contact is <sip:user@address:port;transport=...> for a peer on this flow. Both
// kinds of WebSocket are the transport ws (RFC 7118 section 5.2).
func (s *Stack) Contact(f Flow, user string) URI {
	at := s.seenAs(f)
	host := at.Addr().WithZone("").String()
	if at.Addr().Is6() {
		host = "[" + host + "]" // as in a parsed URI
	}
	transport := f.Network
	if transport == "wss" {
		transport = "ws"
	}
	return URI{
		Scheme: "sip", User: user, Host: host, Port: int(at.Port()),
		UriParams: Params{{K: "transport", V: transport}},
	}
}

// Via makes the top Via of a request that has no transaction of its own: the
// ACK to a 2xx (RFC 3261 section 13.2.2.4), which is prepended to what
// Dialog.NewACK made and sent with Flow.Send.
func (s *Stack) Via(f Flow) *ViaHeader {
	at := s.seenAs(f)
	return &ViaHeader{
		ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: upper(f.Network),
		Host: at.Addr().WithZone("").String(), Port: int(at.Port()),
		Params: Params{{K: "branch", V: string(appendBranch(nil))}, {K: "rport"}},
	}
}

// seenAs is our address as the peer of a flow can reach it: a connection that
// we opened has a port of its own, where nobody listens.
func (s *Stack) seenAs(f Flow) netip.AddrPort {
	addr, port := f.Local.Addr(), f.Local.Port()
	if f.Network != "udp" && s.listener(f.Network, f.Local) == nil {
		if l := s.listener(f.Network, netip.AddrPortFrom(addr, 0)); l != nil {
			port = l.local().Port()
		}
	}
	if e := s.cfg.ExternalIP; e.IsValid() && e.Unmap().Is4() == addr.Is4() {
		addr = e.Unmap()
	}
	return netip.AddrPortFrom(addr, port)
}

// listener finds one that is bound to an address, or to all of its family.
// Port 0 is any port.
func (s *Stack) listener(network string, local netip.AddrPort) listener {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.listeners {
		if l.network() == network && covers(l.local(), local) {
			return l
		}
	}
	return nil
}

func covers(bound, local netip.AddrPort) bool {
	if local.Port() != 0 && local.Port() != bound.Port() {
		return false
	}
	a, b := bound.Addr(), local.Addr()
	return a == b || a.Is4() == b.Is4() && (a.IsUnspecified() || b.IsUnspecified())
}

// egress is the address that the system would send from, for a socket that is
// bound to all of them. Nothing is sent.
func egress(remote netip.AddrPort) (netip.Addr, error) {
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(remote))
	if err != nil {
		return netip.Addr{}, err
	}
	addr := unmapped(c.LocalAddr().(*net.UDPAddr).AddrPort()).Addr()
	return addr, c.Close()
}
