package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Limits of both HTTP servers: a slow or silent client costs no more than this.
const (
	headerTimeout  = 10 * time.Second
	readTimeout    = 30 * time.Second
	writeTimeout   = 60 * time.Second // an event stream sets its own, write by write
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 16 << 10 // net/http reads 4 KiB more before it refuses
)

// webServer is one HTTP listener and its server.
type webServer struct {
	server   *http.Server
	listener *crowd
	proxies  []netip.Prefix
}

func newWebServer(h http.Handler, proxies []netip.Prefix, log *slog.Logger) *webServer {
	return &webServer{proxies: proxies, server: &http.Server{
		Handler: h, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug), // strangers' broken requests
	}}
}

// validWeb judges the address of an HTTP listener. One that is empty would be any
// port of every address.
func validWeb(flag, addr string) error {
	_, port, err := net.SplitHostPort(hostPort(addr))
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("%s: %q is not an address such as 127.0.0.1:8080 or https://127.0.0.1:8443", flag, addr)
	}
	return nil
}

func hostPort(addr string) string {
	return strings.TrimPrefix(strings.TrimPrefix(addr, "https://"), "http://")
}

// listen takes HOST:PORT or http://HOST:PORT for plain HTTP, https://HOST:PORT
// for TLS with the certificate.
func (w *webServer) listen(ctx context.Context, addr string, certificate *tls.Config) error {
	if isHTTPS(addr) {
		if certificate == nil {
			return errors.New("TLS needs --tls-cert and --tls-key")
		}
		w.server.TLSConfig = certificate.Clone()
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", hostPort(addr))
	if err != nil {
		return err
	}
	w.listener = newCrowd(l.(*net.TCPListener), w.proxies) // as "tcp" always is
	return nil
}

// isHTTPS says whether a listener's address asks for TLS.
func isHTTPS(addr string) bool { return strings.HasPrefix(addr, "https://") }

func (w *webServer) addr() netip.AddrPort {
	return w.listener.Addr().(*net.TCPAddr).AddrPort()
}

func (w *webServer) serve() error {
	var err error
	if w.server.TLSConfig != nil {
		err = w.server.ServeTLS(w.listener, "", "")
	} else {
		err = w.server.Serve(w.listener)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// close lets running requests end until ctx does.
func (w *webServer) close(ctx context.Context) error {
	if err := w.server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("stop http: %w", err), w.server.Close())
	}
	// A listener that was opened and never served is not the server's yet.
	if err := w.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("stop http: %w", err)
	}
	return nil
}
