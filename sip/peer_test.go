package sip

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"testing"
	"time"

	"github.com/gobwas/ws"
)

// networks are the transports, and the connections among them.
var (
	networks = []string{"udp", "tcp", "tls", "ws", "wss"}
	streams  = networks[1:]
)

// newCertificate is one that signs itself.
func newCertificate(t testing.TB) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<60))
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: serial, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, of, of, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func withCertificate(t testing.TB, c Config) Config {
	c.TLS = &tls.Config{Certificates: []tls.Certificate{newCertificate(t)}}
	return c
}

// trusting is a client's configuration that believes everybody.
func trusting() *tls.Config { return &tls.Config{InsecureSkipVerify: true} }

// call connects as a phone does, on any transport: what is written is one
// message, and so is what is read.
func call(t testing.TB, network string, to netip.AddrPort) net.Conn {
	t.Helper()
	return greet(t, network, to, phoneConn(t, network, to))
}

// phoneConn is the connection before any handshake.
func phoneConn(t testing.TB, network string, to netip.AddrPort) net.Conn {
	t.Helper()
	if network != "udp" {
		network = "tcp"
	}
	c, err := net.Dial(network, to.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(patience))
	return c
}

// greet shakes hands on a connection.
func greet(t testing.TB, network string, to netip.AddrPort, c net.Conn) net.Conn {
	t.Helper()
	if network == "tls" || network == "wss" {
		secure := tls.Client(c, trusting())
		if err := secure.Handshake(); err != nil {
			t.Fatal(err)
		}
		c = secure
	}
	if network == "ws" || network == "wss" {
		w, _, err := openWeb(c, to, "/", nil)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	return c
}

// openWeb asks for a WebSocket; h may be nil.
func openWeb(c net.Conn, to netip.AddrPort, path string, h http.Header) (*web, ws.Handshake, error) {
	d := ws.Dialer{Protocols: []string{"sip"}, Header: ws.HandshakeHeaderHTTP(h)}
	r, got, err := d.Upgrade(c, &url.URL{Scheme: "ws", Host: to.String(), Path: path})
	if r == nil {
		r = bufio.NewReader(c)
	}
	return &web{Conn: c, r: r}, got, err
}

// web is a WebSocket from the client's side.
type web struct {
	net.Conn
	r *bufio.Reader
}

// Write sends a text message.
func (w *web) Write(b []byte) (int, error) { return len(b), w.frame(ws.OpText, true, string(b)) }

func (w *web) frame(op ws.OpCode, fin bool, payload string) error {
	_, err := w.Conn.Write(ws.MustCompileFrame(ws.MaskFrame(ws.NewFrame(op, fin, []byte(payload)))))
	return err
}

// Read gives the next data message.
func (w *web) Read(b []byte) (int, error) {
	for {
		h, payload, err := w.next()
		if err != nil {
			return 0, err
		}
		switch h.OpCode {
		case ws.OpText, ws.OpBinary:
			return copy(b, payload), nil
		case ws.OpClose:
			return 0, io.EOF
		}
	}
}

// next gives the next frame.
func (w *web) next() (ws.Header, []byte, error) {
	h, err := ws.ReadHeader(w.r)
	if err != nil {
		return h, nil, err
	}
	payload := make([]byte, h.Length)
	_, err = io.ReadFull(w.r, payload)
	return h, payload, err
}

func newReader(r io.Reader) *bufio.Reader { return bufio.NewReader(r) }

// hangsUp waits for the end of a connection.
func hangsUp(t testing.TB, c net.Conn) {
	t.Helper()
	b := make([]byte, maxMessage)
	for {
		_, err := c.Read(b)
		if e, ok := err.(net.Error); ok && e.Timeout() {
			t.Fatal("the connection is still open")
		}
		if err != nil {
			return
		}
	}
}
