package sip

import (
	"errors"
	"net"
	"net/netip"
	"time"

	"golang.org/x/net/ipv4"
)

// readPause keeps an error that does not pass from taking a whole CPU.
const readPause = 5 * time.Millisecond

const (
	// leastBatch is how many datagrams a reader is ready for at first, and
	// mostBatch when so many have come at once. Each has a buffer of its own for
	// the largest there can be, because a smaller one would lose what is larger:
	// 256 KiB for an idle reader and 4 MiB for a busy one, of which the system
	// provides the pages that are written to.
	leastBatch = 4
	mostBatch  = 64
)

// udpReader is the one goroutine that reads a socket.
type udpReader struct {
	listener *udpListener
	socket   *udpSocket
	messages []ipv4.Message // what one call may fill
	lost     uint32         // as the kernel told last
	desk     desk
	stun     stunDesk
}

func newUDPReader(l *udpListener, lane int) *udpReader {
	return &udpReader{listener: l, socket: l.sockets[lane], desk: desk{out: Mail{lane: lane}}}
}

// read takes datagrams until stop. Other errors (ICMP, memory) pass.
func (r *udpReader) read() {
	s := r.listener.stack
	r.grow(leastBatch)
	for {
		n, err := r.socket.batch.ReadBatch(r.messages, 0)
		if s.ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			s.count.drop(dropReadError)
			rest(s.ctx, readPause)
			continue
		}
		r.desk.rush.read(s.now(), n == mostBatch)
		r.handle(n)
		if n == len(r.messages) {
			r.grow(min(2*n, mostBatch))
		}
	}
}

// handle takes the datagrams that were read. What follows from them leaves
// together, where handlers do not block.
func (r *udpReader) handle(n int) {
	if r.listener.stack.cfg.Inline {
		r.listener.hold()
		defer r.listener.release(r.desk.out.lane)
	}
	for i := range r.messages[:n] {
		r.datagram(&r.messages[i])
	}
	r.desk.out.Send()
}

func (r *udpReader) grow(size int) {
	for len(r.messages) < size {
		r.messages = append(r.messages, ipv4.Message{
			Buffers: [][]byte{make([]byte, maxMessage+1)},
			OOB:     make([]byte, controlSize),
		})
	}
}

func (r *udpReader) datagram(m *ipv4.Message) {
	l, data := r.listener, m.Buffers[0][:m.N]
	c := readControl(m.OOB[:m.NN])
	r.countLost(c.lost)
	from, ok := m.Addr.(*net.UDPAddr)
	if !ok {
		return // there is none of another kind
	}
	remote := unmapped(from.AddrPort())
	switch {
	case onlyKeepsAlive(data):
		l.stack.count.drop(dropKeepalive)
	case !l.stack.admit("udp", remote.Addr()):
		l.stack.count.drop(dropRefused)
	case isSTUN(data):
		r.binding(data, l.flow(c.to, remote))
	default:
		l.stack.receive(data, l.flow(c.to, remote), &r.desk)
	}
}

// countLost adds what the kernel has dropped since it told last.
func (r *udpReader) countLost(total uint32) {
	if total != 0 && total != r.lost {
		r.listener.stack.count.drops[dropSocketFull].Add(uint64(total - r.lost)) // right when it wraps, too
		r.lost = total
	}
}

// flow is the way back of a datagram that was sent to an address.
func (l *udpListener) flow(to netip.Addr, remote netip.AddrPort) Flow {
	local := l.bound
	if to.IsValid() {
		local = netip.AddrPortFrom(to, local.Port())
	}
	return Flow{Network: "udp", Local: local, Remote: remote, sender: l}
}

// onlyKeepsAlive tells a datagram of nothing but CR, LF and NUL. RFC 5626 has
// STUN for this on UDP; many phones send these, and expect no answer.
func onlyKeepsAlive(data []byte) bool {
	for _, c := range data {
		if c != '\r' && c != '\n' && c != 0 {
			return false
		}
	}
	return true
}
