package simphone

import (
	"errors"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/rtp"
)

// ErrNoAudio is a session description with no audio that the phone speaks.
var ErrNoAudio = errors.New("no audio that this phone speaks")

const (
	frame        = 20 * time.Millisecond // of sound in one packet (RFC 3551 section 4.2)
	frameSamples = sampleRate / 50
	maxPacket    = 2048
)

// audio is the RTP socket of one call, and both directions of its sound.
type audio struct {
	conn *net.UDPConn
	addr netip.AddrPort // of conn
	tone float64

	mu      sync.Mutex // guards what follows
	peer    peer
	version uint64 // of our session description
	seq     uint16
	stamp   uint32
	ssrc    uint32
	ear     ear
}

// peer is what the other side's session description said.
type peer struct {
	addr  netip.AddrPort // zero when it does not want to hear anything
	codec codec
}

// openAudio opens an RTP socket on a free port.
func openAudio(c Config) (*audio, error) {
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(addrOf(c.ListenIP)))
	if err != nil {
		return nil, err
	}
	return &audio{
		conn: conn,
		addr: conn.LocalAddr().(*net.UDPAddr).AddrPort(),
		tone: c.Tone,
		// RFC 3550 section 5.1: all three begin anywhere.
		seq: uint16(rand.Uint32()), stamp: rand.Uint32(), ssrc: rand.Uint32(),
	}, nil
}

// close ends listen. What it closes was only read from and sent to, so there is
// nothing that an error could have lost.
func (a *audio) close() { _ = a.conn.Close() }

// listen takes what the peer says, until close.
func (a *audio) listen() {
	b := make([]byte, maxPacket)
	var p rtp.Packet
	for {
		n, _, err := a.conn.ReadFromUDPAddrPort(b)
		if err != nil {
			return
		}
		if p.Unmarshal(b[:n]) != nil {
			continue // not RTP
		}
		a.mu.Lock()
		a.ear.take(&p)
		a.mu.Unlock()
	}
}

// hear begins to listen anew: what was heard before is forgotten.
func (a *audio) hear() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ear = ear{}
}

// heard is what came in since hear.
func (a *audio) heard() Heard {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.ear.heard()
}

// say sends the next frame of sound. A peer that does not listen gets nothing,
// but time passes. An unreachable one is no error: RTP never knows.
func (a *audio) say(payload []byte, first bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stamp += frameSamples
	if !a.peer.addr.IsValid() {
		return
	}
	a.seq++
	p := rtp.Packet{
		Header: rtp.Header{
			Version: 2, Marker: first, PayloadType: uint8(a.peer.codec),
			SequenceNumber: a.seq, Timestamp: a.stamp, SSRC: a.ssrc,
		},
		Payload: payload,
	}
	if b, err := p.Marshal(); err == nil {
		_, _ = a.conn.WriteToUDPAddrPort(b, a.peer.addr)
	}
}

// codec is the one in use now; a re-INVITE may change it.
func (a *audio) codec() codec {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.peer.codec
}
