package main

import (
	"context"
	"time"
)

// forgetEvery is how often call records that are too old are looked for.
const forgetEvery = time.Hour

// keepForgetting deletes old call records, at once and then from time to time,
// until ctx ends. Where they are kept for ever there is nothing to do.
func (s *house) keepForgetting(ctx context.Context) {
	if s.cdrDays == 0 {
		return
	}
	tick := time.NewTicker(forgetEvery)
	defer tick.Stop()
	for {
		s.forgetCDRs(ctx, time.Now())
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (s *house) forgetCDRs(ctx context.Context, now time.Time) {
	n, err := s.store.ForgetCDRs(ctx, now.AddDate(0, 0, -s.cdrDays))
	switch {
	case err != nil && ctx.Err() == nil:
		s.log.Error("old call records not deleted", "deleted", n, "error", err)
	case n > 0:
		s.log.Info("old call records deleted", "deleted", n)
	}
}
