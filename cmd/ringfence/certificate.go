package main

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// certificate is that of all TLS listeners, in two PEM files. It is read again
// when it changes; a broken new pair leaves the old one in use.
type certificate struct {
	cert, key string
	log       *slog.Logger

	mu     sync.Mutex // guards the rest
	loaded *tls.Certificate
	seen   time.Time // modification time of the certificate's file
	fault  string    // why it was not read again, as the log has it already
}

// openTLS reads the certificate, nil when there is none.
func openTLS(cert, key string, log *slog.Logger) (*tls.Config, error) {
	if cert == "" {
		return nil, nil
	}
	c := &certificate{cert: cert, key: key, log: log}
	if err := c.read(); err != nil {
		return nil, fmt.Errorf("read the certificate: %w", err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.current}, nil
}

// current is for each handshake.
func (c *certificate) current(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.loaded
	err := c.read()
	switch expires := c.loaded.Leaf.NotAfter; {
	case err == nil && c.loaded != before:
		c.log.Info("certificate re-read", "file", c.cert, "expires", expires)
	case err != nil && err.Error() != c.fault:
		c.log.Error("certificate not re-read, the old one stays", "file", c.cert, "expires", expires, "error", err)
	}
	c.fault = ""
	if err != nil {
		c.fault = err.Error()
	}
	return c.loaded, nil
}

// read loads the files if they have changed.
func (c *certificate) read() error {
	info, err := os.Stat(c.cert)
	if err != nil || info.ModTime().Equal(c.seen) {
		return err
	}
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err == nil {
		c.loaded, c.seen = &pair, info.ModTime()
	}
	return err
}
