package session

import "time"

// alarm is one timer of a leg. What it calls runs within the mailbox; what was on
// its way there when the alarm was stopped does not run any more.
type alarm struct {
	timer *time.Timer
	set   uint32 // counts, so that an old one is known
}

func (a *alarm) stop() {
	a.set++
	if a.timer != nil {
		a.timer.Stop()
		a.timer = nil
	}
}

func (l *Leg) after(a *alarm, d time.Duration, f func()) {
	a.stop()
	set := a.set
	a.timer = time.AfterFunc(d, func() {
		l.box.Do(func() {
			if a.set == set {
				a.timer = nil
				f()
			}
		})
	})
}
