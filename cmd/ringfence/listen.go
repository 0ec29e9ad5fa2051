package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
)

// sipListener is one --sip listener.
type sipListener struct {
	network string // udp, tcp, tls, ws, wss
	addr    netip.AddrPort
	port    uint16
}

// String is the form of the flag.
func (l sipListener) String() string { return l.network + "://" + l.addr.String() }

// parseListener reads NETWORK://ADDRESS:PORT.
func parseListener(text string) (sipListener, error) {
	network, hostPort, ok := strings.Cut(text, "://")
	addr, err := netip.ParseAddrPort(hostPort)
	if !ok || err != nil || !slices.Contains([]string{"udp", "tcp", "tls", "ws", "wss"}, network) {
		return sipListener{}, fmt.Errorf("--sip: %q is not a listener such as udp://0.0.0.0:5060, tcp://0.0.0.0:5060, tls://0.0.0.0:5061, ws://0.0.0.0:5062 or wss://0.0.0.0:5063", text)
	}
	return sipListener{network: network, addr: addr, port: addr.Port()}, nil
}

// secure says whether the listener needs a certificate.
func (l sipListener) secure() bool { return l.network == "tls" || l.network == "wss" }

// web says whether it is for browsers, and not for desk phones.
func (l sipListener) web() bool { return l.network == "ws" || l.network == "wss" }

// forPhones is the listener that desk phones are pointed at: the first that they
// can speak to.
func forPhones(listeners []sipListener) sipListener {
	for _, l := range listeners {
		if !l.web() {
			return l
		}
	}
	return listeners[0]
}

// sipListeners are those of the configuration, in their order.
func (c *Config) sipListeners() ([]sipListener, error) {
	all := make([]sipListener, 0, len(c.SIP))
	for _, text := range c.SIP {
		l, err := parseListener(text)
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, nil
}

// listen opens every socket. On an error those that are open are closed with
// the house.
func (s *house) listen(ctx context.Context, c Config) error {
	all, err := c.sipListeners()
	if err != nil {
		return err
	}
	for _, l := range all {
		asked := l.String()
		if l.addr, err = s.stack.Listen(l.network, l.addr.String()); err != nil {
			return fmt.Errorf("--sip %s: %w", asked, err)
		}
		s.sip = append(s.sip, l)
	}
	s.prov.RegisterAt(forPhones(s.sip).addr.Port()) // now known, where the system chose it
	api := newWebServer(withMetrics(s.api, s.stats, s.keepalives.trips), c.TrustedProxies, s.log)
	if err := api.listen(ctx, c.HTTP, s.tls); err != nil {
		return fmt.Errorf("--http %s: %w", c.HTTP, err)
	}
	s.web = append(s.web, api)
	return s.listenProvision(ctx, c)
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
	task("trunks", s.lines.run(ctx))
	task("keepalive", func() error { return s.keepalives.run(ctx, s.stack) })
	task("resync", func() error { s.tellOfChanges(ctx); return nil })
	s.watched.Add(1)
	task("lamps", func() error {
		defer s.watched.Done()
		return s.lamps.Load().Run(ctx)
	})
	task("guard", func() error { s.guard.Run(ctx); return nil })
	task("geoip", func() error {
		s.geo.Watch(ctx, geoipInterval, func(err error) { s.log.Error("geoip database not re-read, the old one stays", "error", err) })
		return nil
	})
	task("redirection", func() error { s.redirects.Load().Run(ctx); return nil })
	task("call records", func() error { s.keepForgetting(ctx); return nil })
	for _, w := range s.web {
		task("http", w.serve)
	}
	if s.tftp != nil {
		task("tftp", s.tftp.Serve)
	}
	return failed
}

// drain refuses new calls and lets those that run end until ctx does; then they
// are ended on both sides, which is a clean stop too.
func (s *house) drain(ctx context.Context) {
	s.stopping.Store(true)
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
	if s.tftp != nil {
		s.tftp.Close()
	}
	errs = append(errs, s.provFiles.Close())
	if s.lines != nil {
		s.lines.running.Wait() // the stack carries their goodbyes
	}
	s.watched.Wait() // likewise
	if s.stack != nil {
		errs = append(errs, s.stack.Close(ctx))
	}
	if s.media != nil {
		errs = append(errs, s.media.Close())
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
