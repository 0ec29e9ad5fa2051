package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"time"
)

// hooks are what differs between the program and its tests.
type hooks struct {
	stdout, log io.Writer
	ready       func(addresses) // called once when everything listens
}

// addresses are where the server listens, with the ports that it got.
type addresses struct {
	sip  map[string]netip.AddrPort // by transport; the first of each
	http netip.AddrPort
	prov netip.AddrPort

	provTLS, tftp netip.AddrPort // zero where there is none
}

// run serves until ctx ends, then stops in order: no new work, calls end within
// the deadline, everything that was started is waited for. It returns nil after
// a clean stop.
func run(ctx context.Context, c Config, h hooks) error {
	log := newLogger(h.log, c)
	s, err := begin(ctx, c, h, log)
	switch {
	case err != nil && ctx.Err() != nil: // who stops it while it starts gets what was asked for
		log.Info("stopped before it was ready", "reason", err)
		return nil
	case err != nil:
		return err
	}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	failed := s.start(work)
	s.welcome(c, h)
	select {
	case <-ctx.Done():
		log.Info("stopping", "deadline", c.StopTimeout)
	case err = <-failed:
	}
	deadline, cancel := context.WithTimeout(context.Background(), c.StopTimeout)
	defer cancel()
	s.drain(deadline)
	stop()
	final, cancelFinal := context.WithTimeout(context.Background(), closeTimeout)
	defer cancelFinal()
	return errors.Join(err, s.close(final))
}

// begin opens everything up to the first employee. On an error nothing is left
// open.
func begin(ctx context.Context, c Config, h hooks, log *slog.Logger) (*house, error) {
	s, err := open(ctx, c, log)
	if err != nil {
		return nil, err
	}
	if err = s.listen(ctx, c); err == nil {
		err = s.firstStart(ctx, c, h.stdout)
	}
	if err != nil {
		return nil, errors.Join(err, s.close(context.Background()))
	}
	return s, nil
}

// closeTimeout bounds what comes after the calls have ended.
const closeTimeout = 10 * time.Second

// welcome says where everything listens, in the log and to the tests.
func (s *house) welcome(c Config, h hooks) {
	a := s.addresses()
	s.log.Info("ready", "http", a.http, "prov", a.prov, "sip", s.sip, "domain", c.Domain, "phones", s.book.Len(), "geoip", s.geo.Source().Name)
	if h.ready != nil {
		h.ready(a)
	}
}

// firstStart creates the employee admin when there is nobody who could log in,
// and prints the password, this once.
func (s *house) firstStart(ctx context.Context, c Config, stdout io.Writer) error {
	if c.AdminToken != "" {
		return nil
	}
	return s.firstEmployee(ctx, func(password string) error {
		_, err := fmt.Fprintf(stdout, "First start: log in as admin with the password %s (shown only once).\n", password)
		return err
	})
}
