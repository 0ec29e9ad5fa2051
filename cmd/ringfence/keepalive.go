package main

import (
	"context"
	"math"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"ringfence/phone"
	"ringfence/sip"
	"ringfence/sip/keepalive"
)

// keepalives keeps the ways to phones behind NATs open, and measures them. With
// --keepalive 0 there is no keeper.
type keepalives struct {
	keeper *keepalive.Keeper
	trips  prometheus.Histogram
}

// openKeepalives comes before the registrar, who tells it of the bindings that it
// restores.
func (s *house) openKeepalives(c Config) {
	s.keepalives.trips = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "ringfence_keepalive_round_trip_seconds", Help: "How long phones took to answer.",
		Buckets: []float64{.002, .005, .01, .02, .03, .05, .075, .1, .15, .2, .3, .5, 1, 2, 4},
	})
	if c.Keepalive == 0 {
		return
	}
	s.keepalives.keeper = keepalive.New(keepalive.Config{
		Interval: c.Keepalive, Domain: c.Domain, Now: time.Now,
		Bindings: func(id phone.ID) []phone.Binding { return s.registrar.Bindings(id) },
		Observe:  func(d time.Duration) { s.keepalives.trips.Observe(d.Seconds()) },
	})
}

// bound is the registrar's hook.
func (k *keepalives) bound() func(phone.Binding) {
	if k.keeper == nil {
		return nil
	}
	return k.keeper.Bound
}

// answered is the stack's hook.
func (k *keepalives) answered() sip.Answered {
	if k.keeper == nil {
		return nil
	}
	return k.keeper.Answered
}

func (k *keepalives) run(ctx context.Context, stack *sip.Stack) error {
	if k.keeper == nil {
		return nil
	}
	return k.keeper.Run(ctx, stack)
}

func (k *keepalives) stats() keepalive.Stats {
	if k.keeper == nil {
		return keepalive.Stats{}
	}
	return k.keeper.Stats()
}

// complete adds what is known of the way to a phone. A trip is told in whole
// tenths of a millisecond, rounded up so that none is 0.
func (k *keepalives) complete(id phone.ID, st *phone.Status) {
	if k.keeper == nil || !st.Online {
		return
	}
	trip, reachable := k.keeper.Health(id)
	st.RoundTrip = math.Ceil(float64(trip)/float64(time.Millisecond)*10) / 10
	st.Reachable = reachable
}
