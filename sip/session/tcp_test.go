package session

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"ringfence/sip"
)

// line is a peer over TCP, or over TLS.
type line struct {
	*world
	l net.Listener
	c net.Conn
	r *bufio.Reader
}

func (w *world) overTCP() *line {
	w.Helper()
	if _, err := w.stack.Listen("tcp", "127.0.0.1:0"); err != nil {
		w.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { l.Close() })
	return &line{world: w, l: l}
}

// host is the name of a peer over TLS.
const host = "trunk.example.net"

// anew gives the world another stack.
func (w *world) anew(c sip.Config) {
	w.Helper()
	if err := w.stack.Close(w.Context()); err != nil {
		w.Fatal(err)
	}
	c.Handler, c.Timers, c.Workers = w.handle, w.cfg.Timers, 1
	w.stack = sip.New(c)
	w.cfg.Stack = w.stack
}

// overTLS has a stack that trusts the peer.
func (w *world) overTLS() *line {
	w.Helper()
	p, cert := w.overTCP(), newCertificate(w.T)
	p.l = tls.NewListener(p.l, &tls.Config{Certificates: []tls.Certificate{cert}})
	roots := x509.NewCertPool()
	roots.AddCert(cert.Leaf)
	w.anew(sip.Config{ClientTLS: &tls.Config{RootCAs: roots}})
	return p
}

func newCertificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{host}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, of, of, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func (p *line) accept() {
	p.Helper()
	c, err := p.l.Accept()
	p.use(c, err)
	if c, ok := c.(*tls.Conn); ok {
		if err := c.Handshake(); err != nil {
			p.Fatal(err)
		}
	}
}

func (p *line) connect(to netip.AddrPort) { p.use(net.Dial("tcp", to.String())) }

func (p *line) use(c net.Conn, err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(patience))
	p.c, p.r = c, bufio.NewReader(c)
}

// gets reads one request.
func (p *line) gets(method sip.RequestMethod) *sip.Request {
	p.Helper()
	var head strings.Builder
	length := 0
	for {
		s, err := p.r.ReadString('\n')
		if err != nil {
			p.Fatalf("%s did not come: %v", method, err)
		}
		head.WriteString(s)
		if v, ok := strings.CutPrefix(s, "Content-Length: "); ok {
			for _, d := range strings.TrimSpace(v) {
				length = 10*length + int(d-'0')
			}
		}
		if s == "\r\n" {
			break
		}
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(p.r, body); err != nil {
		p.Fatal(err)
	}
	m, err := sip.Parse(append([]byte(head.String()), body...))
	if err != nil {
		p.Fatal(err)
	}
	req, ok := m.(*sip.Request)
	if !ok || req.Method != method {
		p.Fatalf("came, in place of %s:\n%s", method, m)
	}
	return req
}

func (p *line) answer(req *sip.Request, body string) {
	p.Helper()
	res := sip.Reply(req, 200, "OK", &sip.ContactHeader{Address: uri("sip:bob@" + p.l.Addr().String() + ";transport=tcp")})
	if body != "" {
		res.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
		res.SetBody([]byte(body))
	}
	if _, err := io.WriteString(p.c, res.String()); err != nil {
		p.Fatal(err)
	}
}

// RFC 3261 section 18.1.1: a connection that has gone is opened anew for the next
// request.
func TestConnectionIsOpenedAnew(t *testing.T) {
	t.Run("tcp", func(t *testing.T) {
		w := newWorld(t)
		p := w.overTCP()
		p.isReachedAnew(func(at netip.AddrPort, on func(sip.Flow, error)) { w.stack.Reach("tcp", netip.AddrPort{}, at, on) })
	})
	t.Run("tls", func(t *testing.T) {
		w := newWorld(t)
		p := w.overTLS()
		p.isReachedAnew(func(at netip.AddrPort, on func(sip.Flow, error)) { w.stack.ReachName(host, netip.AddrPort{}, at, on) })
	})
}

func (p *line) isReachedAnew(reach func(at netip.AddrPort, on func(sip.Flow, error))) {
	w := p.world
	at := p.l.Addr().(*net.TCPAddr).AddrPort()
	made := make(chan error, 1)
	reach(at, func(f sip.Flow, err error) {
		made <- err
		w.box.Do(func() {
			w.leg = NewOutbound(&w.cfg, &w.box, w, Outbound{
				Flow: f, URI: uri("sip:bob@" + at.String() + ";transport=tcp"), SDP: []byte(offerA),
				From: Party{"", uri("sip:100@example.com")}, To: Party{"", uri("sip:200@example.com")},
			})
			if err := w.leg.Invite(); err != nil {
				w.tell("%v", err)
			}
		})
	})
	p.accept()
	if err := <-made; err != nil {
		w.Fatal(err)
	}
	p.answer(p.gets(sip.INVITE), answerB)
	p.gets(sip.ACK)
	p.c.Close()
	w.until("closed", func() bool { return w.stack.Stats().Connections == 0 })
	w.do(func(l *Leg) { l.Offer([]byte(offerC), w.offered) })
	p.accept()
	p.answer(p.gets(sip.INVITE), answerD)
	p.gets(sip.ACK)
	w.do(func(l *Leg) { l.Bye() })
	p.answer(p.gets(sip.BYE), "")
}

// A connection without a registration ends when it is idle, but not that of a call.
func TestConnectionOfACallIsKept(t *testing.T) {
	w := newWorld(t)
	w.anew(sip.Config{Idle: 100 * time.Millisecond})
	at, err := w.stack.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &line{world: w}
	p.connect(at)
	from, to := "<sip:200@example.com>;tag=b", "<sip:100@example.com>"
	ask := func(method, body string) {
		fmt.Fprintf(p.c, "%s sip:100@%s SIP/2.0\r\nVia: SIP/2.0/TCP %s;branch=z9hG4bK%s\r\nMax-Forwards: 70\r\nFrom: %s\r\nTo: %s\r\n"+
			"Call-ID: kept\r\nCSeq: 1 %s\r\nContact: <sip:200@%s;transport=tcp>\r\nContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s",
			method, at, p.c.LocalAddr(), method, from, to, method, p.c.LocalAddr(), len(body), body)
	}
	ask("INVITE", offerA)
	w.hears("invited a")
	w.do(func(l *Leg) {
		to += ";tag=" + l.LocalTag()
		l.Accept([]byte(answerB))
	})
	ask("ACK", "")
	w.hears("acknowledged -")
	idle := &line{world: w}
	idle.connect(at)
	if _, err := idle.r.ReadByte(); err != io.EOF {
		t.Fatal(err)
	}
	w.do(func(l *Leg) { l.Bye() })
	for {
		text, err := p.r.ReadString('\n')
		if err != nil {
			t.Fatal("no BYE: ", err)
		}
		if strings.HasPrefix(text, "BYE ") {
			return
		}
	}
}
