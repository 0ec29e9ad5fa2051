package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"time"
)

// settle is for the garbage of many registrations to be collected and given
// back.
const settle = 15 * time.Second

// memory starts a server with many phones, registers each once, starts it again
// and tells what it needed each time.
func memory(ctx context.Context, args []string, out io.Writer) error {
	var p place
	f := flag.NewFlagSet("memory", flag.ContinueOnError)
	n := f.Int("n", 100_000, "phones")
	f.StringVar(&p.binary, "server", "bin/ringfence", "the server")
	sip := f.String("sip", "127.0.0.1:25060", "where it shall listen")
	f.StringVar(&p.http, "http", "127.0.0.1:28080", "and its API")
	f.StringVar(&p.prov, "prov", "127.0.0.1:28081", "and provisioning")
	f.StringVar(&p.registrations, "registrations", "durable", "durable or memory, as the server has it")
	f.IntVar(&p.cpu, "cpu", -1, "the core that it runs on; -1: any")
	if err := parse(f, args); err != nil {
		return err
	}
	var err error
	if p.sip, err = netip.ParseAddrPort(*sip); err != nil {
		return err
	}
	if p.data, err = os.MkdirTemp("", "loadgen-memory-"); err != nil {
		return err
	}
	accounts, err := fill(ctx, p.data, *n, nil)
	if err == nil {
		err = census(ctx, p, accounts, out)
	}
	return errors.Join(err, os.RemoveAll(p.data))
}

// census is the two starts.
func census(ctx context.Context, p place, accounts []account, out io.Writer) error {
	empty, err := p.start(ctx)
	if err != nil {
		return err
	}
	err = crowd(ctx, empty, p, accounts, out)
	if err = errors.Join(err, empty.stop()); err != nil {
		return err
	}
	full, err := p.start(ctx)
	if err != nil {
		return err
	}
	time.Sleep(settle)
	_, err = tell(out, full, fmt.Sprintf("started again, with the bindings; first answer after %s", short(full.awoke)))
	return errors.Join(err, full.stop())
}

// crowd registers all phones.
func crowd(ctx context.Context, s *ringfence, p place, accounts []account, out io.Writer) error {
	time.Sleep(settle)
	before, err := tell(out, s, fmt.Sprintf("started, %d phones, none registered; first answer after %s", len(accounts), short(s.awoke)))
	if err != nil {
		return err
	}
	all := plan{opening: opening{domain: p.sip.Addr().String(), expires: 7200}, server: p.sip}
	f, err := newFleet(ctx, all, accounts)
	if err != nil {
		return err
	}
	defer f.close()
	begun := time.Now()
	if err := warm(f, all); err != nil {
		return err
	}
	took := time.Since(begun)
	time.Sleep(settle)
	after, err := tell(out, s, fmt.Sprintf("all registered, each for the first time, in %.1f s", took.Seconds()))
	fmt.Fprintf(out, "%.0f bytes a binding\n", float64(after-before)/float64(len(accounts)))
	return err
}

// tell prints what the server needs now.
func tell(out io.Writer, s *ringfence, when string) (pss int64, err error) {
	rss, pss, err := s.process().memory()
	fmt.Fprintf(out, "%s: RSS %s, PSS %s\n", when, mib(rss), mib(pss))
	return pss, err
}
