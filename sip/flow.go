package sip

import (
	"fmt"
	"net/netip"
	"strconv"
	"time"
)

// Flow is where a message came in and where answers and new requests for that
// peer go: an open connection, or on UDP a local and a remote address (in the
// spirit of RFC 5626). It is a comparable value. The zero Flow is nowhere.
type Flow struct {
	Network string         // "udp" or "tcp"
	Local   netip.AddrPort // ours; on a wildcard socket the one the packet came to
	Remote  netip.AddrPort // the peer's; IPv4 is never in its mapped form
	sender  sender         // a pointer, so that flows compare
}

// sender is what a transport gives to its flows.
type sender interface {
	// send puts one whole message on the way, without waiting for the peer.
	send(local, remote netip.AddrPort, message []byte) error
}

// Source is the peer's address.
func (f Flow) Source() netip.AddrPort { return f.Remote }

// String is like udp:192.0.2.1:5060.
func (f Flow) String() string { return f.Network + ":" + f.Remote.String() }

// Send writes m as it is to this flow; a missing Content-Length is added to m.
// Errors: ErrNoFlow, ErrUnsafe, ErrTooLarge, ErrConnection, ErrSlow, or the
// socket's.
func (f Flow) Send(m Message) error {
	b, err := encode(m)
	if err != nil {
		return err
	}
	return f.write(b)
}

func (f Flow) write(b []byte) error {
	if f.sender == nil {
		return ErrNoFlow
	}
	if err := f.sender.send(f.Local, f.Remote, b); err != nil {
		return fmt.Errorf("send to %s: %w", f, err)
	}
	return nil
}

// Keep lets the peer's connection be silent for d, whatever Config.Idle says:
// somebody is registered on it, and not every phone sends keepalives. A peer
// that has gone without a word is noticed by the keepalives of TCP. It does
// nothing for UDP, and never takes back what an earlier call gave.
func (f Flow) Keep(d time.Duration) {
	c, ok := f.sender.(*tcpConn)
	if !ok {
		return
	}
	until := time.Now().Add(d).UnixNano()
	for old := c.keep.Load(); old < until && !c.keep.CompareAndSwap(old, until); {
		old = c.keep.Load()
	}
}

// Reply sends a response to a request that came in on this flow. TCP: on the
// same connection. UDP: always to the source address, so that nobody can turn
// our answers on a third party; to the port of rport (RFC 3581 section 4), else
// to the sent-by port when the sent-by host is the source (RFC 3261 section
// 18.2.2), else to the source port. Errors are those of Send.
func (f Flow) Reply(res *Response) error { return f.answering(res.Via()).Send(res) }

// answering is the flow that the response with this top Via goes to.
func (f Flow) answering(via *ViaHeader) Flow {
	if f.Network != "udp" || via == nil {
		return f
	}
	f.Remote = netip.AddrPortFrom(f.Remote.Addr(), replyPort(via, f.Remote))
	return f
}

func replyPort(via *ViaHeader, source netip.AddrPort) uint16 {
	if v, ok := via.Params.Get("rport"); ok {
		if p, err := strconv.ParseUint(v, 10, 16); err == nil && p > 0 {
			return uint16(p)
		}
		return source.Port()
	}
	if !sameHost(via.Host, source.Addr()) {
		return source.Port() // behind a NAT without RFC 3581: only this can arrive
	}
	if via.Port == 0 {
		return 5060
	}
	return uint16(via.Port)
}

// markReceived notes in the top Via where a request came from (RFC 3261
// section 18.2.1, RFC 3581 section 4), over whatever the sender wrote there.
func markReceived(via *ViaHeader, source netip.AddrPort) {
	via.Params.Remove("received")
	_, rport := via.Params.Get("rport")
	if rport {
		via.Params.Add("rport", strconv.Itoa(int(source.Port())))
	}
	if rport || !sameHost(via.Host, source.Addr()) {
		via.Params.Add("received", source.Addr().WithZone("").String())
	}
}

func sameHost(host string, a netip.Addr) bool {
	h, err := netip.ParseAddr(host)
	return err == nil && h.Unmap().WithZone("") == a.WithZone("")
}

// unmapped gives an address the one form that we compare and show.
func unmapped(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}
