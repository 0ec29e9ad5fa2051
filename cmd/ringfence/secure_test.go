package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"

	"ringfence/sip"
	"ringfence/sip/digest"
)

// pair is the files of a certificate.
type pair struct{ cert, key string }

func newPair(t *testing.T) pair {
	dir := t.TempDir()
	return pair{filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")}
}

// issue writes a certificate that signs itself, dated so that it is newer than
// any before, and returns it.
func (p pair) issue(t *testing.T, serial int64) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(serial), NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, of, of, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{p.key: {Type: "PRIVATE KEY", Bytes: private}, p.cert: {Type: "CERTIFICATE", Bytes: cert}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(p.cert, time.Time{}, time.Now().Add(time.Duration(serial)*time.Second)); err != nil {
		t.Fatal(err)
	}
	return cert
}

// rawPhone speaks SIP over a connection that it opens, one message at a time.
type rawPhone struct {
	net.Conn
	t       *testing.T
	network string
	r       *bufio.Reader
	made    object // what the API says of it
	seq     int
}

func connect(t *testing.T, network string, to netip.AddrPort) *rawPhone {
	t.Helper()
	var d net.Dialer
	c, err := d.DialContext(t.Context(), "tcp", to.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if network == "tls" || network == "wss" {
		secure := tls.Client(c, &tls.Config{InsecureSkipVerify: true})
		if err := secure.HandshakeContext(t.Context()); err != nil {
			t.Fatal(err)
		}
		c = secure
	}
	p := &rawPhone{Conn: c, t: t, network: network, r: bufio.NewReader(c)}
	if p.web() {
		if _, _, err := (ws.Dialer{Protocols: []string{"sip"}}).Upgrade(c, &url.URL{Host: to.String(), Path: "/"}); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func (p *rawPhone) web() bool { return strings.HasPrefix(p.network, "ws") }

func (p *rawPhone) send(text string) {
	p.t.Helper()
	b := []byte(text)
	if p.web() {
		b = ws.MustCompileFrame(ws.MaskFrame(ws.NewTextFrame(b)))
	}
	if _, err := p.Write(b); err != nil {
		p.t.Fatal(err)
	}
}

// hear reads the next message. What is longer than one read does not occur here.
func (p *rawPhone) hear() sip.Message {
	p.t.Helper()
	b := make([]byte, 65536)
	var n int
	var err error
	if p.web() {
		var h ws.Header
		if h, err = ws.ReadHeader(p.r); err == nil {
			n, err = io.ReadFull(p.r, b[:h.Length])
		}
	} else {
		n, err = p.r.Read(b)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	m, err := sip.Parse(b[:n])
	if err != nil {
		p.t.Fatalf("%v in %q", err, b[:n])
	}
	return m
}

// register sends a REGISTER, and again with an answer to the challenge.
func (p *rawPhone) register() *sip.Response {
	p.t.Helper()
	res := p.ask("")
	ch, ok := digest.Best([]string{res.GetHeader("WWW-Authenticate").Value()}, "")
	if !ok {
		p.t.Fatalf("no challenge in %v", res)
	}
	signed, err := digest.Answer(ch, p.made.text("username"), p.made.text("password"), "REGISTER", "sip:ringfence.local", "cnonce", 1)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.ask("Authorization: " + signed + "\r\n")
}

func (p *rawPhone) ask(authorization string) *sip.Response {
	p.t.Helper()
	p.seq++
	user, via := p.made.text("username"), strings.ToUpper(p.network)
	p.send(fmt.Sprintf("REGISTER sip:ringfence.local SIP/2.0\r\nVia: SIP/2.0/%s phone.invalid;branch=z9hG4bK%d\r\nMax-Forwards: 70\r\n"+
		"From: <sip:%s@ringfence.local>;tag=1\r\nTo: <sip:%s@ringfence.local>\r\nCall-ID: %s\r\nCSeq: %d REGISTER\r\n"+
		"Contact: <sip:%s@phone.invalid;transport=%s>\r\n%sContent-Length: 0\r\n\r\n",
		via, p.seq, user, user, user, p.seq, user, strings.Replace(p.network, "wss", "ws", 1), authorization))
	return p.hear().(*sip.Response)
}

// secured is a server with every transport.
func secured(t *testing.T, files pair) *running {
	t.Helper()
	return start(t, t.TempDir(), func(c *Config) {
		c.TLSCert, c.TLSKey = files.cert, files.key
		for _, network := range []string{"tls", "ws", "wss"} {
			c.SIP = append(c.SIP, network+"://127.0.0.1:0")
		}
	})
}

// A phone that came by a connection is called on it, and is offline as soon as
// it closes.
func TestPhonesOnConnections(t *testing.T) {
	files := newPair(t)
	files.issue(t, 1)
	o := newOffice(t, secured(t, files))
	caller, _ := o.phone("200", "000413000001", "127.0.0.1", nil)
	if _, err := caller.Register(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	for i, network := range []string{"tcp", "tls", "ws", "wss"} {
		t.Run(network, func(t *testing.T) {
			o.t = t
			number := fmt.Sprint(201 + i)
			_, made := o.phone(number, fmt.Sprintf("00041300001%d", i), "127.0.0.1", nil)
			p := connect(t, network, o.sip[network])
			p.made = made
			if res := p.register(); res.StatusCode != 200 {
				t.Fatalf("answered %d %s", res.StatusCode, res.Reason)
			}
			status := func() object { return o.get("/pbx/sipphone/" + made.text("_id")).object("status") }
			if st := status(); st["online"] != true || st.text("transport") != network {
				t.Errorf("registered: %v", st)
			}
			go caller.Call(t.Context(), number)
			invite := p.hear().(*sip.Request)
			contact, _ := invite.Contact().Address.UriParams.Get("transport")
			if got := string(invite.Method) + " " + invite.Via().Transport + " " + contact; got != "INVITE "+strings.ToUpper(network)+" "+strings.Replace(network, "wss", "ws", 1) {
				t.Errorf("called by %s", got)
			}
			p.Close()
			for st := status(); st["online"] != false; st = status() {
				if t.Context().Err() != nil {
					t.Fatalf("closed: %v", st)
				}
			}
		})
	}
}

// The certificate changes under way: who is connected stays, who comes sees the
// new one.
func TestCertificateIsReadAgain(t *testing.T) {
	files := newPair(t)
	files.issue(t, 1)
	o := newOffice(t, secured(t, files))
	_, made := o.phone("200", "000413000001", "127.0.0.1", nil)
	old := connect(t, "tls", o.sip["tls"])
	old.made = made
	old.register()
	renewed := files.issue(t, 2)
	for _, network := range []string{"tls", "wss"} {
		shown := connect(t, network, o.sip[network]).Conn.(*tls.Conn).ConnectionState().PeerCertificates[0].Raw
		if string(shown) != string(renewed) {
			t.Errorf("%s: the old certificate is shown", network)
		}
	}
	if res := old.register(); res.StatusCode != 200 {
		t.Errorf("on the old connection: %d", res.StatusCode)
	}
}

// Desk phones are pointed at the first listener that they can speak to.
func TestDeskPhonesAreNotSentToAWebSocket(t *testing.T) {
	c := Config{SIP: []string{"ws://127.0.0.1:5062", "tcp://127.0.0.1:5060", "udp://127.0.0.1:5061"}}
	all, err := c.sipListeners()
	if err != nil {
		t.Fatal(err)
	}
	if got := forPhones(all).String(); got != "tcp://127.0.0.1:5060" {
		t.Errorf("they are sent to %s", got)
	}
}
