package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/netip"
	"time"
)

// noMedia is the port that SDPs name where no media flows.
const noMedia = 9

// callSettings are the flags that all commands with calls have in common.
type callSettings struct {
	plan
	manners
	accounts, listener, dial, mode string
	phones, callers, pid           int
	label, rowFile                 string
}

// callFlags are those of command name; the caller adds its own.
func callFlags(name string, s *callSettings) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.StringVar(&s.listener, "server", "127.0.0.1:5060", "where the server listens, over UDP")
	f.StringVar(&s.domain, "domain", "127.0.0.1", "its domain and realm")
	f.StringVar(&s.accounts, "accounts", "accounts", "file of the phones' accounts and numbers")
	f.IntVar(&s.phones, "phones", 0, "use so many of them; 0: all")
	f.IntVar(&s.callers, "callers", 0, "the first so many call the others; 0: half")
	f.StringVar(&s.dial, "dial", "number", "phones are dialled by number, or by user as at a proxy that knows no numbers")
	f.StringVar(&s.mode, "mode", "full", "full: INVITE, 401, INVITE; reuse: with the nonce that is known")
	f.IntVar(&s.flights, "w", 32, "calls under way at a time")
	f.DurationVar(&s.ring, "ring", 0, "how long they ring")
	f.IntVar(&s.expires, "expires", 3600, "for how long the phones register, in seconds")
	f.IntVar(&s.pid, "pid", 0, "process id of the server, for its processor time and memory")
	f.StringVar(&s.label, "label", "server", "how the result is called")
	f.StringVar(&s.rowFile, "row", "", "file that the result is appended to, for table")
	return f
}

// read reads the line and checks it.
func (s *callSettings) read(f *flag.FlagSet, args []string) (err error) {
	if err := parse(f, args); err != nil {
		return err
	}
	s.afresh, s.byUser = s.mode == "full", s.dial == "user"
	if !s.afresh && s.mode != "reuse" {
		return fmt.Errorf("-mode is full or reuse, not %q", s.mode)
	}
	if !s.byUser && s.dial != "number" {
		return fmt.Errorf("-dial is number or user, not %q", s.dial)
	}
	if s.rate > 0 {
		s.flights = math.MaxInt
	}
	if s.media == 0 {
		s.media = noMedia
	}
	s.server, err = netip.ParseAddrPort(s.listener)
	return err
}

// open registers the phones.
func (s *callSettings) open(ctx context.Context) (*office, error) {
	accounts, err := readAccounts(s.accounts, s.phones)
	if err != nil {
		return nil, err
	}
	if s.callers == 0 {
		s.callers = len(accounts) / 2
	}
	if s.callers < 1 || s.callers >= len(accounts) {
		return nil, fmt.Errorf("%d phones, %d of them callers: nobody is called", len(accounts), s.callers)
	}
	return openOffice(ctx, s.plan, accounts, s.callers, s.manners)
}

// makeCalls is the command calls.
func makeCalls(ctx context.Context, args []string, out io.Writer) error {
	var s callSettings
	f := callFlags("calls", &s)
	f.Float64Var(&s.rate, "rate", 0, "calls a second; 0: as many as end")
	f.DurationVar(&s.lasting, "d", 4*time.Second, "how long new ones begin; 0: until -n have")
	f.IntVar(&s.count, "n", 1000, "how many, with -d 0")
	hold := f.Duration("hold", 0, "from the answer to the BYE")
	if err := s.read(f, args); err != nil {
		return err
	}
	s.hold, s.whole = always(*hold), *hold > 0
	o, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer o.close()
	result, err := measure(o, s.plan, process{s.pid}, row{Label: s.label, What: "calls"})
	if err != nil {
		return err
	}
	fmt.Fprintln(out, result)
	return result.keep(s.rowFile)
}

// always holds calls for the same time.
func always(d time.Duration) func() time.Duration {
	if d == 0 {
		return nil
	}
	return func() time.Duration { return d }
}

// upTo holds calls for any time up to then.
func upTo(dice *rand.Rand, most time.Duration) func() time.Duration {
	return func() time.Duration { return time.Duration(dice.Int64N(int64(most))) }
}
