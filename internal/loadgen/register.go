package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math"
	"net/netip"
	"time"
)

// runner is a fleet, over UDP or TCP, or an office.
type runner interface {
	// drive runs a plan; atEnd is called when no more begin.
	drive(p plan, atEnd func()) (*tally, error)
	close()
}

// settings are the flags of register.
type settings struct {
	plan
	accounts, proto, mode string
	listener              string
	label, rowFile        string
	phones, pid           int
	warm                  bool
}

func registerFlags(args []string) (s settings, err error) {
	f := flag.NewFlagSet("register", flag.ContinueOnError)
	f.StringVar(&s.listener, "server", "127.0.0.1:5060", "where the registrar listens")
	f.StringVar(&s.domain, "domain", "127.0.0.1", "its domain and realm")
	f.StringVar(&s.accounts, "accounts", "accounts", "file of the phones' accounts")
	f.IntVar(&s.phones, "phones", 0, "use so many of them; 0: all")
	f.StringVar(&s.proto, "proto", "udp", "udp, or tcp with a connection for each phone")
	f.StringVar(&s.mode, "mode", "full", "full: REGISTER, 401, REGISTER, 200; reuse: with the nonce that is known")
	f.IntVar(&s.flights, "w", 64, "registrations under way at a time")
	f.Float64Var(&s.rate, "rate", 0, "registrations a second; 0: as many as are answered")
	f.DurationVar(&s.lasting, "d", 4*time.Second, "how long; 0: each phone once")
	f.BoolVar(&s.warm, "warm", true, "register each phone once before it is measured")
	f.IntVar(&s.expires, "expires", 3600, "what the phones ask for, in seconds")
	f.IntVar(&s.pid, "pid", 0, "process id of the server, for its processor time and memory")
	f.StringVar(&s.label, "label", "registrar", "how the result is called")
	f.StringVar(&s.rowFile, "row", "", "file that the result is appended to, for table")
	if err = parse(f, args); err != nil {
		return s, err
	}
	s.afresh = s.mode == "full"
	if !s.afresh && s.mode != "reuse" {
		return s, fmt.Errorf("-mode is full or reuse, not %q", s.mode)
	}
	if s.rate > 0 {
		s.flights = math.MaxInt
	}
	s.server, err = netip.ParseAddrPort(s.listener)
	return s, err
}

func register(ctx context.Context, args []string, out io.Writer) error {
	s, err := registerFlags(args)
	if err != nil {
		return err
	}
	accounts, err := readAccounts(s.accounts, s.phones)
	if err != nil {
		return err
	}
	r, err := newRunner(ctx, s, accounts)
	if err != nil {
		return err
	}
	defer r.close()
	if s.warm {
		if err := warm(r, s.plan); err != nil {
			return err
		}
	}
	result, err := measure(r, s.plan, process{s.pid}, row{Label: s.label, What: "registrations"})
	if err != nil {
		return err
	}
	fmt.Fprintln(out, result)
	return result.keep(s.rowFile)
}

func newRunner(ctx context.Context, s settings, accounts []account) (runner, error) {
	switch s.proto {
	case "udp":
		return newFleet(ctx, s.plan, accounts)
	case "tcp":
		return connect(ctx, s.plan, accounts)
	}
	return nil, fmt.Errorf("-proto is udp or tcp, not %q", s.proto)
}

// warm registers each phone once, so that fences have closed and bindings are
// there. All must succeed.
func warm(r runner, p plan) error {
	p.lasting, p.rate, p.flights, p.brittle = 0, 0, 64, true
	t, err := r.drive(p, func() {})
	if err == nil && t.failedInAll() > 0 {
		err = fmt.Errorf("of the first registrations %s", t.whyFailed())
	}
	return err
}

// measure runs the plan; result is the row that it fills.
func measure(r runner, p plan, server process, result row) (row, error) {
	before, err := server.cpu()
	if err != nil {
		return row{}, err
	}
	var after time.Duration
	var asked error
	t, err := r.drive(p, func() {
		after, asked = server.cpu()
		if asked == nil {
			result.RSS, result.PSS, asked = server.memory()
		}
	})
	if err != nil || asked != nil {
		return row{}, fmt.Errorf("measure: %w", firstOf(err, asked))
	}
	result.fill(t, after-before)
	return result, nil
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
