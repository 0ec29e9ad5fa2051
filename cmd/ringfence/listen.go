package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
)

// sipListener is one --sip listener.
type sipListener struct {
	network string // udp, tcp
	addr    netip.AddrPort
	port    uint16
}

// String is the form of the flag.
func (l sipListener) String() string { return l.network + "://" + l.addr.String() }

// parseListener reads udp://ADDRESS:PORT or tcp://ADDRESS:PORT.
func parseListener(text string) (sipListener, error) {
	network, hostPort, ok := strings.Cut(text, "://")
	addr, err := netip.ParseAddrPort(hostPort)
	if !ok || err != nil || network != "udp" && network != "tcp" {
		return sipListener{}, fmt.Errorf("--sip: %q is not a listener such as udp://0.0.0.0:5060 or tcp://0.0.0.0:5060", text)
	}
	return sipListener{network: network, addr: addr, port: addr.Port()}, nil
}

// listen opens every socket. On an error those that are open are closed with
// the house.
func (s *house) listen(ctx context.Context, c Config) error {
	for _, text := range c.SIP {
		l, err := parseListener(text)
		if err != nil {
			return err
		}
		if l.addr, err = s.stack.Listen(l.network, l.addr.String()); err != nil {
			return fmt.Errorf("--sip %s: %w", text, err)
		}
		s.sip = append(s.sip, l)
	}
	s.prov.SIP.Port = s.sip[0].addr.Port() // now known, where the system chose it
	for _, w := range []struct {
		flag, addr string
		server     *webServer
	}{{"--http", c.HTTP, newWebServer(withMetrics(s.api, s.stats), c.TrustedProxies, s.log)}, {"--prov", c.Prov, newWebServer(s.prov, c.TrustedProxies, s.log)}} {
		if err := w.server.listen(ctx, w.addr, c.TLSCert, c.TLSKey); err != nil {
			return fmt.Errorf("%s %s: %w", w.flag, w.addr, err)
		}
		s.web = append(s.web, w.server)
	}
	return nil
}

// tasks are goroutines that run until their context ends.
type tasks struct{ sync.WaitGroup }

// start lets everything run. The channel gets the first error of a task that
// should not have ended.
func (s *house) start(ctx context.Context) <-chan error {
	failed := make(chan error, 1)
	task := func(name string, f func() error) {
		s.background.Go(func() {
			if err := f(); err != nil && ctx.Err() == nil {
				select {
				case failed <- fmt.Errorf("%s: %w", name, err):
				default:
				}
			}
		})
	}
	s.tellWebhooks(ctx)
	task("registrar", func() error { return s.registrar.Run(ctx) })
	task("geoip", func() error {
		s.geo.Watch(ctx, geoipInterval, func(err error) { s.log.Error("geoip database not re-read, the old one stays", "error", err) })
		return nil
	})
	task("call records", func() error { s.keepForgetting(ctx); return nil })
	for _, w := range s.web {
		task("http", w.serve)
	}
	return failed
}

// drain refuses new calls and lets those that run end until ctx does; then they
// are ended on both sides, which is a clean stop too.
func (s *house) drain(ctx context.Context) {
	if err := s.calls.Close(ctx); err != nil {
		s.log.Warn("calls were cut short", "reason", err)
	}
}

// close ends what is open, top down, and waits for it.
func (s *house) close(ctx context.Context) error {
	var errs []error
	if s.api != nil {
		s.api.Close()
	}
	for _, w := range s.web {
		errs = append(errs, w.close(ctx))
	}
	if s.stack != nil {
		errs = append(errs, s.stack.Close(ctx))
	}
	if s.silence != nil {
		s.silence()
	}
	s.background.Wait()
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	if s.geo != nil {
		errs = append(errs, s.geo.Close())
	}
	return errors.Join(errs...)
}
