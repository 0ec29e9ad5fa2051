package sip

import (
	"bytes"
	"cmp"
	"fmt"
	"net/netip"
	"strconv"
)

// Flow is where a message came in and where answers and new requests for that
// peer go: an open connection, or on UDP a local and a remote address (in the
// spirit of RFC 5626). It is a comparable value. The zero Flow is nowhere.
type Flow struct {
	Network string         // "udp", "tcp", "tls", "ws" or "wss"
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

// Send writes m as it is to this flow, with a Content-Length if it has none.
// Errors: ErrNoFlow, ErrUnsafe, ErrTooLarge, ErrConnection, ErrSlow, or the
// socket's.
func (f Flow) Send(m Message) error {
	w := newWire()
	defer w.free()
	if err := w.message(m); err != nil {
		return err
	}
	return f.write(f.own(w.b))
}

// own gives bytes that may be sent while b is used again: only a connection keeps
// what it is given.
func (f Flow) own(b []byte) []byte {
	if _, keeps := f.sender.(*stream); keeps {
		return bytes.Clone(b)
	}
	return b
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

// writeFor is write; over UDP an error may also be told to owner, later.
func (f Flow) writeFor(owner loser, b []byte) error {
	l, ok := f.sender.(*udpListener)
	if !ok {
		return f.write(b)
	}
	if err := l.sendFor(owner, f.Local, f.Remote, b); err != nil {
		return fmt.Errorf("send to %s: %w", f, err)
	}
	return nil
}

// Reply sends a response to a request that came in on this flow. A connection:
// on the same. UDP: always to the source address, so that nobody can turn
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
	return cmp.Or(uint16(via.Port), DefaultPort)
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

// unmapped gives an address the one form that we compare and show.
func unmapped(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
}

// NewFlow makes a flow over any means to send, which gets each message whole, does
// not keep it, and does not wait for what the stack makes of it. Two flows are equal only when they come from one call.
func NewFlow(network string, local, remote netip.AddrPort, send func(message []byte) error) Flow {
	return Flow{Network: network, Local: unmapped(local), Remote: unmapped(remote), sender: &courier{send}}
}

// courier is the sender of NewFlow.
type courier struct{ carry func(message []byte) error }

func (c *courier) send(_, _ netip.AddrPort, message []byte) error { return c.carry(message) }

// Open says whether a message could still be sent: false for a connection that
// has closed, whether or not Config.Closed has been told of it yet.
func (f Flow) Open() bool {
	c, ok := f.sender.(*stream)
	if !ok {
		return true
	}
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	return !c.out.closed
}
