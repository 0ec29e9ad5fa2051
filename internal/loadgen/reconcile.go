package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/netip"
	"os"
	"sync/atomic"
	"time"
)

// reconciling is one run of the command reconcile.
type reconciling struct {
	place
	phones, kills int
	rate, busy    float64
	hold, least   time.Duration
	most          time.Duration
	grace         grace
	seed          uint64

	out    io.Writer
	dice   *rand.Rand
	api    client
	begun  time.Time
	server *ringfence
	seen   []outcome
	round  int // the first of seen that is of this round
}

func reconcileFlags(args []string) (r reconciling, err error) {
	f := flag.NewFlagSet("reconcile", flag.ContinueOnError)
	f.StringVar(&r.binary, "server", "bin/ringfence", "the server")
	sip := f.String("sip", "127.0.0.1:25060", "where it shall listen")
	f.StringVar(&r.http, "http", "127.0.0.1:28080", "and its API")
	f.StringVar(&r.prov, "prov", "127.0.0.1:28081", "and provisioning")
	f.StringVar(&r.rtp, "rtp-ports", "", "its media ports, if not its default")
	f.StringVar(&r.data, "data", "", "its data folder, which is kept; without one it is temporary")
	f.IntVar(&r.cpu, "cpu", -1, "the core that it runs on; -1: any")
	f.IntVar(&r.phones, "phones", 80, "phones, half of them callers; each pair calls once")
	f.IntVar(&r.kills, "kills", 5, "how often it is killed")
	f.Float64Var(&r.rate, "rate", 100, "calls a second")
	f.Float64Var(&r.busy, "busy", .1, "the part of the calls that is declined")
	f.DurationVar(&r.hold, "hold", time.Second, "the longest conversation")
	f.DurationVar(&r.least, "least", 500*time.Millisecond, "how long it lives at least, among calls")
	f.DurationVar(&r.most, "most", 2*time.Second, "and at most")
	f.DurationVar((*time.Duration)(&r.grace), "grace", 250*time.Millisecond, "the record of a call that ended so shortly before a kill may say that it was interrupted")
	f.Uint64Var(&r.seed, "seed", uint64(time.Now().UnixNano()), "of all that is random")
	if err = parse(f, args); err != nil {
		return r, err
	}
	if r.phones < 2 || r.hold <= 0 || r.most <= r.least {
		return r, errors.New("reconcile: -phones, -hold or -most is too small")
	}
	r.registrations = "durable"
	r.sip, err = netip.ParseAddrPort(*sip)
	return r, err
}

// reconcile kills the server among calls, again and again, and compares its
// call records with what the callers saw: each answered call has exactly one.
func reconcile(ctx context.Context, args []string, out io.Writer) error {
	r, err := reconcileFlags(args)
	if err != nil {
		return err
	}
	r.out, r.dice, r.begun = out, rand.New(rand.NewPCG(r.seed, 1)), time.Now().Add(-time.Minute)
	r.api = client{"http://" + r.http, ourToken}
	fmt.Fprintf(out, "-seed %d\n", r.seed)
	if r.data != "" {
		return r.all(ctx)
	}
	if r.data, err = os.MkdirTemp("", "loadgen-reconcile-"); err != nil {
		return err
	}
	return errors.Join(r.all(ctx), os.RemoveAll(r.data))
}

// all is the lives of the server.
func (r *reconciling) all(ctx context.Context) (err error) {
	if r.server, err = r.start(ctx); err != nil {
		return err
	}
	if err := r.run(ctx); err != nil {
		_ = r.server.cmd.Process.Kill() // it may be dead
		_ = r.server.cmd.Wait()
		return err
	}
	return r.server.stop()
}

func (r *reconciling) run(ctx context.Context) error {
	accounts, err := r.api.make(ctx, r.phones)
	if err != nil {
		return err
	}
	p := plan{opening: opening{domain: r.sip.Addr().String(), expires: 3600}, server: r.sip, rate: r.rate, flights: math.MaxInt}
	o, err := openOffice(ctx, p, accounts, r.phones/2, manners{
		media: noMedia, ring: 2 * tick, hold: upTo(r.dice, r.hold), decline: func() bool { return r.dice.Float64() < r.busy },
	})
	if err != nil {
		return err
	}
	defer o.close()
	o.ended = r.saw
	for n := range r.kills {
		if err := r.life(ctx, o, p); err != nil {
			return err
		}
		if err := r.check(ctx, fmt.Sprintf("kill %d", n+1), 0); err != nil {
			return err
		}
	}
	return r.lastLife(ctx, o, p)
}

// saw is told of calls that have ended.
func (r *reconciling) saw(c *call, status int) {
	one := outcome{pairing: c.pairing, answered: c.answered, parted: c.parted}
	switch {
	case status == 200:
		one.ended = time.Now()
	case status != 0:
		one.refused = status
	}
	r.seen = append(r.seen, one)
}

// pairsLeft is how many calls there may still be.
func (r *reconciling) pairsLeft(o *office) int {
	return o.callers*(len(o.phones)-o.callers) - o.dialled
}

// life is calls until the server is killed, and its next start.
func (r *reconciling) life(ctx context.Context, o *office, p plan) (err error) {
	var dead atomic.Bool
	server := r.server.cmd
	killed := make(chan time.Time, 1)
	length := r.least + time.Duration(r.dice.Int64N(int64(r.most-r.least)))
	kill := time.AfterFunc(length, func() {
		killed <- time.Now()
		_ = server.Process.Kill() // Wait tells
		dead.Store(true)
	})
	defer kill.Stop()
	p.over, p.abrupt, p.count = dead.Load, true, r.pairsLeft(o)
	r.round = len(r.seen)
	if _, err := o.drive(p, func() {}); err != nil {
		return err
	}
	at := <-killed
	_ = r.server.cmd.Wait()                                // it was killed
	if err := o.idle(100 * time.Millisecond); err != nil { // what it has sent before
		return err
	}
	o.forget()
	for i := range r.seen[r.round:] {
		one := &r.seen[r.round+i]
		one.killed = at
		if one.parted.After(at) {
			one.parted = time.Time{}
		}
	}
	r.server, err = r.start(ctx)
	return err
}

// lastLife is calls that all come to their end.
func (r *reconciling) lastLife(ctx context.Context, o *office, p plan) error {
	p.count = min(r.pairsLeft(o), int(r.rate))
	r.round = len(r.seen)
	if _, err := o.drive(p, func() {}); err != nil {
		return err
	}
	return r.check(ctx, "all calls ended", 5*time.Second)
}

// check compares; records of calls that have just ended may take some time.
func (r *reconciling) check(ctx context.Context, when string, most time.Duration) error {
	for end := time.Now().Add(most); ; time.Sleep(askEvery) {
		all, err := r.api.records(ctx, r.begun)
		if err != nil {
			return err
		}
		v := r.grace.judge(r.seen, all)
		if len(v.faults) > 0 && time.Now().Before(end) {
			continue
		}
		fmt.Fprintf(r.out, "%s: %d calls, %d records; %d had ended, %d were cut off, %d may be either, %d declined, %d without an answer\n",
			when, len(r.seen), len(all), v.hungUp, v.cutOff, v.either, v.refused, v.none)
		for _, fault := range v.faults[:min(len(v.faults), 20)] {
			fmt.Fprintln(r.out, " ", fault)
		}
		if len(v.faults) > 0 {
			return fmt.Errorf("%s: %d records are wrong", when, len(v.faults))
		}
		return nil
	}
}
