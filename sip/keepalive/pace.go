package keepalive

import (
	"math/rand/v2"
	"time"
)

// ticks is a time or a duration in units of tick; times count from the start.
type ticks uint32

// tick is how finely flows are spread.
const tick = 100 * time.Millisecond

const (
	patience = 4 * time.Second  // for an answer
	hurry    = 10 * time.Second // between the second and the third OPTIONS that are missed
	again    = time.Hour        // until a deaf phone is asked OPTIONS once more
	silent   = 3                // misses in a row that make a phone silent
)

// pace is what the flows of one keeper have in common.
type pace struct {
	base     ticks // the interval that was asked for, which no flow exceeds
	hurry    ticks
	patience ticks
	again    ticks
}

func newPace(interval time.Duration) pace {
	in := func(d time.Duration) ticks { return ticks(max(1, d/tick)) }
	return pace{
		base: in(interval), again: in(again),
		hurry: in(min(hurry, interval)), patience: in(min(patience, interval*4/5)),
	}
}

// gait is how one flow is asked. It is the part of a flow that time and answers
// change, and nothing else.
type gait struct {
	retry   ticks // when a deaf phone is asked OPTIONS again
	misses  uint8 // in a row
	ever    bool  // it has answered once
	waiting bool  // OPTIONS was sent and its patience is not over
	open    bool  // OPTIONS was sent and is not answered, however long ago
	early   bool  // it is asked for the first time, sooner than it would have to be
	anew    bool  // it was bound again since its time came last
}

// silent says whether the phone has not answered for a while, deaf or not.
func (g *gait) silent() bool { return g.misses >= silent }

// deaf says whether the phone is taken for one that ignores OPTIONS.
func (g *gait) deaf() bool { return g.silent() && !g.ever }

// asks says whether OPTIONS is the thing to send now, rather than CR LF CR LF.
func (g *gait) asks(now ticks) bool { return !g.deaf() || now >= g.retry }

// answered takes an answer, also one that came after its patience.
func (g *gait) answered() { g.ever, g.open, g.misses = true, false, 0 }

// missed takes it that no answer came in time.
func (g *gait) missed(p *pace, now ticks) {
	if g.misses = min(g.misses+1, 100); g.silent() {
		g.retry = now + p.again
	}
}

// wait is how long after the last OPTIONS something is sent again. The first
// that is missed is made up for as soon as it counts as missed: with an interval
// of 25 s that is 29 s after the last that passed, and many NATs close after 30.
func (g *gait) wait(p *pace) ticks {
	early := g.early
	g.early = false
	switch {
	case g.misses == 1:
		return p.patience
	case g.misses == 2:
		return p.hurry
	case early && g.misses == 0: // those who were asked together part
		return p.patience + ticks(rand.Uint32N(uint32(p.base-p.patience)+1))
	}
	return p.base
}
