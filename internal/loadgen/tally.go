package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// tally is what came of registrations, calls or packets.
type tally struct {
	took          []time.Duration // from the first request to the 200 that it is for; of a packet on its way
	good          int             // by the end of the run
	lasted        time.Duration   // the run
	retransmitted int             // of calls also what the server has sent again
	failures      map[int]int     // by status; 408 also for no answer at all
}

// What is no status, but has failed as well.
const (
	noACK  = 1 // a callee's answer was not acknowledged
	hungUp = 2 // the server has ended a call
	noBYE  = 3 // a callee was not hung up
	lost   = 4 // of packets
)

func newTally() *tally { return &tally{failures: map[int]int{}} }

func (t *tally) succeeded(took time.Duration) { t.took = append(t.took, took) }

func (t *tally) failed(status int) { t.failures[status]++ }

// close ends the run: what succeeds from now on does not count for its rate.
func (t *tally) close(lasted time.Duration) { t.good, t.lasted = len(t.took), lasted }

// add joins the tally of another worker.
func (t *tally) add(o *tally) {
	t.took = append(t.took, o.took...)
	t.good += o.good
	t.lasted = max(t.lasted, o.lasted)
	t.retransmitted += o.retransmitted
	for status, n := range o.failures {
		t.failures[status] += n
	}
}

func (t *tally) failedInAll() (n int) {
	for _, f := range t.failures {
		n += f
	}
	return n
}

// quantile is that of the times, which it sorts.
func (t *tally) quantile(q float64) time.Duration {
	if len(t.took) == 0 {
		return 0
	}
	slices.Sort(t.took)
	return t.took[int(q*float64(len(t.took)-1))]
}

func (t *tally) whyFailed() string {
	if len(t.failures) == 0 {
		return "none failed"
	}
	var all []string
	for _, status := range slices.Sorted(maps.Keys(t.failures)) {
		why := fmt.Sprint("with ", status)
		switch status {
		case noACK:
			why = "without ACK"
		case hungUp:
			why = "hung up by the server"
		case noBYE:
			why = "without BYE"
		case lost:
			why = "lost"
		}
		all = append(all, fmt.Sprint(t.failures[status], " ", why))
	}
	return "failed: " + strings.Join(all, ", ")
}
