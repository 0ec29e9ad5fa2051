package main

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"ringfence/guard"
	"ringfence/phone"
	"ringfence/sip"
)

// openGuard makes the guard, with the bans that there are.
func (s *house) openGuard(ctx context.Context, c Config) error {
	s.guard = guard.New(guard.Config{
		Rate: c.GuardRate, Trusted: c.GuardTrusted, Busy: func(from netip.Addr) bool { return s.lines.Known(from) }, Lately: max(time.Hour, c.MaxExpires),
		Store: s.store, Now: time.Now, Log: s.log,
	})
	bans, _, err := s.store.Bans.List(ctx, phone.Query{})
	if err != nil {
		return fmt.Errorf("read the bans: %w", err)
	}
	s.guard.Put(bans...)
	return nil
}

// guarded tells the guard of OPTIONS, which scanners begin with and no door
// hears of.
func (s *house) guarded(next sip.Express) sip.Express {
	return func(o *sip.Outline, f sip.Flow, out *sip.Mail) bool {
		if o.Method == sip.OPTIONS {
			s.guard.Sign(f.Remote.Addr(), o.UserAgent, o.From.URI.User, o.To.URI.User)
		}
		return next(o, f, out)
	}
}
