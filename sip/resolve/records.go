package resolve

import (
	"cmp"
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"

	"github.com/miekg/dns"
)

// protocols are the transports that NAPTR records offer (RFC 3263 section 4.1).
// SCTP and WebSockets are not ours to open.
var protocols = map[string]string{"SIP+D2U": "udp", "SIP+D2T": "tcp", "SIPS+D2T": "tls"}

// byNAPTR lets the domain choose the transport. Without NAPTR records its SRV
// records are tried for UDP and TCP, or TLS for sips.
func (w *walk) byNAPTR() ([]Target, error) {
	rs, err := find[*dns.NAPTR](w, w.query.Host, dns.TypeNAPTR)
	switch {
	case unfinished(err):
		return nil, err
	case err != nil && !errors.Is(err, ErrNotFound):
		w.cache.none(question{dns.Fqdn(w.query.Host), dns.TypeNAPTR}) // some routers do not pass on what they do not know
	}
	rs = slices.DeleteFunc(rs, func(r *dns.NAPTR) bool {
		network := protocols[strings.ToUpper(r.Service)]
		return network == "" || w.query.Secure && network != "tls" || !strings.EqualFold(r.Flags, "s") || r.Replacement == "."
	})
	slices.SortStableFunc(rs, func(a, b *dns.NAPTR) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.Preference, b.Preference))
	})
	var all []Target
	for _, r := range rs[:min(len(rs), maxRecords)] {
		ts, err := w.bySRV(protocols[strings.ToUpper(r.Service)], r.Replacement)
		if err != nil && !errors.Is(err, ErrRefused) {
			return nil, err
		}
		all = append(all, ts...)
	}
	switch {
	case len(all) > 0:
		return all, nil
	case w.query.Secure:
		return w.services([]string{"tls"})
	}
	return w.services([]string{"udp", "tcp"})
}

// bySRV gives the hosts of a service in the order of RFC 2782; none when there
// is no such service.
func (w *walk) bySRV(network, name string) ([]Target, error) {
	rs, err := find[*dns.SRV](w, name, dns.TypeSRV)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if len(rs) == 1 && rs[0].Target == "." {
		return nil, ErrRefused
	}
	var all []Target
	var lame []string
	var failed error
	for _, r := range w.ordered(rs)[:min(len(rs), maxRecords)] {
		ts, err := w.hosts(network, strings.TrimSuffix(strings.ToLower(r.Target), "."), r.Port)
		switch {
		case err == nil:
			all = append(all, ts...)
		case unfinished(err):
			return nil, err
		case !errors.Is(err, ErrNotFound): // its servers fail, and others may be there
			lame, failed = append(lame, r.Target), err
		}
		if len(all) >= maxTargets {
			break
		}
	}
	switch {
	case len(all) > 0:
		w.leaveOut(lame)
		return all, nil
	case failed != nil:
		return nil, failed
	case len(rs) > 0:
		return nil, ErrRefused // there is a service, and nobody who does it
	}
	return nil, nil
}

// unfinished tells that DNS has not said anything yet.
func unfinished(err error) bool {
	return errors.Is(err, errUnknown) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// leaveOut keeps hosts from being asked for with every call: there are others.
func (w *walk) leaveOut(hosts []string) {
	for _, host := range hosts {
		for _, kind := range []uint16{dns.TypeA, dns.TypeAAAA} {
			w.cache.none(question{dns.Fqdn(strings.ToLower(host)), kind})
		}
	}
}

// ordered sorts by priority, and within it by a draw where the weights are the
// chances (RFC 2782, the algorithm under "Weight").
func (w *walk) ordered(rs []*dns.SRV) []*dns.SRV {
	rest := slices.Clone(rs)
	slices.SortStableFunc(rest, func(a, b *dns.SRV) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(a.Weight, b.Weight)) // those of weight 0 first
	})
	drawn := make([]*dns.SRV, 0, len(rest))
	for len(rest) > 0 {
		i := w.draw(rest)
		drawn = append(drawn, rest[i])
		rest = slices.Delete(rest, i, i+1)
	}
	return drawn
}

// draw chooses among the first priority in the list.
func (w *walk) draw(rs []*dns.SRV) int {
	sum, n := 0, 0
	for n < len(rs) && rs[n].Priority == rs[0].Priority {
		sum += int(rs[n].Weight)
		n++
	}
	at := w.random(sum + 1)
	for i := range n {
		if at -= int(rs[i].Weight); at <= 0 {
			return i
		}
	}
	return n - 1
}

// addresses gives a host's, IPv4 first: it is what a trunk is reached by today.
// Of several the first changes from call to call.
func (w *walk) addresses(host string) ([]netip.Addr, error) {
	if host == "localhost" { // RFC 6761 section 6.3
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}, nil
	}
	var all []netip.Addr
	v4, err := find[*dns.A](w, host, dns.TypeA)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	for _, r := range v4 {
		if a, ok := netip.AddrFromSlice(r.A); ok {
			all = append(all, a.Unmap())
		}
	}
	w.rotate(all)
	if !w.IPv6 {
		return all, found(all)
	}
	v6, err := find[*dns.AAAA](w, host, dns.TypeAAAA)
	if err != nil && !errors.Is(err, ErrNotFound) && len(all) == 0 {
		return nil, err
	}
	n := len(all)
	for _, r := range v6 {
		if a, ok := netip.AddrFromSlice(r.AAAA); ok {
			all = append(all, a)
		}
	}
	w.rotate(all[n:])
	return all, found(all)
}

func found(as []netip.Addr) error {
	if len(as) == 0 {
		return ErrNotFound
	}
	return nil
}

// rotate shares what comes out among equals.
func (w *walk) rotate(as []netip.Addr) {
	if len(as) > 1 {
		n := w.random(len(as))
		copy(as, slices.Concat(as[n:], as[:n]))
	}
}

// find gives the records of one kind.
func find[R dns.RR](w *walk, name string, kind uint16) ([]R, error) {
	all, err := w.look(dns.Fqdn(strings.ToLower(name)), kind)
	if err != nil {
		return nil, err
	}
	rs := make([]R, 0, len(all))
	for _, one := range all {
		if r, ok := one.(R); ok {
			rs = append(rs, r)
		}
	}
	return rs, nil
}
