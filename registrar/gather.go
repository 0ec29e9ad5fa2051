package registrar

import (
	"context"
	"runtime"
	"time"
)

const (
	// plenty is how many registrations are worth a commit at once.
	plenty = 64
	// gathering is how long fewer wait for others while there is a lot to do. The
	// system may make two milliseconds of it when it has nothing else to do.
	gathering = time.Millisecond
	// lately is since when a commit says that there is.
	lately = time.Millisecond
	// few is what a wait has to end with at least to have been worth it. After one
	// that was not, as when few phones take turns, so many commits do without.
	few, lessons = 16, 15
)

// gatherer waits for more registrations before a commit where that pays. Over UDP
// they come in batches by themselves. Of many connections each brings one, and
// without waiting each would have a commit of its own.
type gatherer struct {
	timer *time.Timer
	last  time.Time // end of the last commit
	skip  int
}

func newGatherer() *gatherer {
	g := &gatherer{timer: time.NewTimer(time.Hour)}
	g.timer.Stop()
	return g
}

// wait returns when it is time to commit.
func (g *gatherer) wait(ctx context.Context, t *table) {
	// Readers that have something are to have their turn first.
	runtime.Gosched()
	select {
	case <-t.plenty: // of before
	default:
	}
	found := t.waiting.Load()
	switch {
	case found == 0 || found >= plenty || time.Since(g.last) > lately:
		return
	case g.skip > 0:
		g.skip--
		return
	}
	g.timer.Reset(gathering)
	defer g.timer.Stop()
	select {
	case <-t.plenty:
	case <-g.timer.C:
	case <-ctx.Done():
	}
	if t.waiting.Load() < few {
		g.skip = lessons
	}
}
