package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// soaking is one run of the command soak.
type soaking struct {
	callSettings
	api    string
	grow   int64 // MiB
	slack  float64
	settle time.Duration
	out    io.Writer
}

// soak makes very many calls; it fails when one does, or when the server has
// more of something after them than before.
func soak(ctx context.Context, args []string, out io.Writer) error {
	s := soaking{out: out}
	f := callFlags("soak", &s.callSettings)
	f.StringVar(&s.api, "api", "http://127.0.0.1:8080", "URL of the server's API, for /metrics")
	f.IntVar(&s.count, "n", 100_000, "calls")
	first := f.Int("first", 2000, "calls before it is looked at for the first time: what has room by design is filled by them")
	f.Int64Var(&s.grow, "grow", 16, "MiB that its memory may grow by")
	f.Float64Var(&s.slack, "slack", 4, "goroutines, files and so on that may come and go")
	f.DurationVar(&s.settle, "settle", 90*time.Second, "how long it may take to come to rest")
	if err := s.read(f, args); err != nil {
		return err
	}
	if s.pid == 0 {
		return errors.New("soak: -pid is missing")
	}
	o, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer o.close()
	return s.run(ctx, o, *first)
}

func (s *soaking) run(ctx context.Context, o *office, first int) error {
	idle, err := gauges(ctx, s.api) // nobody has called
	if err != nil {
		return err
	}
	if err := s.calls(o, "first", first); err != nil {
		return err
	}
	if _, _, err := s.rest(ctx, o, idle, 0); err != nil {
		return err
	}
	before, rss, err := s.look(ctx)
	if err != nil {
		return err
	}
	if err := s.calls(o, "then", s.count); err != nil {
		return err
	}
	after, grownRSS, err := s.rest(ctx, o, before, rss)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "memory (RSS): %s before, %s after\n", mib(rss), mib(grownRSS))
	for _, name := range slices.Sorted(maps.Keys(after)) {
		fmt.Fprintf(s.out, "%s: %.0f before, %.0f after\n", name, before[name], after[name])
	}
	return nil
}

func (s *soaking) calls(o *office, when string, n int) error {
	p := s.plan
	p.count = n
	t, err := o.drive(p, func() {})
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s: %d calls, %.0f/s, p50 %s, p99 %s, %d retransmissions, %s\n", when, t.good, float64(t.good)/t.lasted.Seconds(),
		short(t.quantile(.5)), short(t.quantile(.99)), t.retransmitted, t.whyFailed())
	if t.failedInAll() > 0 {
		return fmt.Errorf("of the calls %s", t.whyFailed())
	}
	return nil
}

func (s *soaking) look(ctx context.Context) (now map[string]float64, rss int64, err error) {
	now, err = gauges(ctx, s.api)
	if err != nil {
		return nil, 0, err
	}
	rss, _, err = process{s.pid}.memory()
	return now, rss, err
}

// rest waits until the server has no more of anything than before; of memory,
// unless rss is 0.
func (s *soaking) rest(ctx context.Context, o *office, before map[string]float64, rss int64) (map[string]float64, int64, error) {
	for end := time.Now().Add(s.settle); ; {
		if err := o.idle(time.Second); err != nil {
			return nil, 0, err
		}
		now, nowRSS, err := s.look(ctx)
		if err != nil {
			return nil, 0, err
		}
		more := grown(before, now, s.slack)
		if rss > 0 && nowRSS-rss > s.grow<<20 {
			more = append(more, fmt.Sprintf("memory from %s to %s", mib(rss), mib(nowRSS)))
		}
		if len(more) == 0 {
			return now, nowRSS, nil
		}
		if time.Now().After(end) {
			return nil, 0, fmt.Errorf("%s after the calls the server has grown: %s", s.settle, strings.Join(more, ", "))
		}
	}
}
