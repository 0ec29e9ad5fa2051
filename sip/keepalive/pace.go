package keepalive

import "time"

// ticks is a time or a duration in units of tick; times count from the start.
type ticks uint32

// tick is how finely flows are spread.
const tick = 100 * time.Millisecond

const (
	patience = 4 * time.Second  // for an answer
	hurry    = 10 * time.Second // the shortest interval after misses
	again    = time.Hour        // until a deaf phone is asked OPTIONS once more
	silent   = 3                // misses in a row that make a phone silent
	slower   = 4                // what part of the interval an answer adds
)

// pace is what the flows of one keeper have in common.
type pace struct {
	base     ticks // the interval that was asked for
	most     ticks // the longest
	hurry    ticks
	patience ticks
	again    ticks
}

func newPace(interval time.Duration) pace {
	in := func(d time.Duration) ticks { return ticks(max(1, d/tick)) }
	return pace{
		base: in(interval), most: in(2 * interval), again: in(again),
		hurry: in(min(hurry, interval)), patience: in(min(patience, interval*4/5)),
	}
}

// gait is how one flow is asked. It is the part of a flow that time and answers
// change, and nothing else.
type gait struct {
	interval ticks
	retry    ticks // when a deaf phone is asked OPTIONS again
	misses   uint8 // in a row
	ever     bool  // it has answered once
	waiting  bool  // OPTIONS was sent and its patience is not over
	open     bool  // OPTIONS was sent and is not answered, however long ago
	narrow   bool  // its NAT may not bear more than the base interval
}

// silent says whether the phone has not answered for a while, deaf or not.
func (g *gait) silent() bool { return g.misses >= silent }

// deaf says whether the phone is taken for one that ignores OPTIONS.
func (g *gait) deaf() bool { return g.silent() && !g.ever }

// asks says whether OPTIONS is the thing to send now, rather than CR LF CR LF.
func (g *gait) asks(now ticks) bool { return !g.deaf() || now >= g.retry }

// answered takes an answer. One that came after its patience does not make the
// pace slower: it was missed already.
func (g *gait) answered(p *pace) {
	if g.waiting {
		most := p.most
		if g.narrow {
			most = p.base
		}
		g.interval = min(g.interval+max(1, p.base/slower), most)
	}
	g.ever, g.open, g.misses = true, false, 0
}

// missed takes it that no answer came in time. A miss at more than the base
// interval may mean that the NAT has closed: it is not tried again.
func (g *gait) missed(p *pace, now ticks) {
	g.narrow = g.narrow || g.interval > p.base
	g.misses = min(g.misses+1, 100)
	g.interval = max(g.interval/2, p.hurry)
	if g.silent() {
		g.interval = p.base
		g.retry = now + p.again
	}
}

// moved begins anew at another address. If that came about at more than the base
// interval, the interval may be why.
func (g *gait) moved(p *pace) { *g = gait{interval: p.base, narrow: g.narrow || g.interval > p.base} }
