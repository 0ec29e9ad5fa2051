package main

import (
	"context"
	"fmt"
	"io"
	"time"
)

// holdCalls is the command held: it puts calls up, and tells what each takes.
func holdCalls(ctx context.Context, args []string, out io.Writer) error {
	var s callSettings
	f := callFlags("held", &s)
	f.IntVar(&s.count, "n", 1000, "calls")
	f.Float64Var(&s.rate, "rate", 0, "of them a second; 0: as many as are answered")
	settled := f.Duration("settle", 35*time.Second, "how long all rests before memory is looked at: longer than transactions last")
	if err := s.read(f, args); err != nil {
		return err
	}
	s.keep = true
	o, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer o.close()
	return o.census(s, *settled, out)
}

// census puts the calls up, holds them, and releases them.
func (o *office) census(s callSettings, settled time.Duration, out io.Writer) error {
	server := process{s.pid}
	if err := o.idle(settled); err != nil {
		return err
	}
	before, beforePSS, err := server.memory()
	if err != nil {
		return err
	}
	if err := o.putUp(s.plan, s.label, out); err != nil {
		return err
	}
	if err := o.idle(settled); err != nil {
		return err
	}
	held, heldPSS, err := server.memory()
	if err != nil {
		return err
	}
	kept := o.up()
	each := func(n int64) float64 { return float64(n) / float64(kept) / 1024 }
	fmt.Fprintf(out, "%s: %d calls held, %.1f KiB a call (RSS), %.1f KiB (PSS)\n", s.label, kept, each(held-before), each(heldPSS-beforePSS))
	if err := o.letDown(); err != nil {
		return err
	}
	if err := o.idle(settled); err != nil {
		return err
	}
	after, _, err := server.memory()
	fmt.Fprintf(out, "%s: RSS %s before, %s with them, %s after\n", s.label, mib(before), mib(held), mib(after))
	return err
}

// putUp makes calls that stay up; all must.
func (o *office) putUp(p plan, label string, out io.Writer) error {
	t, err := o.drive(p, func() {})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: %d calls put up in %.1f s, p50 %s, p99 %s, %d retransmissions, %s\n", label, t.good, t.lasted.Seconds(),
		short(t.quantile(.5)), short(t.quantile(.99)), t.retransmitted, t.whyFailed())
	if t.failedInAll() > 0 || t.good == 0 {
		return fmt.Errorf("of the calls %d are up, %s", t.good, t.whyFailed())
	}
	return nil
}

// letDown hangs up the calls that are held; all must be up until then.
func (o *office) letDown() error {
	lost := len(o.held) - o.up()
	t, err := o.release(64)
	if err != nil {
		return err
	}
	if lost += t.failedInAll(); lost > 0 {
		return fmt.Errorf("%d calls did not stay up or could not be hung up, %s", lost, t.whyFailed())
	}
	return nil
}

// up is how many calls are.
func (o *office) up() (n int) {
	for i := range o.calls {
		if o.calls[i].kept {
			n++
		}
	}
	return n
}

// idle answers what the server asks meanwhile.
func (o *office) idle(d time.Duration) error {
	end := time.Now().Add(d)
	_, err := o.drive(plan{over: func() bool { return time.Now().After(end) }, abrupt: true}, func() {})
	return err
}
