//go:build !linux || portable

package media

import (
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// In this file is what takes the place of epoll, for development on other
// systems: a goroutine for each socket. With the tag portable, Linux has it too.

// batchSize is how many packets are taken from a socket at once.
const batchSize = 1

// socket is a UDP socket. The zero value is none.
type socket struct{ conn *net.UDPConn }

func (s socket) open() bool { return s.conn != nil }

// listen opens a socket of the address's own family: on a dual-stack socket
// every IPv4 source would come mapped into IPv6.
func listen(ip netip.Addr, port int, k Kind) (socket, error) {
	network := "udp6"
	if ip.Is4() {
		network = "udp4"
	}
	c, err := net.ListenUDP(network, net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, uint16(port))))
	if err != nil {
		return socket{}, err
	}
	_ = c.SetReadBuffer(k.buffer()) // as far as the system likes
	_ = c.SetWriteBuffer(k.buffer())
	return socket{c}, nil
}

func (s socket) close() error { return s.conn.Close() }

// rawAddr is an address to send to; size 0 is none.
type rawAddr struct {
	to   netip.AddrPort
	size uint32
}

func newRawAddr(a netip.AddrPort) rawAddr { return rawAddr{a, 1} }

// batch is what a sender would need to send many packets at once.
type batch struct{}

// send sends packets to one address, and returns how many of them the network
// took.
func (*batch) send(s socket, to *rawAddr, packets []datagram) (sent int) {
	for _, p := range packets {
		if _, err := s.conn.WriteToUDPAddrPort(p.bytes, to.to); err != nil {
			break
		}
		sent++
	}
	return sent
}

// thread is the goroutines of many streams.
type thread struct {
	engine *Engine
	done   chan struct{} // closed by stop
	band   band

	received, forwarded, played atomic.Uint64 // packets

	mu      sync.Mutex // guards streams
	streams map[*stream]socket
	readers sync.WaitGroup // one for each of the streams
}

func newThread(e *Engine) (*thread, error) {
	return &thread{
		engine: e, done: make(chan struct{}), streams: map[*stream]socket{}, band: band{beat: newMetronome()},
	}, nil
}

func (t *thread) run() {
	defer t.readers.Wait()
	for {
		select {
		case <-t.done:
			return
		case <-t.band.beat.ticker.C:
			t.played.Add(uint64(t.band.play(1, t.engine.now().UnixNano(), nil)))
		}
	}
}

// stop makes the readers of all sockets return.
func (t *thread) stop() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.streams {
		_ = s.conn.SetReadDeadline(time.Unix(1, 0)) // it fails when it is closed already
	}
	close(t.done)
	return nil
}

func (t *thread) close() { t.band.close() }

// metronome is a ticker that can stand still.
type metronome struct{ ticker *time.Ticker }

func newMetronome() metronome {
	m := metronome{time.NewTicker(period)}
	m.stop()
	return m
}

func (m metronome) start() { m.ticker.Reset(period) }
func (m metronome) stop()  { m.ticker.Stop() }
func (m metronome) close() { m.ticker.Stop() }

// count returns how many streams are read.
func (t *thread) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.streams)
}

// add begins to read a stream's socket.
func (t *thread) add(s *stream) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	sock := s.sock
	t.streams[s] = sock
	t.readers.Go(func() { t.read(s, sock) })
	return nil
}

// remove forgets a stream, whose socket has been closed.
func (t *thread) remove(s *stream) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.streams, s)
}

// read hands on what comes to a socket until that is closed.
func (t *thread) read(s *stream, sock socket) {
	buf := make([]byte, maxPacket+tail)
	for faults := 0; faults < maxFaults; {
		n, from, err := sock.conn.ReadFromUDPAddrPort(buf[:maxPacket])
		if err != nil {
			faults++ // a closed socket, or one at its deadline, fails at once
			continue
		}
		faults = 0
		s.rx.Lock()
		s.receive([]datagram{{buf[:n], unmap(from)}}, t.engine.now().UnixNano(), nil)
		s.rx.Unlock()
	}
}
