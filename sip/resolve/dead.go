package resolve

import (
	"slices"
	"sync"
	"time"
)

// How long a target is left alone that has not answered, and how many are
// remembered.
const (
	deadFirst = 32 * time.Second // as long as a transaction waits: 64*T1 of RFC 3261
	deadMost  = 10 * time.Minute
	deadKept  = 1024
)

// Dead are the targets that have not answered lately. Its methods may be called
// from any goroutine.
type Dead struct {
	now func() time.Time

	mu sync.Mutex // guards what follows
	by map[Target]rest
}

type rest struct {
	until time.Time
	last  time.Duration
}

// NewDead makes an empty list; now is nil for time.Now.
func NewDead(now func() time.Time) *Dead {
	if now == nil {
		now = time.Now
	}
	return &Dead{now: now, by: map[Target]rest{}}
}

// Mark leaves a target alone for 32 s, and twice as long each time that it is
// found dead again, up to 10 min; but at least as long as it asks for itself
// (Retry-After), within the same bound. Found dead while it is left alone, it is
// not left alone for longer: that is the same silence, noticed by several calls.
func (d *Dead) Mark(t Target, atLeast time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.now()
	r, there := d.by[t]
	if !there && len(d.by) >= deadKept {
		d.makeRoom(now)
	}
	if now.Before(r.until) {
		r.until = later(r.until, now.Add(min(atLeast, deadMost)))
	} else {
		r.last = min(max(2*r.last, deadFirst), deadMost)
		r.until = now.Add(min(max(r.last, atLeast), deadMost))
	}
	d.by[t] = r
}

// Clear forgets that a target was dead: it has answered.
func (d *Dead) Clear(t Target) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.by, t)
}

// Is says whether a target is left alone now.
func (d *Dead) Is(t Target) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now().Before(d.by[t].until)
}

// Living leaves out those that are left alone. If that are all of them, it gives
// all, who is soonest to be tried again first: a last attempt is better than none.
func (d *Dead) Living(ts []Target) []Target {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.now()
	living := slices.DeleteFunc(slices.Clone(ts), func(t Target) bool { return now.Before(d.by[t].until) })
	if len(living) > 0 {
		return living
	}
	all := slices.Clone(ts)
	slices.SortStableFunc(all, func(a, b Target) int { return d.by[a].until.Compare(d.by[b].until) })
	return all
}

// makeRoom forgets who may be tried again, or else anybody.
func (d *Dead) makeRoom(now time.Time) {
	for t, r := range d.by {
		if !now.Before(r.until) {
			delete(d.by, t)
		}
	}
	for t := range d.by {
		if len(d.by) < deadKept {
			return
		}
		delete(d.by, t)
	}
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
