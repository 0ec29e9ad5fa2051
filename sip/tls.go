package sip

import (
	"context"
	"crypto/tls"
	"errors"
	"slices"
	"time"
)

// What a client may ask for by ALPN on our listeners.
const (
	alpnSIP  = "sip/2"
	alpnHTTP = "http/1.1" // browsers do, for a WebSocket
)

var errNoCertificate = errors.New("no certificate")

// serverTLS is the configuration of a listener. Config.TLS gives the
// certificate; phones have none to show, so they are not asked for one.
func serverTLS(base *tls.Config, network string) *tls.Config {
	c := base.Clone()
	c.MinVersion = max(c.MinVersion, tls.VersionTLS12)
	c.ClientAuth = tls.NoClientCert
	c.NextProtos = nil
	proto := alpnSIP
	if network == "wss" {
		proto = alpnHTTP
	}
	named := c.Clone()
	named.NextProtos = []string{proto}
	// Naming a protocol refuses clients that ask for others alone; so it is only
	// named to those who ask for it.
	c.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if slices.Contains(hello.SupportedProtos, proto) {
			return named, nil
		}
		return nil, nil
	}
	return c
}

// encrypt shakes hands. A handshake that takes too long ends with the line.
func (c *stream) encrypt() error {
	if err := c.hurry(); err != nil {
		return err
	}
	var conn *tls.Conn
	if c.listener != nil {
		conn = tls.Server(c.line, c.listener.tls)
	} else {
		conn = tls.Client(c.line, clientTLS(c.stack.cfg.ClientTLS, c.name))
	}
	if err := conn.HandshakeContext(context.Background()); err != nil { // the line has its own end
		return err
	}
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	c.conn = conn
	return nil
}

// hurry gives one part of the greeting its time.
func (c *stream) hurry() error {
	d := c.stack.cfg.limits.handshake
	c.line.begun = true // nothing that comes gives it more
	if err := c.line.SetWriteDeadline(time.Now().Add(d)); err != nil {
		return err
	}
	c.line.due = time.Now().Add(d)
	return c.line.arm()
}

// hangUp ends the connection when all is written. The goroutine that reads
// closes the socket after it has lingered; when the stack closes there is none.
func (c *stream) hangUp() {
	c.out.mu.Lock()
	conn := c.conn
	c.out.mu.Unlock()
	if t, ok := conn.(*tls.Conn); ok {
		_ = t.CloseWrite()
	}
	_ = c.line.CloseWrite()
	if c.stack.ctx.Err() != nil {
		_ = c.line.Close()
	}
}
