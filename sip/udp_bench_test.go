package sip

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/pion/stun/v3"
	"golang.org/x/net/ipv4"
)

// snomRegister is as long as what phones send.
const snomRegister = `
REGISTER sip:example.org SIP/2.0
Via: SIP/2.0/UDP 192.0.2.1:5066;branch=z9hG4bK-reg1234567;rport
Max-Forwards: 70
From: "Al" <sip:al@example.org>;tag=a1b2c3d4
To: "Al" <sip:al@example.org>
Call-ID: 3c26f8a1b2c3-7xk2n8d0qf
CSeq: 7 REGISTER
Contact: <sip:al@192.0.2.1:5066;line=ab12cd34>;reg-id=1;q=1.0;+sip.instance="<urn:uuid:00000000-0000-1000-8000-000413aabbcc>"
Authorization: Digest username="al",realm="example.org",nonce="bm9uY2Ugb2YgYSB1c3VhbCBsZW5ndGg",uri="sip:example.org",qop=auth,nc=00000001,cnonce="9c1bde2f",response="6629fae49393a05397450978507c4ef1",algorithm=MD5
User-Agent: snomD385/10.1.73.16
Allow-Events: dialog
Supported: path, gruu
Expires: 3600
Content-Length: 0
`

// echo sends b.N requests in bursts and hears as many answers.
func echo(b *testing.B, c Config, request []byte, burst int) {
	b.Helper()
	s := New(c)
	at, err := s.Listen("udp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close(b.Context())
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(at))
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetReadBuffer(udpBuffer)
	_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
	ms, heard := make([]ipv4.Message, burst), make([]byte, maxMessage)
	for i := range ms {
		ms[i].Buffers = [][]byte{request}
	}
	p := ipv4.NewPacketConn(conn)
	b.ReportAllocs()
	for left := b.N; left > 0; {
		n, err := p.WriteBatch(ms[:min(left, burst)], 0)
		if err != nil {
			b.Fatal(err)
		}
		left -= n
		for range n {
			if _, err := conn.Read(heard); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkUDPExpress is a REGISTER there and a 200 back, the peer included,
// without any judgement.
func BenchmarkUDPExpress(b *testing.B) {
	answer := []byte(lines(strings.Replace(snomRegister, "REGISTER sip:example.org SIP/2.0", "SIP/2.0 200 OK", 1)))
	c := Config{Express: func(_ *Outline, f Flow, out *Mail) bool {
		out.Post(f, append(out.Room(), answer...))
		return true
	}}
	b.Run("bursts of 64", func(b *testing.B) { echo(b, c, []byte(lines(snomRegister)), 64) })
	b.Run("one by one", func(b *testing.B) { echo(b, c, []byte(lines(snomRegister)), 1) })
}

// BenchmarkUDPKeepalive is the transport alone, and a STUN answer.
func BenchmarkUDPKeepalive(b *testing.B) {
	echo(b, Config{}, []byte(stunText(stun.BindingRequest)), 64)
}

// BenchmarkUDPReceive reads datagrams that nobody answers.
func BenchmarkUDPReceive(b *testing.B) {
	s := New(Config{Readers: 1, Admit: func(string, netip.Addr) bool { return false }})
	at, err := s.Listen("udp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close(b.Context())
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(at))
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	ms := make([]ipv4.Message, 64)
	for i := range ms {
		ms[i].Buffers = [][]byte{[]byte(lines(snomRegister))}
	}
	p := ipv4.NewPacketConn(conn)
	b.ReportAllocs()
	for sent := 0; sent < b.N; {
		n, err := p.WriteBatch(ms, 0)
		if err != nil {
			b.Fatal(err)
		}
		sent += n
		for s.Stats().Drops["refused"] < uint64(sent) {
			rest(b.Context(), 10*time.Microsecond)
		}
	}
}
