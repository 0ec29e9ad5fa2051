package blf

import (
	"context"
	"time"
)

// timeout is why a subscription ends that nobody has renewed (RFC 6665 section
// 4.1.3).
const timeout = "timeout"

// looks is in how many parts all are looked at within Config.Look.
const looks = 50

// Run sends notifications until ctx ends; then it says goodbye to all who watch, so
// that they subscribe anew where somebody takes our place.
func (n *Notifier) Run(ctx context.Context) error {
	defer n.farewell()
	b := budget{rate: float64(n.Rate), at: n.Now()}
	look := n.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-n.wake:
		case <-timer.C:
		}
		if now := n.Now(); now.Sub(look) >= n.Look/looks {
			look = now
			n.look(now.UnixMilli())
		}
		b.earn(n.Now())
		for b.has() && n.notifyNext() {
			b.spend()
		}
		timer.Reset(n.nap())
	}
}

// nap is how long nothing is to be done, if nothing comes.
func (n *Notifier) nap() time.Duration {
	n.mu.Lock()
	defer n.mu.Unlock()
	most := n.Look / looks
	switch {
	case len(n.pending) > 0: // the budget is spent
		return min(most, 5*time.Millisecond)
	case len(n.resting) > 0:
		return min(most, max(time.Millisecond, time.Duration(n.resting[0].due-n.Now().UnixMilli())*time.Millisecond))
	}
	return most
}

// look is at some of the subscriptions, those after which it was at before: who
// has expired, what is gone, and what has changed unsaid, such as rights.
func (n *Notifier) look(now int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for range min(len(n.all), len(n.all)/looks+1) {
		if n.looked++; n.looked >= len(n.all) {
			n.looked = 0
		}
		s := n.all[n.looked]
		switch {
		case s.over != "":
		case s.until <= now:
			s.over = timeout
		case !n.exists(s.topic):
			s.over = "noresource"
		default:
			if l := n.lampOf(s); l.seen() == s.shown {
				continue
			}
		}
		n.enqueue(s)
	}
}

// enqueue lets a subscription be notified: now, or when it has rested. The lock
// is held.
func (n *Notifier) enqueue(s *subscription) {
	switch {
	case s.queued || s.at < 0:
		return
	case s.asking || s.due != 0:
		s.stale = true
		return
	}
	s.queued = true
	n.pending = append(n.pending, s)
	select {
	case n.wake <- struct{}{}:
	default: // it is awake
	}
}

// rest lets a subscription be for a while; the lock is held.
func (n *Notifier) rest(s *subscription) {
	s.asking = false
	s.due = n.Now().Add(n.Gap).UnixMilli()
	n.resting = append(n.resting, s)
	if len(n.resting) == 1 {
		select {
		case n.wake <- struct{}{}:
		default:
		}
	}
}

// rested wakes who may be notified again; the lock is held.
func (n *Notifier) rested() {
	now := n.Now().UnixMilli()
	i := 0
	for ; i < len(n.resting) && n.resting[i].due <= now; i++ {
		s := n.resting[i]
		n.resting[i] = nil
		s.due = 0
		if s.stale {
			s.stale = false
			n.enqueue(s)
		}
	}
	if n.resting = n.resting[i:]; len(n.resting) == 0 {
		n.resting = nil
	}
}

// budget is how many notifications may be sent now.
type budget struct {
	rate, left float64
	at         time.Time
}

// burst is what may leave at once after a rest, as a part of a second's.
const burst = 10

func (b *budget) earn(now time.Time) {
	b.left = min(b.left+now.Sub(b.at).Seconds()*b.rate, max(b.rate/burst, 1))
	b.at = now
}

func (b *budget) has() bool { return b.left >= 1 }
func (b *budget) spend()    { b.left-- }
