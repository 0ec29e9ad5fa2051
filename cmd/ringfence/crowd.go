package main

import (
	"net"
	"net/netip"
	"slices"
	"sync"
)

// Connections that one HTTP listener holds at a time. A site's phones come from
// one address, and all at once after a power cut.
const (
	maxConns        = 4096
	maxConnsAddress = 1024 // from one address, or one /64 of IPv6
)

// crowd is a listener that closes the connections that are too many, instead of
// letting all others wait for them.
type crowd struct {
	*net.TCPListener
	max, maxAddress int
	proxies         []netip.Prefix // speak for many addresses

	mu      sync.Mutex // guards the rest
	from    map[netip.Prefix]int
	all     int
	refused uint64
}

func newCrowd(l *net.TCPListener, proxies []netip.Prefix) *crowd {
	return &crowd{TCPListener: l, max: share(maxConns, openFiles(), webPart), maxAddress: maxConnsAddress, proxies: proxies, from: map[netip.Prefix]int{}}
}

// Accept returns the next connection that there is room for.
func (c *crowd) Accept() (net.Conn, error) {
	for {
		conn, err := c.AcceptTCP()
		if err != nil {
			return nil, err
		}
		remote, _ := conn.RemoteAddr().(*net.TCPAddr)
		host := c.hostOf(remote.AddrPort())
		if c.enter(host) {
			return &counted{TCPConn: conn, leave: sync.OnceFunc(func() { c.leave(host) })}, nil
		}
		_ = conn.Close() // there is nothing to tell a client that has not asked yet
	}
}

// hostOf is who a connection counts for, the zero prefix for a proxy.
func (c *crowd) hostOf(remote netip.AddrPort) netip.Prefix {
	addr := remote.Addr().Unmap().WithZone("")
	if slices.ContainsFunc(c.proxies, func(p netip.Prefix) bool { return p.Contains(addr) }) {
		return netip.Prefix{}
	}
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	host, _ := addr.Prefix(bits) // a length that the address has
	return host
}

func (c *crowd) enter(host netip.Prefix) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all >= c.max || host.IsValid() && c.from[host] >= c.maxAddress {
		c.refused++
		return false
	}
	c.all++
	c.from[host]++
	return true
}

func (c *crowd) leave(host netip.Prefix) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all--
	if c.from[host]--; c.from[host] == 0 {
		delete(c.from, host)
	}
}

// crowdStats are the connections now, and those refused since the start.
type crowdStats struct {
	Connections int
	Refused     uint64
}

func (c *crowd) stats() crowdStats {
	c.mu.Lock()
	defer c.mu.Unlock()
	return crowdStats{c.all, c.refused}
}

// crowds adds up the listeners.
func (s *house) crowds() (sum crowdStats) {
	for _, w := range s.web {
		one := w.listener.stats()
		sum.Connections += one.Connections
		sum.Refused += one.Refused
	}
	return sum
}

// counted is a connection that leaves the crowd when it is closed.
type counted struct {
	*net.TCPConn // net/http half-closes it after a refusal
	leave        func()
}

func (c *counted) Close() error {
	defer c.leave()
	return c.TCPConn.Close()
}
