package guard

import (
	"math"
	"math/bits"
	"sync/atomic"
	"time"
)

// saved is how much of its rate a source can save up, and then send at once: a
// site of 10,000 phones behind one address has power again, and all of them
// register at the same time, before any has proven itself.
const saved = 10 * time.Second

// DefaultRate is what a stranger may send a second. Each packet of one costs a
// parse and a challenge, some microseconds: at this rate less than a hundredth of
// a processor.
const DefaultRate = 1000

// slots is how many rates of strangers there are. Strangers whose addresses meet
// in one share it.
const slots = 1 << 16

// meter is a token bucket as one number: when, in the guard's time, it would be
// empty of what it has let pass (the generic cell rate algorithm of ITU-T I.371).
type meter int64

// pass lets one more through at the moment now, each of which takes some time,
// or does not.
func (m meter) pass(now, each time.Duration) (meter, bool) {
	if time.Duration(m)-now > saved {
		return m, false
	}
	return max(m, meter(now)) + meter(each), true
}

// strangers are the rates of sources that have proven nothing. Packets that come
// at the same moment may be counted once; that is no harm.
type strangers [slots]atomic.Int64

func (s *strangers) pass(hash uint64, now, each time.Duration) bool {
	slot := &s[hash%slots]
	was := slot.Load()
	then, ok := meter(was).pass(now, each)
	if ok {
		slot.CompareAndSwap(was, int64(then))
	}
	return ok
}

// paces is how long one packet takes of the time of a source, by how many bits
// its proven phones have set of 64: every phone adds half of a stranger's rate.
type paces [65]time.Duration

// crowd is what a source counts for that has all the bits set: more than can be
// counted, from about 266 on.
const crowd = 1000

func newPaces(rate float64) (p paces) {
	for set := range p {
		phones := float64(crowd)
		if set < 64 {
			phones = 64 * math.Log(64/float64(64-set)) // linear counting
		}
		p[set] = time.Duration(float64(time.Second) / (rate + rate/2*phones))
	}
	return p
}

// of is the pace of a proven source.
func (p *paces) of(phones uint64) time.Duration { return p[bits.OnesCount64(phones)] }
