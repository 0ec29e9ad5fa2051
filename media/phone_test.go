package media

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"
)

var loopback = netip.MustParseAddr("127.0.0.1")

// phone is a simulated phone's RTP and RTCP sockets on loopback.
type phone struct {
	t    testing.TB
	rtp  *net.UDPConn
	rtcp *net.UDPConn
	ssrc uint32
	seq  uint16
}

func newPhone(t testing.TB, ssrc uint32) *phone { return newPhoneAt(t, ssrc, loopback) }

func newPhoneAt(t testing.TB, ssrc uint32, ip netip.Addr) *phone {
	t.Helper()
	p := &phone{t: t, ssrc: ssrc}
	for _, c := range []**net.UDPConn{&p.rtp, &p.rtcp} {
		conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(ip, 0)))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		*c = conn
	}
	return p
}

// describe is the phone's SDP when it tells the truth; more are lines below its
// audio.
func (p *phone) describe(more ...string) []byte {
	return describe(local(p.rtp), local(p.rtcp), more...)
}

// behindNAT is what its SDP says when it does not know its own address.
func (p *phone) behindNAT() []byte {
	return describe(netip.MustParseAddrPort("10.9.8.7:4000"), netip.MustParseAddrPort("10.9.8.7:4001"))
}

func describe(rtp, rtcp netip.AddrPort, more ...string) []byte {
	return []byte(fmt.Sprintf("v=0\r\no=- 1 1 %[1]ss=-\r\nc=%[1]st=0 0\r\n"+
		"m=audio %[2]d RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"+
		"a=rtcp:%[3]d\r\n", appendAddr(nil, rtp.Addr()), rtp.Port(), rtcp.Port()) +
		strings.Join(append(more, ""), "\r\n"))
}

// say sends the phone's next RTP packet to an end.
func (p *phone) say(to *End, words string) {
	p.t.Helper()
	p.seq++
	send(p.t, p.rtp, portOf(to), rtpPacket(p.t, 0, p.ssrc, p.seq, words))
}

// hear fails unless the next RTP packet that the phone gets has these words and
// comes from the end's port.
func (p *phone) hear(from *End, words string) {
	p.t.Helper()
	got := receive(p.t, p.rtp, portOf(from))
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

// portOf is the RTP port of an end's first stream.
func portOf(n *End) int { return int(n.media[0].rtp.port) }

func newEngine(t testing.TB, threads int) *Engine {
	t.Helper()
	p := NewPorts(20000, 29999, time.Second, nil)
	e, err := NewEngine(EngineConfig{Ports: p, Threads: threads})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
		if s := e.Stats(); s.Ports.Used != 0 || s.Streams != 0 {
			t.Errorf("after Close: %+v", s)
		}
	})
	return e
}

// newEnd makes an end that is closed with the test.
func newEnd(t testing.TB, e *Engine, c EndConfig) *End {
	t.Helper()
	if !c.Local.IsValid() {
		c.Local = loopback
	}
	n := e.NewEnd(c)
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	return n
}

// room is two phones on a link, the first of which calls.
type room struct {
	engine *Engine
	link   *Link
	a, b   *End
}

func newRoom(t testing.TB, a, b EndConfig) *room {
	t.Helper()
	e := newEngine(t, 2)
	r := &room{engine: e, a: newEnd(t, e, a), b: newEnd(t, e, b)}
	r.link = e.Link(r.a, r.b)
	return r
}

// agree has the first phone offer and the second answer.
func (r *room) agree(t testing.TB, offer, answer []byte) (toB, toA []byte) {
	t.Helper()
	toB, err := r.link.Offer(r.a, offer)
	if err != nil {
		t.Fatal(err)
	}
	toA, err = r.link.Answer(r.b, answer)
	if err != nil {
		t.Fatal(err)
	}
	return toB, toA
}

// talking is two phones that have agreed.
func talking(t testing.TB) (r *room, a, b *phone) {
	t.Helper()
	r = newRoom(t, EndConfig{}, EndConfig{})
	a, b = newPhone(t, 1), newPhone(t, 2)
	r.agree(t, a.describe(), b.describe())
	return r, a, b
}
