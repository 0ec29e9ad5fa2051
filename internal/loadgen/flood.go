package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// watchEvery is how often the server's memory is looked at.
const watchEvery = 100 * time.Millisecond

// floodSettings are the flags of flood.
type floodSettings struct {
	refreshes        plan
	mob              mob
	server, accounts string
	phones, pid      int
	calm             time.Duration // how long the phones refresh before the flood and after it
	grow             int64         // MiB
}

func floodFlags(args []string) (s floodSettings, err error) {
	f := flag.NewFlagSet("flood", flag.ContinueOnError)
	f.StringVar(&s.server, "server", "127.0.0.1:5060", "where the registrar listens, on loopback")
	f.StringVar(&s.mob.domain, "domain", "127.0.0.1", "its domain and realm")
	f.StringVar(&s.accounts, "accounts", "accounts", "file of the phones' accounts")
	f.IntVar(&s.phones, "phones", 1000, "phones that refresh")
	f.Float64Var(&s.refreshes.rate, "refreshes", 500, "refreshes a second, of all phones together")
	mode := f.String("mode", "reuse", "reuse: with the nonce that is known; full: each refresh is challenged")
	f.IntVar(&s.mob.count, "n", 1_000_000, "messages of strangers")
	f.IntVar(&s.mob.sources, "sources", 100_000, "addresses that they come from")
	f.IntVar(&s.mob.ports, "ports", 64, "and ports")
	f.Float64Var(&s.mob.rate, "rate", 50_000, "messages of strangers a second; 0: as many as leave this machine")
	f.DurationVar(&s.calm, "calm", 3*time.Second, "how long the phones refresh before the flood and after it")
	f.IntVar(&s.pid, "pid", 0, "process id of the server, for its memory")
	f.Int64Var(&s.grow, "grow", 64, "MiB that it may grow by")
	if err = parse(f, args); err != nil {
		return s, err
	}
	if s.mob.sources < s.mob.ports || s.mob.ports < 1 {
		return s, errors.New("-sources must be at least -ports, and -ports at least 1")
	}
	s.mob.transport, s.mob.expires = "UDP", 3600
	s.mob.server, err = netip.ParseAddrPort(s.server)
	s.refreshes.opening, s.refreshes.server = s.mob.opening, s.mob.server
	s.refreshes.flights, s.refreshes.afresh = math.MaxInt, *mode == "full"
	return s, err
}

// flood fails when a refresh did, or when the server grew too much.
func flood(ctx context.Context, args []string, out io.Writer) error {
	s, err := floodFlags(args)
	if err != nil {
		return err
	}
	accounts, err := readAccounts(s.accounts, s.phones)
	if err != nil {
		return err
	}
	f, err := newFleet(ctx, s.refreshes, accounts)
	if err != nil {
		return err
	}
	defer f.close()
	if err := warm(f, s.refreshes); err != nil {
		return err
	}
	s.mob.known = accounts
	d := disaster{settings: s, fleet: f, out: out, server: process{s.pid}}
	return d.run(ctx)
}

// disaster is one flood, from the calm before to the calm after.
type disaster struct {
	settings floodSettings
	fleet    *fleet
	server   process
	out      io.Writer
	failed   int // refreshes
}

func (d *disaster) run(ctx context.Context) error {
	if err := d.calm("before"); err != nil {
		return err
	}
	before, _, err := d.server.memory()
	if err != nil {
		return err
	}
	most, err := d.storm(ctx)
	if err != nil {
		return err
	}
	if err := d.calm("after"); err != nil {
		return err
	}
	after, _, err := d.server.memory()
	if err != nil {
		return err
	}
	fmt.Fprintf(d.out, "memory (RSS): %s before, at most %s during, %s after\n", mib(before), mib(most), mib(after))
	if d.failed > 0 {
		return fmt.Errorf("%d refreshes failed", d.failed)
	}
	if grown := max(most, after) - before; grown > d.settings.grow<<20 {
		return fmt.Errorf("the server grew by %s, more than %d MiB", mib(grown), d.settings.grow)
	}
	return nil
}

// calm refreshes for a while.
func (d *disaster) calm(when string) error {
	p := d.settings.refreshes
	p.lasting = d.settings.calm
	return d.refresh(p, when)
}

func (d *disaster) refresh(p plan, when string) error {
	t, err := d.fleet.drive(p, func() {})
	if err != nil {
		return err
	}
	d.failed += t.failedInAll()
	fmt.Fprintf(d.out, "refreshes %s: %d of %d succeeded (%s), p50 %s, p99 %s, %d retransmissions\n", when, len(t.took),
		len(t.took)+t.failedInAll(), t.whyFailed(), short(t.quantile(.5)), short(t.quantile(.99)), t.retransmitted)
	return nil
}

// storm refreshes while the strangers are there. It returns the most memory
// that the server had.
func (d *disaster) storm(ctx context.Context) (most int64, err error) {
	m := d.settings.mob
	if err := m.open(ctx); err != nil {
		return 0, err
	}
	var over atomic.Bool
	var all sync.WaitGroup
	var mobErr, watchErr error
	all.Go(func() {
		defer over.Store(true)
		mobErr = m.run()
	})
	all.Go(func() { most, watchErr = d.watch(&over) })
	p := d.settings.refreshes
	p.over = over.Load
	err = d.refresh(p, "during")
	all.Wait()
	fmt.Fprintln(d.out, m.String())
	return most, firstOf(err, mobErr, watchErr)
}

// watch returns the most memory that it has seen.
func (d *disaster) watch(over *atomic.Bool) (most int64, err error) {
	for !over.Load() {
		rss, _, err := d.server.memory()
		if err != nil {
			return most, err
		}
		most = max(most, rss)
		time.Sleep(watchEvery)
	}
	return most, nil
}
