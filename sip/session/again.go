package session

import (
	"math/rand/v2"
	"time"

	"ringfence/sip"
)

// offerAgain answers what only wants another try.
func (l *Leg) offerAgain(r *reoffer, res *sip.Response) bool {
	if l.state == over || l.turn.mine != r || r.withdrawn || r.tries >= maxTries {
		return false
	}
	switch res.StatusCode {
	case 401, 407:
		if r.proved || !l.again(r.dialog, r.req, res, l.prove) {
			return false
		}
		r.proved = true
		l.put(r)
	case 422:
		if !l.timer.raise(res) {
			return false
		}
		l.offer(r)
	case 491:
		r.sent, r.paused = false, true
		l.after(&r.alarm, l.glare(), func() {
			r.paused = false
			l.next()
		})
	default:
		return false
	}
	return true
}

// glare is how long to wait after a 491 (RFC 3261 section 14.1): longer for who
// has made the Call-ID, so that the two do not meet again.
func (l *Leg) glare() time.Duration {
	wait := time.Duration(rand.IntN(201)) * 10 * time.Millisecond
	if !l.inbound {
		wait = 2100*time.Millisecond + time.Duration(rand.IntN(191))*10*time.Millisecond
	}
	return l.cfg.lasting(wait)
}

// refusedOffer leaves the session as it was, unless the peer has none any more
// (RFC 3261 section 14.1, 12.2.1.2).
func (l *Leg) refusedOffer(r *reoffer, f Failure) {
	if l.turn.mine != r {
		return
	}
	r.alarm.stop()
	l.turn.mine = r.then
	r.refuse(f)
	if f.Status == 481 || f.Status == 408 {
		l.lose(f.Status)
		return
	}
	l.next()
}
