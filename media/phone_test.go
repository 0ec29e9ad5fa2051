package media

import (
	"net"
	"net/netip"
	"testing"
	"time"
)

// phone is a simulated phone's RTP and RTCP sockets on loopback.
type phone struct {
	t    testing.TB
	rtp  *net.UDPConn
	rtcp *net.UDPConn
	ssrc uint32
	seq  uint16
}

func newPhone(t testing.TB, ssrc uint32) *phone {
	t.Helper()
	p := &phone{t: t, ssrc: ssrc}
	for _, c := range []**net.UDPConn{&p.rtp, &p.rtcp} {
		conn, err := listen(loopback, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		*c = conn
	}
	return p
}

// expected is what the phone's SDP says when it tells the truth.
func (p *phone) expected() Expected {
	return Expected{Remote: local(p.rtp), RTCP: local(p.rtcp), PayloadTypes: []uint8{0, 101}}
}

// behindNAT is what its SDP says when it does not know its own address.
func (p *phone) behindNAT() Expected {
	return Expected{Remote: addrPort("127.0.0.2:9"), Signalling: loopback, PayloadTypes: []uint8{0, 101}}
}

// say sends the phone's next RTP packet to a side.
func (p *phone) say(to *Side, words string) {
	p.t.Helper()
	p.seq++
	send(p.t, p.rtp, to.Port(), rtpPacket(p.t, 0, p.ssrc, p.seq, words))
}

// hear fails unless the next RTP packet that the phone gets has these words and
// comes from the side's port.
func (p *phone) hear(from *Side, words string) {
	p.t.Helper()
	got := receive(p.t, p.rtp, from.Port())
	if string(got[12:]) != words {
		p.t.Errorf("heard %q, want %q", got[12:], words)
	}
}

func send(t testing.TB, c *net.UDPConn, port int, b []byte) {
	t.Helper()
	to := netip.AddrPortFrom(local(c).Addr(), uint16(port))
	if _, err := c.WriteToUDPAddrPort(b, to); err != nil {
		t.Fatal(err)
	}
}

func receive(t testing.TB, c *net.UDPConn, port int) []byte {
	t.Helper()
	if err := c.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 2*maxPacket)
	n, from, err := c.ReadFromUDPAddrPort(b)
	if err != nil {
		t.Fatal(err)
	}
	if int(from.Port()) != port {
		t.Errorf("it came from %v, want port %d", from, port)
	}
	return b[:n]
}

func local(c *net.UDPConn) netip.AddrPort {
	return c.LocalAddr().(*net.UDPAddr).AddrPort()
}

func newRelay(t testing.TB, start bool) *Relay {
	t.Helper()
	p := NewPorts(20000, 29999, time.Second, nil)
	r, err := p.NewRelay(RelayConfig{A: loopback, B: loopback})
	if err != nil {
		t.Fatal(err)
	}
	if start {
		r.Start()
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		if s := p.Stats(); s.Used != 0 || s.Resting != 2 {
			t.Errorf("after Close: %+v", s)
		}
	})
	return r
}
