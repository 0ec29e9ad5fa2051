package resolve

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// Query is what a URI says of where it leads.
type Query struct {
	Host      string // a name or an address; IPv6 may have its brackets
	Port      uint16 // 0 is none
	Transport string // udp, tcp or tls, in any case; "" is none
	Secure    bool   // a sips URI
}

// Target is one place where a request can be sent. It is comparable.
type Target struct {
	Network    string // udp, tcp or tls
	AddrPort   netip.AddrPort
	ServerName string // over tls: whom the certificate has to name (RFC 5922 section 4)
}

// String is like tls:192.0.2.1:5061.
func (t Target) String() string { return t.Network + ":" + t.AddrPort.String() }

var (
	// ErrNotFound says that DNS has no such name, or none with an address.
	ErrNotFound = errors.New("no address in DNS")
	// ErrTransport says that the transport is none of ours, or not secure for a
	// sips URI.
	ErrTransport = errors.New("transport is not supported")
	// ErrRefused is a domain that says it serves no SIP: an SRV record with the
	// target "." (RFC 2782).
	ErrRefused = errors.New("domain offers no SIP")
)

const (
	maxTargets  = 16
	maxRecords  = 16 // of one name that are followed
	defaultPort = 5060
	securePort  = 5061
)

// Resolve gives the targets, best first: RFC 3263 section 4. Those of one
// priority are in an order that changes from call to call, by their weights. The
// errors are ErrNotFound, ErrTransport, ErrRefused, and those of asking.
func (r *Resolver) Resolve(ctx context.Context, q Query) ([]Target, error) {
	return r.resolve(q, func(name string, kind uint16) ([]dns.RR, error) { return r.lookUp(ctx, name, kind) })
}

// Known is Resolve from memory alone, for who must not wait; ok is false when
// DNS would have to be asked.
func (r *Resolver) Known(q Query) (ts []Target, ok bool) {
	ts, err := r.resolve(q, r.cache.fresh)
	return ts, err == nil
}

// look finds the records of a name.
type look func(name string, kind uint16) ([]dns.RR, error)

func (r *Resolver) resolve(q Query, l look) ([]Target, error) {
	q.Transport = strings.ToLower(q.Transport)
	q.Host = strings.TrimSuffix(strings.ToLower(q.Host), ".")
	w := walk{Resolver: r, look: l, query: q}
	ts, err := w.targets()
	if err == nil && len(ts) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("resolve %.100q: %w", q.Host, err)
	}
	return ts[:min(len(ts), maxTargets)], nil
}

// walk is one query on its way through DNS.
type walk struct {
	*Resolver
	look  look
	query Query
}

// targets is RFC 3263 section 4: sections 4.1 and 4.2 as one.
func (w *walk) targets() ([]Target, error) {
	q := &w.query
	network, err := q.network()
	if err != nil {
		return nil, err
	}
	if a, ok := literal(q.Host); ok {
		return []Target{w.target(network, a, q.Port)}, nil
	}
	switch {
	case !isName(q.Host):
		return nil, ErrNotFound
	case q.Port != 0:
		return w.hosts(network, q.Host, q.Port)
	case q.Transport != "":
		return w.services([]string{network})
	}
	return w.byNAPTR()
}

// network is the transport that the query names, or that is meant when it names
// none and none is found in DNS (section 4.1).
func (q *Query) network() (string, error) {
	switch {
	case q.Transport == "" && q.Secure, q.Transport == "tls", q.Transport == "tcp" && q.Secure:
		return "tls", nil
	case q.Transport == "", q.Transport == "udp" && !q.Secure:
		return "udp", nil
	case q.Transport == "tcp":
		return "tcp", nil
	}
	return "", ErrTransport
}

// services asks for the SRV records of each transport, and for the host itself
// when there are none (section 4.2). Where several transports are offered, the
// order is ours.
func (w *walk) services(networks []string) ([]Target, error) {
	var all []Target
	refused := 0
	for _, network := range networks {
		ts, err := w.bySRV(network, service[network]+w.query.Host)
		switch {
		case errors.Is(err, ErrRefused):
			refused++
		case err != nil:
			return nil, err
		}
		all = append(all, ts...)
	}
	switch {
	case len(all) > 0:
		return all, nil
	case refused > 0:
		return nil, ErrRefused
	}
	return w.hosts(networks[0], w.query.Host, 0)
}

// service is what stands before a domain in the name of its SRV records.
var service = map[string]string{"udp": "_sip._udp.", "tcp": "_sip._tcp.", "tls": "_sips._tcp."}

// hosts gives the addresses of a host; port 0 is the transport's own.
func (w *walk) hosts(network, host string, port uint16) ([]Target, error) {
	as, err := w.addresses(host)
	if err != nil {
		return nil, err
	}
	ts := make([]Target, 0, len(as))
	for _, a := range as {
		ts = append(ts, w.target(network, a, port))
	}
	return ts, nil
}

func (w *walk) target(network string, a netip.Addr, port uint16) Target {
	t := Target{Network: network}
	if network == "tls" {
		t.ServerName = strings.Trim(w.query.Host, "[]")
	}
	if port == 0 {
		port = defaultPort
		if network == "tls" {
			port = securePort
		}
	}
	t.AddrPort = netip.AddrPortFrom(a, port)
	return t
}

func literal(host string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return a.Unmap(), err == nil
}

// isName says whether DNS can be asked for it: labels of 1 to 63 letters.
func isName(host string) bool {
	if len(host) == 0 || len(host) > 230 { // and a service before it
		return false
	}
	labels := strings.Split(host, ".")
	return !slices.ContainsFunc(labels, func(l string) bool {
		return l == "" || len(l) > 63 || strings.ContainsFunc(l, func(c rune) bool {
			return c != '-' && c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9')
		})
	})
}
