package main

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// scanner is somebody at an address of their own who sends what they like.
type scanner struct {
	*net.UDPConn
	t *testing.T
	n int
}

func (o *office) scanner(from string) *scanner {
	o.t.Helper()
	local := net.UDPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(from), 0))
	conn, err := net.DialUDP("udp", local, net.UDPAddrFromAddrPort(o.sip["udp"]))
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { conn.Close() })
	return &scanner{UDPConn: conn, t: o.t}
}

// ask sends a request of its own.
func (s *scanner) ask(method, agent string) {
	s.t.Helper()
	s.n++
	at := s.LocalAddr().String()
	_, err := fmt.Fprintf(s, "%s sip:ringfence.local SIP/2.0\r\nVia: SIP/2.0/UDP %s;branch=z9hG4bK%d;rport\r\nMax-Forwards: 70\r\n"+
		"From: <sip:100@%s>;tag=%d\r\nTo: <sip:100@ringfence.local>\r\nCall-ID: %d@%s\r\nCSeq: 1 %s\r\nContact: <sip:100@%s>\r\n"+
		"User-Agent: %s\r\nContent-Length: 0\r\n\r\n", method, at, s.n, at, s.n, s.n, at, method, at, agent)
	if err != nil {
		s.t.Fatal(err)
	}
}

// answer is the first line of the next answer.
func (s *scanner) answer() string {
	s.t.Helper()
	b := make([]byte, 4096)
	if err := s.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		s.t.Fatal(err)
	}
	n, err := s.Read(b)
	if err != nil {
		s.t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(b[:n]), "\r\n")
	return line
}

// refused waits until the guard has refused so many packets.
func (o *office) refusedPackets(want int) {
	o.t.Helper()
	var got object
	if !eventually(func() bool {
		got = o.get("/status").object("Guard")
		return got.text("Refused") == fmt.Sprint(want)
	}) {
		o.t.Fatalf("not %d refused: %v", want, got)
	}
}

func (o *office) lift(address string) {
	o.t.Helper()
	if _, err := o.api.do(o.t.Context(), http.MethodDelete, "/pbx/ban/"+address, nil); err != nil {
		o.t.Fatal(err)
	}
}

func TestABanHoldsAtOnceAndOverARestart(t *testing.T) {
	dir := t.TempDir()
	o := newOffice(t, start(t, dir))
	p, _ := o.phone("200", "000413000001", "127.0.0.1", nil)
	o.create("/pbx/ban", object{"address": "127.0.0.66", "reason": "seen before"})
	o.scanner("127.0.0.66").ask("REGISTER", "friendly")
	o.refusedPackets(1)
	if _, err := p.Register(t.Context(), 0); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	if err := o.stop(); err != nil {
		t.Fatal(err)
	}

	o.running = start(t, dir)
	s := o.scanner("127.0.0.66")
	s.ask("REGISTER", "friendly")
	o.refusedPackets(1)
	o.lift("127.0.0.66")
	s.ask("REGISTER", "friendly")
	if got := s.answer(); got != "SIP/2.0 401 Unauthorized" {
		t.Errorf("lifted: %s", got)
	}
}

func TestAScannerIsBannedAndShown(t *testing.T) {
	for _, method := range []string{"OPTIONS", "REGISTER", "INVITE"} {
		o := newOffice(t, start(t, t.TempDir()))
		s := o.scanner("127.0.0.66")
		for range 3 {
			s.ask(method, "friendly-scanner")
			s.answer()
		}
		s.ask(method, "friendly-scanner")
		o.refusedPackets(1)
		var ban object
		if !eventually(func() bool { ban = o.get("/pbx/ban").first("bans"); return ban != nil }) {
			t.Fatal("the ban is not shown")
		}
		if ban.text("address") != "127.0.0.66" || ban.text("origin") != "AUTOMATIC" || ban.text("reason") != "scanner" {
			t.Errorf("shown: %v", ban)
		}
		o.lift(ban.text("address"))
		s.ask(method, "friendly-scanner")
		s.answer()
	}
}

// A phone that is registered keeps its address from being banned by what may be
// forged, also over a restart.
func TestAPhonesAddressIsNotBannedForScanners(t *testing.T) {
	dir := t.TempDir()
	o := newOffice(t, start(t, dir))
	p, _ := o.phone("200", "000413000001", "127.0.0.1", nil)
	if _, err := p.Register(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		s := o.scanner("127.0.0.1")
		for range 5 {
			s.ask("OPTIONS", "sipvicious")
			s.answer()
		}
		if err := o.stop(); err != nil {
			t.Fatal(err)
		}
		o.running = start(t, dir)
	}
}
