package session

import (
	"bufio"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"ringfence/sip"
)

// line is a peer over TCP.
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

func (p *line) accept() {
	p.Helper()
	c, err := p.l.Accept()
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
	w := newWorld(t)
	p := w.overTCP()
	at := p.l.Addr().(*net.TCPAddr).AddrPort()
	made := make(chan error, 1)
	w.stack.Reach("tcp", netip.AddrPort{}, at, func(f sip.Flow, err error) {
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
	if err := <-made; err != nil {
		t.Fatal(err)
	}
	p.accept()
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
