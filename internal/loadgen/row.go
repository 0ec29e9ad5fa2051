package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"
	"time"
)

// row is one result.
type row struct {
	Label         string
	What          string // is done: registrations, calls, packets
	Done          int
	Rate          float64 // a second
	P50, P99      time.Duration
	Retransmitted int
	Failed        int
	Why           string
	CPU           time.Duration // of the server, for 1000 of what is done
	RSS, PSS      int64
}

func (r *row) fill(t *tally, cpu time.Duration) {
	r.Done = t.good
	r.Rate = float64(t.good) / t.lasted.Seconds()
	r.P50, r.P99 = t.quantile(.5), t.quantile(.99)
	r.Retransmitted, r.Failed, r.Why = t.retransmitted, t.failedInAll(), t.whyFailed()
	r.CPU = cpu * 1000 / time.Duration(max(t.good, 1))
}

func (r row) String() string { return r.Label + ": " + r.outcome() + "; " + r.cost() }

// outcome is what was done, and how quickly.
func (r row) outcome() string {
	return fmt.Sprintf("%d %s, %.0f/s, p50 %s, p99 %s, %d retransmissions, %s",
		r.Done, r.What, r.Rate, short(r.P50), short(r.P99), r.Retransmitted, r.Why)
}

// cost is what the server took for it.
func (r row) cost() string {
	return fmt.Sprintf("processor %.4f s/1000, RSS %s, PSS %s", r.CPU.Seconds(), mib(r.RSS), mib(r.PSS))
}

func short(d time.Duration) string {
	if d > 0 && d < 100*time.Microsecond {
		return fmt.Sprintf("%.3f ms", d.Seconds()*1000)
	}
	return fmt.Sprintf("%.2f ms", d.Seconds()*1000)
}

func mib(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }

// keep appends the row to a file of rows; without a name it does nothing.
func (r row) keep(name string) error {
	if name == "" {
		return nil
	}
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	return errors.Join(json.NewEncoder(f).Encode(r), f.Close())
}

// table prints the medians of a file of rows.
func table(_ context.Context, args []string, out io.Writer) error {
	f := flag.NewFlagSet("table", flag.ContinueOnError)
	name := f.String("row", "rows", "the file")
	if err := parse(f, args); err != nil {
		return err
	}
	labels, rows, err := readRows(*name)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\trate\tp50\tp99\tprocessor s/1000\tPSS\tretransmissions\tfailed")
	for _, label := range labels {
		all := rows[label]
		fmt.Fprintf(w, "%s\t%.0f/s\t%s\t%s\t%.4f\t%s\t%d\t%d\n", label,
			median(all, func(r row) float64 { return r.Rate }),
			short(median(all, func(r row) time.Duration { return r.P50 })),
			short(median(all, func(r row) time.Duration { return r.P99 })),
			median(all, func(r row) time.Duration { return r.CPU }).Seconds(),
			mib(median(all, func(r row) int64 { return r.PSS })),
			sum(all, func(r row) int { return r.Retransmitted }), sum(all, func(r row) int { return r.Failed }))
	}
	return w.Flush()
}

// readRows reads the rows by label, and the labels in the order of the file.
func readRows(name string) (labels []string, rows map[string][]row, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	rows = map[string][]row{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var r row
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		if rows[r.Label] == nil {
			labels = append(labels, r.Label)
		}
		rows[r.Label] = append(rows[r.Label], r)
	}
	return labels, rows, nil
}

func median[T cmp.Ordered](all []row, of func(row) T) T {
	var values []T
	for _, r := range all {
		values = append(values, of(r))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func sum(all []row, of func(row) int) (n int) {
	for _, r := range all {
		n += of(r)
	}
	return n
}
