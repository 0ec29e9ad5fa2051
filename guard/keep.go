package guard

import (
	"context"
	"sync/atomic"
	"time"
)

// settle is how long Run waits for more bans before it writes those there are.
const settle = time.Second

// Run writes bans down, many together, and ends those whose time is over, until
// ctx ends. What was banned by then is written when it returns.
func (g *Guard) Run(ctx context.Context) {
	tick := time.NewTicker(settle)
	defer tick.Stop()
	overdue := false
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			g.save(context.WithoutCancel(ctx))
			return
		}
		g.save(ctx)
		if now := g.now(); g.bans.ended(now) {
			g.bans.sweep(now)
			overdue = true
		}
		overdue = overdue && !g.expire(ctx)
	}
}

// save writes what was banned. What cannot be written is tried again.
func (g *Guard) save(ctx context.Context) {
	g.mu.Lock()
	made := g.made
	g.made = nil
	g.mu.Unlock()
	if len(made) == 0 || g.Store == nil {
		return
	}
	if err := g.Store.SaveBans(ctx, made); err != nil {
		g.Log.Error("bans not saved", "bans", len(made), "error", err)
		g.mu.Lock()
		g.made = append(made, g.made...)
		g.mu.Unlock()
	}
}

func (g *Guard) expire(ctx context.Context) bool {
	if g.Store == nil {
		return true
	}
	err := g.Store.ExpireBans(ctx)
	if err != nil && ctx.Err() == nil {
		g.Log.Error("ended bans not deleted", "error", err)
	}
	return err == nil
}

// counts are what the guard counts.
type counts struct {
	banned, limited, held, holds, signs, broken, bans, full atomic.Uint64

	wrong [FormerPassword + 1]atomic.Uint64
}

// Stats are counters since New.
type Stats struct {
	Bans     int    // that there are
	Banned   uint64 // bans that the guard has made
	Full     uint64 // that it could not make: there are too many
	Refused  uint64 // packets and connections of who is banned
	Limited  uint64 // packets and connections beyond the rate
	Held     uint64 // answers that were not looked at
	Holds    uint64 // pairs and usernames that were held off
	Wrong    uint64 // wrong passwords
	Unknown  uint64 // answers of unknown users
	Former   uint64 // former passwords
	Scanners uint64 // requests with the signs of a scanner
	Broken   uint64 // messages that could not be parsed
}

// Stats reads the counters.
func (g *Guard) Stats() Stats {
	c := &g.counts
	return Stats{
		Bans: g.bans.len(), Banned: c.bans.Load(), Full: c.full.Load(), Refused: c.banned.Load(), Limited: c.limited.Load(),
		Held: c.held.Load(), Holds: c.holds.Load(), Wrong: c.wrong[WrongPassword].Load(), Unknown: c.wrong[UnknownUser].Load(),
		Former: c.wrong[FormerPassword].Load(), Scanners: c.signs.Load(), Broken: c.broken.Load(),
	}
}
